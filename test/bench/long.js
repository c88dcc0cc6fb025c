// A capture for half an hour under load, in a virtual machine with a real kernel (docs/testing.md): into a ring of files,
// with the guard, a keeper for each file, and a program after each file. Prints whether each drop is in a file or told
// as lost, whether tshark and capinfos read the last files, and whether the memory grows:
//     node test/bench/long.js [SECONDS, at least 120] [DROPS_A_SECOND] [KB_A_FILE]
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileProgram } from './support/compile.js';
import { slope } from './support/figures.js';

const seconds = Number(process.argv[2] ?? 1800);
const rate = Number(process.argv[3] ?? 1000);
const fileKb = Number(process.argv[4] ?? 10_000);
/** Time for the start, the end, and an emulator that falls behind. */
const MORE_SECONDS = 600;
const KIB = 1024;
/**
 * Without tshark's warning about root. An error still ends this script.
 * @type {import('node:child_process').ExecFileSyncOptions}
 */
const QUIET = { stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 2 ** 28 };
const project = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync('/var/tmp/dropcap-bench-');

/** @param {string} text */
const write = (text) => process.stdout.write(`${text}\n`);

/** Runs long.sh in a machine. Returns its lines: each one's pairs. */
function run() {
  const sender = compileProgram('datagrams', folder);
  const command = ['test/bench/long.sh', folder, sender, rate, seconds, fileKb].map(String);
  const args = ['-t', String(seconds + MORE_SECONDS), '-s', folder, '--', ...command];
  const { stdout, status } = spawnSync(join(project, 'test/vm/run'), args, {
    cwd: project,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the machine ended with status ${status}`);
  return stdout.split('\n').map((line) => {
    return Object.fromEntries(line.split(' ').map((pair) => pair.split('=')));
  });
}

/** Prints what tshark and capinfos say about the files that the ring still has. */
function judge() {
  const files = readdirSync(folder).filter((name) => name.endsWith('.pcapng'));
  let packets = 0;
  for (const file of files) {
    const path = join(folder, file);
    const numbers = ['-r', path, '-T', 'fields', '-e', 'frame.number'];
    packets += execFileSync('tshark', numbers, QUIET).toString().split('\n').length - 1;
    execFileSync('capinfos', ['-c', path], QUIET);
  }
  write(`the last ${files.length} files: ${packets} packets for tshark, whole for tshark and capinfos`);
}

try {
  const rows = run();
  const messages = readFileSync(join(folder, 'long.err'), 'utf8').split('\n');
  const counts = messages.filter((line) => /^\d+$/.test(line)).map(Number);
  const end = rows.find((row) => row['sent']);
  const status = readFileSync(join(folder, 'long.status'), 'utf8').trim();
  const monitor = readFileSync(join(folder, 'long.monitor'), 'utf8').match(/^monitoring: .*/m)?.[0];
  write(`${end?.['sent']} datagrams, ${rate} a second; status ${status}; ${monitor}`);
  write(`${counts.length} files with ${counts.reduce((sum, count) => sum + count, 0)} packets`);
  write(
    messages
      .filter((line) => line !== '' && !/^\d+$/.test(line))
      .slice(-6)
      .join('\n'),
  );
  judge();
  const samples = rows.filter((row) => row['memory']);
  const later = samples.slice(samples.length >> 1);
  const [middle, last] = [later[0], later.at(-1)];
  const spanSeconds = Number(last?.['at']) - Number(middle?.['at']);
  const stepsAnHour = (3600 * (later.length - 1)) / spanSeconds;
  for (const [at, part] of ['dropcap', 'guard', 'keeper'].entries()) {
    const values = later.map((row) => (Number(row['memory']?.split('+')[at] ?? 0) * KIB) / 1e6);
    const { perStep, error } = slope(values);
    write(
      `${part.padEnd(8)} ${Math.max(...values).toFixed(1)} MB at most in the second half, which grows by ` +
        `${(perStep * stepsAnHour).toFixed(1)} MB an hour (+- ${(error * stepsAnHour).toFixed(1)})`,
    );
  }
  const cpuMs = (Number(last?.['cpu']) - Number(middle?.['cpu'])) / 1e6;
  write(`${(cpuMs / spanSeconds).toFixed(1)} ms of processor time a second`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
