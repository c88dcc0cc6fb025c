// Measures `dropcap report` of many drops, as whole processes: of few flows, and of a new flow for each drop, by UDP and by SYNs of TCP.
//     node test/bench/report.js [--drops N] [--runs N] [--folder FOLDER]
// The folder needs 330 bytes a drop. Goal for 10,000,000 drops: at most 30 s and 300 MB.
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PROGRAM, SAMPLE, withFolder, writeRecording } from './support/files.js';
import { compare } from './support/measure.js';

const { values } = parseArgs({
  options: {
    drops: { type: 'string', default: '10000000' },
    runs: { type: 'string', default: '3' },
    folder: { type: 'string' },
  },
});
const drops = Number(values.drops);
const IPPROTO_TCP = 6;
const IPPROTO_UDP = 17;
const TCP_SYN = 2;

withFolder((folder) => {
  const recording = join(folder, 'in.pcap');
  const report = (/** @type {string} */ name, /** @type {string} */ format) => ({
    name,
    command: [process.execPath, PROGRAM, 'report', recording, '--format', format],
    goal: '30 s and 300 MB for 10,000,000 drops',
  });
  writeRecording(recording, drops);
  compare(
    `report of ${drops} drops of few flows`,
    [report('Markdown', 'md'), report('HTML', 'html')],
    Number(values.runs),
  );
  rmSync(recording);
  for (const [name, protocol] of /** @type {const} */ ([
    ['UDP', IPPROTO_UDP],
    ['SYNs', IPPROTO_TCP],
  ])) {
    writeManyFlows(recording, drops, protocol);
    compare(
      `report of ${drops} drops, each of another flow: ${name}`,
      [report('Markdown', 'md')],
      Number(values.runs),
    );
  }
}, values.folder);

/**
 * Writes a recording whose alerts are copies of the sample's first one with an IPv4 packet of this protocol. Each has another source
 * address, and TCP has the flag SYN.
 * @param {string} path
 * @param {number} alerts
 * @param {number} protocol
 */
function writeManyFlows(path, alerts, protocol) {
  const sample = readFileSync(SAMPLE);
  const next = (/** @type {number} */ at) => at + 16 + sample.readUInt32LE(at + 8);
  const start = next(24);
  let at = start;
  let address = -1;
  for (; address < 0; at = next(at)) {
    // Ethernet's type, then an IPv4 header without options.
    const found = sample.subarray(at, next(at)).indexOf(Buffer.from([0x08, 0x00, 0x45, 0x00]));
    if (found >= 0 && sample[at + found + 11] === protocol) address = found + 14;
    if (address >= 0) break;
  }
  const record = Buffer.from(sample.subarray(at, next(at)));
  if (protocol === IPPROTO_TCP) record[address + 21] = TCP_SYN;
  const many = Buffer.alloc(4096 * record.length);
  const file = openSync(path, 'w');
  writeSync(file, sample.subarray(0, start));
  for (let done = 0; done < alerts; done += 4096) {
    const count = Math.min(4096, alerts - done);
    for (let i = 0; i < count; i++) {
      record.writeUInt32BE(Math.imul(done + i, 0x9e3779b1) >>> 0, address);
      record.copy(many, i * record.length);
    }
    writeSync(file, many, 0, count * record.length);
  }
  closeSync(file);
}
