// Measures dropcap and dwdump in turn on a real kernel in a virtual machine (docs/testing.md). Prints medians, ratios
// and goals:  node test/bench/kernel.js [PACKETS] [RUNS] [PROCESSORS]
//
// The virtual machine's time is the number of instructions that it executed. So the figures do not depend on other
// work of this host. A microsecond is a thousand instructions. With two processors, the instructions of one processor
// also count as time of the program on the other processor. Only with one processor is processor time the program's
// own instructions.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { median } from './support/figures.js';

const packets = process.argv[2] ?? '200000';
const runs = process.argv[3] ?? '5';
const processors = process.argv[4] ?? '2';
const SECONDS = '1800';
const ATTEMPTS = 3;
const TOOLS = ['dropcap', 'dwdump'];
const project = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync('/var/tmp/dropcap-bench-');

/** The measurements: one line of kernel.sh each, as its name and its pairs. @type {Record<string, string>[]} */
const measured = [];

/**
 * Runs a part of kernel.sh in its own virtual machine. Under emulation, one machine in some dozens crashes: that
 * machine is started again.
 * @param {(string | number)[]} part
 */
async function measure(...part) {
  for (let attempt = 1; ; attempt++) {
    /** @type {Record<string, string>[]} */
    const rows = [];
    const status = await runMachine(part, rows);
    if (status === 0) {
      measured.push(...rows);
      return;
    }
    if (attempt === ATTEMPTS) throw new Error(`the machine ended with status ${status}`);
  }
}

async function measureFloods() {
  for (let run = 0; run < Number(runs); run++) await measure('floods', run);
}

/**
 * Collects the measurements of kernel.sh, and judges the captured floods as they arrive.
 * @param {(string | number)[]} part
 * @param {Record<string, string>[]} rows
 * @returns {Promise<number | null>}
 */
