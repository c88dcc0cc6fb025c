// Times dropcap, tcpdump and editcap in turn on the same recording of many alerts, whole processes, and prints medians
// and ratios:  node test/bench/offline.js [ALERTS] [RUNS]
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const alerts = Number(process.argv[2] ?? 1_000_000);
const runs = Number(process.argv[3] ?? 5);
const program = fileURLToPath(new URL('../../bin/dropcap.js', import.meta.url));
const sample = readFileSync(new URL('../../samples/recordings/linux-6.12/dwdump.pcap', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'dropcap-bench-'));
const input = join(folder, 'in.pcap');
const output = join(folder, 'out');

/** Writes the sample's header and first record (the look-up), then its alerts as often as it takes. */
function buildRecording() {
  const headerBytes = 24;
  const firstRecord = headerBytes + 16 + sample.readUInt32LE(headerBytes + 8);
  const perRound = 104;
  const file = openSync(input, 'w');
  writeSync(file, sample.subarray(0, firstRecord));
  for (let i = 0; i < alerts; i += perRound) writeSync(file, sample.subarray(firstRecord));
  closeSync(file);
}

/** @type {Record<string, string[]>} */
const commands = {
  dropcap: [process.execPath, program, '-q', '-r', input, '-w', output],
  tcpdump: ['tcpdump', '-r', input, '-w', output],
  editcap: ['editcap', input, output],
};

/** @param {string[]} command */
function seconds(command) {
  rmSync(output, { force: true });
  const [file = '', ...args] = command;
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(file, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
  return Number(process.hrtime.bigint() - start) / 1e9;
}

/** @param {number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

try {
  buildRecording();
  process.stdout.write(
    `${alerts} alerts, ${(statSync(input).size / 1e6).toFixed(0)} MB, ${runs} runs each in turn\n`,
  );
  /** @type {Record<string, number[]>} */
  const times = { dropcap: [], tcpdump: [], editcap: [] };
  for (let run = 0; run < runs; run++) {
    for (const [name, command] of Object.entries(commands)) times[name]?.push(seconds(command));
  }
  const ours = median(times['dropcap'] ?? []);
  for (const [name, values] of Object.entries(times)) {
    process.stdout.write(
      `${name.padEnd(8)} ${median(values).toFixed(2)} s, dropcap takes ${(ours / median(values)).toFixed(2)} times as long\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
