// Measures what a capture to a file costs that runs all the time, beside `dwdump -w`, in virtual machines with a real kernel
// (docs/testing.md). For each rate, each tool captures for a first minute, in which V8 compiles, and some seconds more.
// Prints processor time, all threads and the guard included:
//     node test/bench/cheap.js [-i] [FIRST_SECONDS] [LATER_SECONDS] [DROPS_A_SECOND...]
//
// Without -i, time passes in the machine as outside: a switch of threads is then dear, and other work of this host changes
// the figures. With -i, time is the number of executed instructions (see kernel.js), and the machine has one processor.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { compileProgram } from './support/compile.js';

const counting = process.argv[2] === '-i';
const [first = 60, later = 15, ...asked] = process.argv.slice(counting ? 3 : 2).map(Number);
const rates = asked.length > 0 ? asked : [0, 100, 2000, 20_000];
const SECONDS = '900';
const project = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync('/var/tmp/dropcap-bench-');
/**
 * Runs cheap.sh in its own machine. Returns its lines: each one's pairs.
 * @param {number} rate
 * @param {string} sender
 */
async function measure(rate, sender) {
  const own = join(folder, String(rate));
  const args = [...(counting ? ['-i', '-c', '1'] : []), '-t', SECONDS, '-s', own, '--'];
  const command = ['test/bench/cheap.sh', own, sender, rate, first, later].map(String);
  const machine = spawn(join(project, 'test/vm/run'), [...args, ...command], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  /** @type {Promise<number | null>} */
  const status = new Promise((resolve) => machine.on('close', resolve));
  /** @type {Record<string, string>[]} */
  const rows = [];
  for await (const line of createInterface(machine.stdout)) {
    process.stderr.write(`${line}\n`);
    const pairs = line.split(' ').filter((word) => word.includes('='));
    rows.push(Object.fromEntries(pairs.map((pair) => pair.split('='))));
  }
  if ((await status) !== 0) throw new Error(`the machine ended with status ${await status}`);
  return rows;
}

/** @param {number} rate @param {Record<string, string>[]} rows */
function print(rate, rows) {
  for (const [phase, seconds] of /** @type {const} */ ([
    ['first', first],
    ['later', later],
  ])) {
    const figures = ['dropcap', 'dwdump'].map((tool) => {
      const row = rows.find((one) => one['tool'] === tool && one['phase'] === phase) ?? {};
      return { ms: Number(row['cpu']) / 1e6 / seconds, us: Number(row['cpu']) / 1e3 / Number(row['drops']) };
    });
    const cells = figures.map(({ ms, us }) =>
      rate === 0
        ? `${ms.toFixed(3)} ms a second`
        : `${ms.toFixed(2)} ms a second, ${us.toFixed(1)} us a drop`,
    );
    const [ours, theirs] = figures;
    const ratio =
      ours && theirs && theirs.ms > 0 ? `, ratio ${(ours.ms / theirs.ms).toFixed(2)} (goal 1)` : '';
    process.stdout.write(
      `${rate} a second, ${phase} ${seconds} s: dropcap ${cells[0]}; dwdump ${cells[1]}${ratio}\n`,
    );
  }
  const ours = rows.find((row) => row['tool'] === 'dropcap' && row['phase'] === 'later');
  const captured = rows.flatMap(({ tool, captured: drops }) => (drops ? [`${tool} ${drops}`] : []));
  process.stdout.write(
    `  captured: ${captured.join(', ')}; dropcap's peak memory ${(Number(ours?.['peak']) / 1000).toFixed(0)} MB\n`,
  );
}

try {
  const sender = compileProgram('datagrams', folder);
  for (const rate of rates) print(rate, await measure(rate, sender));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
