// Measures what it costs to remember a drop, as the built library does it, in nanoseconds of processor time a drop:
//   node test/bench/recorder.js [ROUNDS]
// Each way gets batches of 224 drops, as a live capture gives them, of several lengths. Nothing triggers. Prints the best and
// the median round, and for comparison the encoding of the same drops for a file.
import {
  BatchMemory,
  compileFilter,
  createEncoder,
  DeviceTable,
  DropBatch,
  KindTable,
  OutputBuffer,
  Recorder,
  triggerOnFilter,
  triggerOnRate,
} from '../../dist/index.js';

const DROPS = 224;
/** Bytes from one packet to the next in a live capture's arena (source/live/alertReceiver.ts). */
const SLOT_BYTES = 66_688;
const BATCHES = 200;
const ROUNDS = Number(process.argv[2] ?? 40);
const BYTES = 16 << 20;

/** @param {number} length bytes of each packet */
function batchOf(length) {
  const kinds = new KindTable();
  kinds.intern({ origin: 'software', reason: 'NO_SOCKET', deviceType: 1, littleEndian: true });
  const batch = new DropBatch(new BatchMemory(new Uint8Array(SLOT_BYTES * DROPS), DROPS), kinds);
  for (let i = 0; i < DROPS; i++) {
    batch.arena.fill(i, i * SLOT_BYTES, i * SLOT_BYTES + length);
    batch.timestampHigh[i] = i; // Four seconds apart: a rate does not trigger.
    batch.payloadOffset[i] = i * SLOT_BYTES;
    batch.payloadLength[i] = length;
    batch.originalLength[i] = length;
  }
  batch.length = DROPS;
  return batch;
}

/**
 * @param {import('../../dist/index.js').Trigger[]} triggers
 * @returns {(batch: DropBatch) => void}
 */
function remembering(...triggers) {
  const recorder = new Recorder({
    bytes: BYTES,
    afterSeconds: 0,
    pauseSeconds: 0,
    triggers,
    live: false,
    losses: () => ({ queueDrops: 0, overruns: 0 }),
    openDump: () => Promise.reject(new Error('a drop triggered')),
  });
  return (batch) => {
    if (recorder.write(batch)) throw new Error('it waited');
  };
}

/** @returns {(batch: DropBatch) => void} */
function encoding() {
  const source = { live: false, devices: new DeviceTable(), kernelRelease: undefined, familyId: undefined };
  const encoder = createEncoder('pcapng', source);
  const output = new OutputBuffer();
  encoder.header(output);
  return (batch) => {
    output.clear();
    encoder.encode(batch, output);
  };
}

const WAYS = {
  remembered: () => remembering(),
  '--trigger': () => remembering(triggerOnFilter(compileFilter('reason = TCP_*'))),
  '--trigger-rate': () => remembering(triggerOnRate(1000)),
  'encoded for a file': encoding,
};

/**
 * @param {(batch: DropBatch) => void} take
 * @param {DropBatch} batch
 */
function nsOfRound(take, batch) {
  const before = process.cpuUsage();
  for (let i = 0; i < BATCHES; i++) take(batch);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / (BATCHES * DROPS);
}

for (const length of [60, 150, 1500]) {
  process.stdout.write(`packets of ${length} bytes\n`);
  const batch = batchOf(length);
  for (const [name, make] of Object.entries(WAYS)) {
    const take = make();
    nsOfRound(take, batch); // The first round compiles.
    const rounds = Array.from({ length: ROUNDS }, () => nsOfRound(take, batch)).toSorted((a, b) => a - b);
    const [best, median] = [rounds[0] ?? 0, rounds[Math.floor(rounds.length / 2)] ?? 0];
    process.stdout.write(`  ${name.padEnd(20)} ${best.toFixed(1)} ns a drop, median ${median.toFixed(1)}\n`);
  }
}
