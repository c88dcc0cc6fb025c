// Whole processes, measured from outside.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const usage = fileURLToPath(new URL('usage.py', import.meta.url));

/**
 * What a command took: seconds from start to end, seconds of processor time of the program and of the kernel for it,
 * and the most memory that it had resident.
 * @typedef {{ seconds: number, cpuSeconds: number, peakBytes: number }} Usage
 */

/**
 * Runs a command, and throws what it says on standard error when it fails.
 * @param {string[]} command
 * @param {string} output file for its standard output
 * @returns {Usage}
 */
export function run(command, output = '/dev/null') {
  const { status, stdout, stderr } = spawnSync('python3', [usage, output, ...command], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
  const [seconds = 0, cpuSeconds = 0, peakKib = 0] = stdout.trim().split(' ').map(Number);
  return { seconds, cpuSeconds, peakBytes: peakKib * 1024 };
}

/**
 * Runs all of them in turn, so that what else the machine does is everybody's, `runs` times.
 * @param {readonly (() => Usage)[]} commands
 * @param {number} runs
 * @returns {Usage[]} medians, in the order of the commands
 */
export function mediansInTurn(commands, runs) {
  /** @type {Usage[][]} */
  const usages = commands.map(() => []);
  for (let i = 0; i < runs; i++) commands.forEach((command, c) => usages[c]?.push(command()));
  return usages.map((some) => ({
    seconds: median(some.map(({ seconds }) => seconds)),
    cpuSeconds: median(some.map(({ cpuSeconds }) => cpuSeconds)),
    peakBytes: median(some.map(({ peakBytes }) => peakBytes)),
  }));
}

/** @param {number[]} values */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
