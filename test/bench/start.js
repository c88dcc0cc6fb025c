// How long dropcap takes to start beside Node itself, whole processes in turn, as medians:
//   node test/bench/start.js [RUNS]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mediansInTurn, run } from './support/measure.js';

const runs = Number(process.argv[2] ?? 20);
const node = process.execPath;
const program = fileURLToPath(new URL('../../bin/dropcap.js', import.meta.url));
const recording = fileURLToPath(new URL('../../samples/recordings/linux-6.12/dwdump.pcap', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'dropcap-bench-'));
const output = join(folder, 'out.pcapng');

/** @type {[name: string, command: string[], goal: string][]} */
const commands = [
  ['node -e 0', [node, '-e', '0'], ''],
  ['dropcap --version', [node, program, '--version'], 'goal: at most 1.5 times'],
  ['dropcap --help', [node, program, '--help'], ''],
  [
    'dropcap -q -r (104 alerts) -w',
    [node, program, '-q', '-r', recording, '-w', output],
    'goal: 25 ms until the first byte is read',
  ],
];

try {
  const medians = mediansInTurn(
    commands.map(([, command]) => () => {
      rmSync(output, { force: true });
      return run(command);
    }),
    runs,
  );
  const base = medians[0]?.seconds ?? Number.NaN;
  process.stdout.write(`medians of ${runs} runs in turn, milliseconds\n`);
  commands.forEach(([name, , goal], c) => {
    const { seconds = Number.NaN, cpuSeconds = Number.NaN } = medians[c] ?? {};
    const columns = [
      name.padEnd(30),
      `${(seconds * 1000).toFixed(0).padStart(4)} ms`,
      `${(cpuSeconds * 1000).toFixed(0).padStart(4)} ms of processor time`,
      `${(seconds / base).toFixed(2)} times node's`,
      goal,
    ];
    process.stdout.write(`${columns.join('  ').trimEnd()}\n`);
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
