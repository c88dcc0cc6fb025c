// Prints the bytes of garbage for each drop. Decodes and encodes the drops of a recording, in a heap so large that
// nothing is collected.   node --expose-gc --min-semi-space-size=128 --max-semi-space-size=128 garbage.mjs BUNDLE RECORDING
const [bundle = '', recording = ''] = process.argv.slice(2);
/** @type {typeof import('../../src/index.js')} */
const { createEncoder, openRecording, OutputBuffer } = await import(bundle);
const WARM_UP = 20_000;

const source = await openRecording(recording);
const encoder = createEncoder('pcapng', source);
const output = new OutputBuffer();
encoder.header(output);
let drops = 0;
let from = 0;
let before = 0;
for await (const batch of source) {
  output.clear();
  encoder.encode(batch, output);
  drops += batch.length;
  batch.release();
  if (from > 0 || drops < WARM_UP) continue;
  globalThis.gc?.();
  before = process.memoryUsage().heapUsed;
  from = drops;
}
process.stdout.write(`${(process.memoryUsage().heapUsed - before) / (drops - from)}\n`);
