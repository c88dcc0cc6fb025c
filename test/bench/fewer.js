// Measures the stages that leave drops out, as the built library has them, in nanoseconds of processor time a drop:
//   node test/bench/fewer.js [ROUNDS]
// Each stage gets a thousand UDP drops again and again, each time four seconds later. Prints the best and the median round.
import {
  BatchMemory,
  DropBatch,
  KindTable,
  limitRate,
  removeRepeats,
  sampleDrops,
  selectDrops,
} from '../../dist/index.js';

const DROPS = 1000;
const BATCHES = 60;
const ROUNDS = Number(process.argv[2] ?? 40);
const FRAMING_ETHERNET = 0;
const ETHERNET = '020000000001020000000002';
const UDP = '03e800090008ffff';
const PACKETS = {
  IPv4: Buffer.from(
    `${ETHERNET}0800${'4500001c000100004011 66cb 0a000001 0a000002'.replaceAll(' ', '')}${UDP}`,
    'hex',
  ),
  IPv6: Buffer.from(
    `${ETHERNET}86dd${'600000000008 1140'.replace(' ', '')}${`fd00${'00'.repeat(14)}`.repeat(2)}${UDP}`,
    'hex',
  ),
};
/** @type {Record<string, () => Pick<import('../../dist/index.js').Stage, 'process'>>} */
const STAGES = {
  'no stage': () => ({ process: (batch) => batch }),
  'a stage that keeps all': () => selectDrops('all', () => true),
  '--dedupe': () => removeRepeats(),
  '--sample 1/10': () => sampleDrops(10),
  '--rate-limit 100': () => limitRate(100),
};
/** The high word of the time: four seconds a unit. */
let time = 0;

/**
 * A batch of drops of as many flows.
 * @param {Uint8Array} packet
 * @param {number} flows
 */
function batchOf(packet, flows) {
  const kinds = new KindTable();
  kinds.intern({ origin: 'software', reason: 'NO_SOCKET', deviceType: 1, littleEndian: true });
  const arena = new Uint8Array(packet.length * DROPS);
  const batch = new DropBatch(new BatchMemory(arena, DROPS), kinds);
  for (let i = 0; i < DROPS; i++) {
    const offset = i * packet.length;
    arena.set(packet, offset);
    arena.set([(i % flows) >> 8, (i % flows) & 0xff], offset + packet.length - UDP.length / 2);
    batch.payloadOffset[i] = offset;
    batch.payloadLength[i] = packet.length;
    batch.originalLength[i] = packet.length;
    batch.framing[i] = FRAMING_ETHERNET;
  }
  return batch;
}

/**
 * Nanoseconds a drop: the best round and the median.
 * @param {Pick<import('../../dist/index.js').Stage, 'process'>} stage
 * @param {DropBatch} batch
 */
function measure(stage, batch) {
  const columns = batch.columnMemory.slice();
  const rounds = Array.from({ length: ROUNDS }, () => {
    const { user, system } = process.cpuUsage();
    for (let i = 0; i < BATCHES; i++) {
      batch.columnMemory.set(columns);
      batch.timestampHigh.fill(++time);
      batch.length = DROPS;
      stage.process(batch);
    }
    const used = process.cpuUsage({ user, system });
    return ((used.user + used.system) * 1000) / BATCHES / DROPS;
  });
  const sorted = rounds.toSorted((a, b) => a - b);
  return { best: sorted[0] ?? 0, median: sorted[ROUNDS >> 1] ?? 0 };
}

for (const [name, packet] of Object.entries(PACKETS)) {
  for (const flows of [1, DROPS]) {
    process.stdout.write(`${name}, ${flows === 1 ? 'one flow' : `${flows} flows`}\n`);
    for (const [title, make] of Object.entries(STAGES)) {
      const { best, median } = measure(make(), batchOf(packet, flows));
      process.stdout.write(
        `  ${title.padEnd(24)} ${best.toFixed(1).padStart(6)} ns a drop, median ${median.toFixed(1)}\n`,
      );
    }
  }
}
