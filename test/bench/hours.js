// Runs dropcap's receive path for a long time under an even load. Writes into a FIFO that another process reads, so
// that everything is written and nothing is kept, or into a new file. The file takes 400 bytes a message and is
// removed at the end. Prints whether the memory grows, the delay of the event loop, and the losses. As root:
//     node test/bench/hours.js [SECONDS] [MESSAGES_A_SECOND] [FILE]
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { slope } from './support/figures.js';
import { compile, OUTPUT, send, startReceiver } from './support/programs.js';

const seconds = Number(process.argv[2] ?? 1800);
const rate = Number(process.argv[3] ?? 20_000);
const file = process.argv[4];
const PAYLOAD_BYTES = 200;
const MB = 1e6;

compile();
if (file === undefined) {
  spawnSync('mkfifo', [OUTPUT]);
  const reader = spawn('cat', [OUTPUT], { stdio: ['ignore', 'ignore', 'inherit'] });
  process.on('exit', () => reader.kill());
} else {
  if (existsSync(file)) throw new Error(`${file} exists`);
  process.on('exit', () => rmSync(file, { force: true }));
}
const receiver = await startReceiver('dropcap', file ?? OUTPUT, 'watch');
const { sent } = await send(seconds * rate, PAYLOAD_BYTES, rate);
/** @type {import('./support/pipeline.js').Captured} */
const { received, cpuUs, overruns, waits, batches, samples, delayMs } = await receiver.stop();

process.stdout.write(
  `${sent} alerts of ${PAYLOAD_BYTES} bytes of payload, ${rate} a second: ` +
    `${sent - received} lost (${overruns} by overruns), ${waits} waits for an arena\n` +
    `${(received / batches).toFixed(1)} messages a batch, ${(cpuUs / received).toFixed(2)} us CPU a message\n`,
);
const later = samples.slice(Math.floor(samples.length / 2));
for (const key of /** @type {const} */ (['rss', 'heap', 'external'])) {
  const values = later.map((sample) => sample[key] / MB);
  const { perStep, error } = slope(values);
  process.stdout.write(
    `${key.padEnd(8)} ${(values.at(-1) ?? 0).toFixed(1)} MB at the end; over the second half, of ${values.length} s, ` +
      `${(perStep * 3600).toFixed(1)} MB an hour (+- ${(error * 3600).toFixed(1)})\n`,
  );
}
process.stdout.write(
  `event loop late by ${delayMs.median.toFixed(1)} ms in the median, ${delayMs.p99.toFixed(1)} at the 99th percentile, ` +
    `${delayMs.max.toFixed(1)} at most\n`,
);
