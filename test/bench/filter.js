// Measures filter expressions, as the built library and program have them:
//     node test/bench/filter.js [--rounds N] [--alerts N] [--runs N] [--folder FOLDER]
// First the stage alone, in nanoseconds of processor time a drop, and what it costs more than no stage. The stages take
// turns: each gets the same thousand drops in each round. Then the whole program, beside no filter and tcpdump.
// The folder needs 900 bytes an alert. Default: the folder for temporary files.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BatchMemory, compileFilter, DropBatch, filterDrops, KindTable } from '../../dist/index.js';
import { median } from './support/figures.js';
import { PROGRAM, withFolder, writeRecording } from './support/files.js';
import { compare, measure, print } from './support/measure.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '60' },
    alerts: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '9' },
    folder: { type: 'string' },
  },
});

const DROPS = 1000;
const BATCHES = 40;
/**
 * @typedef {object} Expression
 * @property {string} text
 * @property {number} [goal] nanoseconds a drop more than no stage
 */
/** @type {Expression} */
const NO_STAGE = { text: 'no stage' };
/** @type {Expression[]} */
const EXPRESSIONS = [
  { text: 'reason = A', goal: 5 },
  { text: 'reason = A,B,C,D', goal: 5 },
  { text: 'reason = none' },
  { text: 'tcp port 443', goal: 60 },
  { text: 'tcp port 443 and reason = A' },
  { text: '(reason = A,B or symbol = nft_*) and not iface = eth3 and len > 60 and tcp port 443' },
];
const IP = '45000028000140004006 66cd 0a000001 0a000002'.replaceAll(' ', '');
const PORTS = ['c35001bb', 'c3500050', '01bbc350', 'c3501f90'];
/** The bytes before the IP packet, by framing: Ethernet, raw IP, and Linux cooked, whose header is made from the kind. */
const LINK_HEADERS = ['0200000000010200000000020800', '', ''];

/**
 * The memory of a batch of a thousand TCP drops of four reasons. Half have port 443.
 * @param {number} framings Their link types: Ethernet, or also raw IP and Linux cooked.
 */
function dropsOf(framings) {
  const kinds = new KindTable();
  ['A', 'B', 'C', 'D'].forEach((reason, i) =>
    kinds.intern({
      origin: 'software',
      reason,
      symbolText: 'tcp_v4_rcv+0x10/0x20',
      ifindex: i,
      interfaceName: `eth${i}`,
      deviceType: 1,
      littleEndian: true,
    }),
  );
  const packets = LINK_HEADERS.flatMap((link) =>
    PORTS.map((ports) => Buffer.from(`${link}${IP}${ports}${'00'.repeat(80)}`, 'hex')),
  );
  const arena = new Uint8Array(DROPS * 256);
  const memory = new BatchMemory(arena, DROPS);
  for (let i = 0; i < DROPS; i++) {
    // Neither the kind nor the framing depends on the packet.
    const framing = Math.floor(i / 16) % framings;
    const packet = packets[framing * PORTS.length + (i % PORTS.length)] ?? Buffer.alloc(0);
    const offset = i * 256;
    arena.set(packet, offset);
    memory.kind[i] = Math.floor(i / 4) % 4;
    memory.payloadOffset[i] = offset;
    memory.payloadLength[i] = packet.length;
    memory.originalLength[i] = packet.length;
    memory.protocol[i] = 0x0800;
    memory.framing[i] = framing;
  }
  return { memory, kinds };
}

/**
 * Measures the stages in turn. Prints the medians of their rounds.
 * @param {string} title
 * @param {ReturnType<typeof dropsOf>} drops
 */
function measureStages(title, { memory, kinds }) {
  const columns = memory.words.slice();
  const jobs = [NO_STAGE, ...EXPRESSIONS].map((expression) => ({
    expression,
    stage: expression === NO_STAGE ? undefined : filterDrops(compileFilter(expression.text)),
    kept: 0,
    /** @type {number[]} */
    times: [],
  }));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const job of jobs) {
      const { user, system } = process.cpuUsage();
      for (let i = 0; i < BATCHES; i++) {
        memory.words.set(columns);
        const batch = new DropBatch(memory, kinds);
        batch.length = DROPS;
        const kept = job.stage ? job.stage.process(batch) : batch;
        job.kept = kept?.length ?? 0;
        kept?.release();
      }
      const used = process.cpuUsage({ user, system });
      job.times.push(((used.user + used.system) * 1000) / BATCHES / DROPS);
    }
  }
  print(`${title} (medians of ${values.rounds} rounds in turn)`);
  const none = median(jobs[0]?.times ?? []);
  for (const { expression, kept, times } of jobs) {
    const { text, goal } = expression;
    const time = median(times);
    const line = [
      text.padEnd(83),
      `${time.toFixed(1).padStart(6)} ns a drop`,
      `${(time - none).toFixed(1).padStart(6)} more than no stage`,
      `${kept} of ${DROPS} kept`,
      goal === undefined ? '' : `goal: at most ${goal}`,
    ];
    print(`  ${line.filter((column) => column !== '').join('  ')}`);
  }
}

measureStages('a filter alone, Ethernet', dropsOf(1));
measureStages('a filter alone, three link types', dropsOf(3));

const dropcap = [process.execPath, PROGRAM, '-q', '-r'];
const runs = Number(values.runs);
withFolder((folder) => {
  const recording = join(folder, 'in.pcap');
  const own = join(folder, 'own.pcapng');
  const packets = join(folder, 'packets.pcap');
  const output = join(folder, 'out');
  const before = () => rmSync(output, { force: true });
  writeRecording(recording, Number(values.alerts));
  /**
   * @param {string} file
   * @param {string} expression
   */
  const filtering = (file, expression) => ({
    name: `dropcap '${expression}'`,
    command: [...dropcap, file, '-w', output, expression],
    before,
  });
  compare(
    `recording of ${values.alerts} alerts to a capture file`,
    [
      { name: 'dropcap', command: [...dropcap, recording, '-w', output], before },
      filtering(recording, 'udp'),
      filtering(recording, 'reason = NO_SOCKET'),
      filtering(recording, 'udp and reason = NO_SOCKET'),
      { ...filtering(recording, 'tcp port 443'), goal: 'keeps nothing: below 1 times' },
      { ...filtering(recording, 'reason = NONE'), goal: 'keeps nothing: below 1 times' },
    ],
    runs,
  );

  measure({ name: 'own file', command: [...dropcap, recording, '-w', own] });
  measure({
    name: 'packets alone',
    command: [...dropcap, recording, '-w', packets, '--format', 'pcap', '-y', 'LINUX_SLL2'],
  });
  rmSync(recording);
  compare(
    'the same packets in a capture file to another',
    [
      { name: "tcpdump 'udp'", command: ['tcpdump', '-r', packets, '-w', output, 'udp'], before },
      filtering(own, 'udp'),
      {
        name: "tcpdump 'tcp port 443'",
        command: ['tcpdump', '-r', packets, '-w', output, 'tcp port 443'],
        before,
      },
      filtering(own, 'tcp port 443'),
      filtering(own, 'reason = NO_SOCKET'),
      { name: 'dropcap', command: [...dropcap, own, '-w', output], before },
    ],
    runs,
  );
}, values.folder);