async function runMachine(part, rows) {
  const own = join(folder, part.join('-'));
  const args = ['-i', '-c', processors, '-t', SECONDS, '-s', own, '--'];
  const command = ['test/bench/kernel.sh', own, packets, runs, ...part.map(String)];
  const machine = spawn(join(project, 'test/vm/run'), [...args, ...command], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  /** @type {Promise<number | null>} */
  const status = new Promise((resolve) => machine.on('close', resolve));
  for await (const line of createInterface(machine.stdout)) {
    process.stderr.write(`${line}\n`);
    const [name = '', ...pairs] = line.split(' ');
    const fields = Object.fromEntries(pairs.map((pair) => pair.split('=')));
    rows.push({ name, ...fields, ...(name === 'captured' ? judge(own, fields) : {}) });
  }
  return status;
}

/** @param {string} own folder of the machine @param {Record<string, string>} flood */
function judge(own, { tool, length, run, reason = '', place = '' }) {
  const file = join(own, `${tool}-${length}-${run}`);
  const program = join(project, 'test/bench/kernel.py');
  const text = execFileSync('python3', [program, 'judge', file, reason, place], { encoding: 'utf8' });
  rmSync(file);
  const [captured = '', wrong = ''] = text.trim().split(' ');
  return { captured, wrong };
}

/** @param {string} name @param {Record<string, string>} [wanted] */
const select = (name, wanted = {}) =>
  measured.filter((row) => row['name'] === name && Object.entries(wanted).every(([k, v]) => row[k] === v));

/** @param {Record<string, string>[]} rows @param {string} key */
const sum = (rows, key) => rows.reduce((total, row) => total + Number(row[key]), 0);

/** @param {string} what @param {(number | undefined)[]} figures of dropcap, of dwdump @param {number} digits @param {string} goal */
function print(what, figures, digits, goal) {
  const [ours, theirs] = figures;
  const ratio = ours === undefined || !theirs ? '' : (ours / theirs).toFixed(2);
  const cells = figures.map((figure) => (figure?.toFixed(digits) ?? '').padStart(9));
  process.stdout.write(`${what.padEnd(46)} ${cells.join(' ')} ${ratio.padStart(7)}  ${goal}\n`);
}

/** One figure of each capture with one queue length. @param {string} tool @param {string} length */
function shares(tool, length) {
  return select('captured', { tool, length }).map((row) => {
    const floods = select('flood', { tool, length, run: row['run'] ?? '' });
    return (100 * Number(row['captured'])) / sum(floods, 'dropped');
  });
}

/** Processor time of each capture with the tool's own queue length, by packets captured. @param {string} tool @param {string} number */
function microseconds(tool, number) {
  const length = select('own')[0]?.[tool] ?? '';
  const share = shares(tool, length);
  return select('flood', { tool, length, number }).map(
    (row, i) => Number(row['cpu']) / 1000 / ((Number(row['dropped']) * (share[i] ?? 0)) / 100),
  );
}

/** @param {(tool: string) => number[]} figures */
const medians = (figures) => TOOLS.map((tool) => median(figures(tool)));

/** Time to the first drop in the file, without Node's own start. @param {string} tool */
function firstDrops(tool) {
  const later = select('start', { tool }).filter((row) => row['run'] !== '0');
  return later.map((row) => Number(row['seconds']));
}

function printAll() {
  const own = select('own')[0] ?? {};
  process.stdout.write(
    `${packets} packets a flood, two floods a capture, ${runs} captures each, ${processors} processors\n`,
  );
  process.stdout.write(
    `${''.padEnd(46)} ${'dropcap'.padStart(9)} ${'dwdump'.padStart(9)} ${'ratio'.padStart(7)}  goal\n`,
  );
  print(
    `captured, own queues (${own['dropcap']}, ${own['dwdump']}), %`,
    TOOLS.map((tool) => median(shares(tool, own[tool] ?? ''))),
    2,
    "dropcap's is no smaller",
  );
  for (const length of [own['dwdump'] ?? '', own['dropcap'] ?? ''])
    print(
      `captured, queues of ${length}, %`,
      medians((tool) => shares(tool, length)),
      2,
      "dropcap's is no smaller",
    );
  print(
    'processor time a packet, first flood, µs',
    medians((tool) => microseconds(tool, '1')),
    2,
    'at most 1.00 times',
  );
  print(
    'processor time a packet, second flood, µs',
    medians((tool) => microseconds(tool, '2')),
    2,
    'at most 1.00 times',
  );
  const steady = (/** @type {string} */ tool) =>
    select('steady', { tool }).map((row) => Number(row['cpu']) / 1000 / Number(row['dropped']));
  print('processor time a packet, at 2000 a second, µs', medians(steady), 2, '');
  print(
    'wrong reason, place or length, packets',
    [sum(select('captured', { tool: 'dropcap' }), 'wrong')],
    0,
    'none',
  );
  const rates = TOOLS.map((tool) => select('rate', { tool }).at(-1));
  print(
    'rate that dwdump sustains, packets a second',
    rates.map((row) => Number(row?.['rate'])),
    0,
    '',
  );
  const lost = TOOLS.map((tool) => select('rate', { tool, rate: rates[1]?.['rate'] ?? '' }));
  print(
    'lost at that rate, packets',
    lost.map((rows) => sum(rows, 'dropped') - sum(rows, 'captured')),
    0,
    'none',
  );
  const node = median(firstDrops('node'));
  print('start until the first drop is in the file, s', medians(firstDrops), 3, '');
  print(
    `the same without node -e 0's ${node.toFixed(3)} s`,
    [median(firstDrops('dropcap')) - node],
    3,
    'at most 0.150',
  );
  print(
    'idle for 10 s, ticks',
    TOOLS.map((tool) => sum(select('idle', { tool }), 'ticks')),
    0,
    'none',
  );
  const singles = (/** @type {string} */ tool) => select('single', { tool }).map((row) => Number(row['ms']));
  print('drop until it is in the file, median, ms', medians(singles), 1, 'below 100');
  print(
    'the same, longest, ms',
    TOOLS.map((tool) => Math.max(...singles(tool))),
    1,
    'below 100',
  );
}

try {
  await Promise.all([measureFloods(), measure('others')]);
  printAll();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
