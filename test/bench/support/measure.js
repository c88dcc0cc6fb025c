// Measures whole processes from outside, and compares them.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from './figures.js';

const usage = fileURLToPath(new URL('usage.py', import.meta.url));
// Remove settings of this host for every Node. They are not part of the measured work: loading more certificates takes
// as long as Node itself.
const env = { ...process.env };
delete env['NODE_EXTRA_CA_CERTS'];
delete env['NODE_OPTIONS'];

/**
 * The cost of a command: seconds from start to end, seconds of processor time of the program and of the kernel for it,
 * and the largest resident memory.
 * @typedef {{ seconds: number, cpuSeconds: number, peakBytes: number }} Usage
 */

/**
 * A command to measure.
 * @typedef {object} Job
 * @property {string} name
 * @property {string[]} command
 * @property {string} [output] file for its standard output
 * @property {() => void} [before] called before each run, and not measured
 * @property {number} [runs] number of runs, if fewer than for the other jobs
 * @property {string} [goal] goal, for the table
 */

/**
 * Runs a job. Throws its standard error when it fails.
 * @param {Job} job
 * @returns {Usage}
 */
export function measure({ command, output = '/dev/null', before }) {
  before?.();
  const { status, stdout, stderr } = spawnSync('python3', [usage, output, ...command], {
    encoding: 'utf8',
    env,
  });
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
  const [seconds = 0, cpuSeconds = 0, peakKib = 0] = stdout.trim().split(' ').map(Number);
  return { seconds, cpuSeconds, peakBytes: peakKib * 1024 };
}

/**
 * Runs the jobs in turn, `runs` times, so that other work of this host affects all jobs equally. Prints each job's
 * medians, and its time as a multiple of the first job's time.
 * @param {string} title
 * @param {readonly Job[]} jobs
 * @param {number} runs
 */
export function compare(title, jobs, runs) {
  /** @type {Usage[][]} */
  const usages = jobs.map(() => []);
  for (let i = 0; i < runs; i++) {
    jobs.forEach((job, j) => {
      if (i < (job.runs ?? runs)) usages[j]?.push(measure(job));
    });
  }
  print(`${title} (medians of ${runs} in turn)`);
  const width = Math.max(...jobs.map(({ name }) => name.length));
  const first = median((usages[0] ?? []).map(({ seconds }) => seconds));
  jobs.forEach(({ name, goal, runs: fewer }, j) => {
    const some = usages[j] ?? [];
    const seconds = median(some.map((one) => one.seconds));
    const columns = [
      name.padEnd(width),
      `${(seconds * 1000).toFixed(0).padStart(6)} ms`,
      `${(median(some.map((one) => one.cpuSeconds)) * 1000).toFixed(0).padStart(6)} ms of processor time`,
      megabytes(median(some.map((one) => one.peakBytes))),
      `${(seconds / first).toFixed(2).padStart(5)} times`,
      fewer !== undefined && fewer < runs ? `(median of ${fewer})` : '',
      goal === undefined ? '' : `goal: ${goal}`,
    ];
    print(`  ${columns.filter((column) => column !== '').join('  ')}`);
  });
}

/** @param {number} bytes */
export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(0).padStart(4)} MB`;
}

/** @param {string} line */
export function print(line) {
  process.stdout.write(`${line}\n`);
}
