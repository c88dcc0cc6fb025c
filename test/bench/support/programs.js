// The programs of these benchmarks: the sender and the receivers in C, compiled into a folder that is removed at the
// end, and dropcap's receive path (pipeline.ts, topPipeline.ts), bundled into build. Each program prints lines of JSON.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { compileProgram } from './compile.js';

/** A number that generic netlink could give NET_DM. */
const FAMILY_ID = 35;
/**
 * One of the 32 groups that nl_groups can name. Depends on the process, so that two runs do not receive each other's
 * alerts.
 */
const GROUP = 1 + (process.pid % 32);
/** The receivers' output, in a file system in memory: otherwise the disk would be measured. */
export const OUTPUT = `/dev/shm/dropcap-bench-${process.pid}`;

const IN_C = ['send', 'discard', 'store', 'dump'];
const project = new URL('../../../', import.meta.url);
/** Inside the project, where the bundled code finds the addon. */
const bundles = new URL('build/', project);
await build({
  absWorkingDir: fileURLToPath(project),
  entryPoints: [
    'test/bench/support/pipeline.ts',
    'test/bench/support/topPipeline.ts',
    'src/monitor/defaults.ts',
  ],
  outdir: 'build',
  entryNames: '[name]',
  bundle: true,
  platform: 'node',
  format: 'esm',
  external: ['node-gyp-build'],
});
const pipeline = fileURLToPath(new URL('pipeline.js', bundles));
const topPipeline = fileURLToPath(new URL('topPipeline.js', bundles));
/** @type {typeof import('../../../src/monitor/defaults.js')} */
const { defaultReceiveBufferBytes } = await import(new URL('defaults.js', bundles).href);
const folder = mkdtempSync(join(tmpdir(), 'dropcap-bench-'));
/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const path of [folder, OUTPUT]) rmSync(path, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

/**
 * @typedef {object} Sent
 * @property {number} sent
 * @property {number} startNs CLOCK_MONOTONIC.
 * @property {number} endNs
 */

/**
 * @typedef {object} Received
 * @property {number} received
 * @property {number} lastNs When the last message came, of CLOCK_MONOTONIC.
 * @property {number} cpuUs
 */

/** Compiles the programs. */
export function compile() {
  for (const name of IN_C) compileProgram(name, folder);
}

/** A program that runs until it is stopped. */
export class Program {
  #child;
  #lines;

  /**
   * @param {string} file
   * @param {(string | number)[]} args
   * @param {import('node:child_process').StdioOptions} stdio
   * @param {number} report the file descriptor that it writes the lines to
   */
  constructor(file, args, stdio = ['ignore', 'pipe', 'inherit'], report = 1) {
    this.#child = spawn(file, args.map(String), { stdio });
    running.add(this.#child);
    this.#child.once('exit', () => running.delete(this.#child));
    const input = /** @type {import('node:stream').Readable} */ (this.#child.stdio[report]);
    this.#lines = createInterface({ input })[Symbol.asyncIterator]();
  }

  get pid() {
    return this.#child.pid;
  }

  /** The next line that the program prints. @returns {Promise<any>} */
  async next() {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.#child.spawnfile} ended`);
    return JSON.parse(value);
  }

  /** Ends the program after the queued messages. Returns the last line that it prints. */
  stop() {
    this.#child.kill('SIGTERM');
    return this.next();
  }
}

/**
 * Starts a receiver: dropcap, or one of the programs in C. Resolves when it receives.
 * @param {'dropcap' | 'discard' | 'store' | 'dump'} name
 * @param {string} output its file
 * @param {string[]} more further arguments for dropcap
 */
export async function startReceiver(name, output, ...more) {
  const args = [GROUP, defaultReceiveBufferBytes()];
  const program =
    name === 'dropcap'
      ? new Program(process.execPath, [pipeline, ...args, FAMILY_ID, output, ...more])
      : new Program(join(folder, name), [...args, output]);
  await program.next();
  return program;
}

/**
 * Starts dropcap top on a terminal of script(1), whose output nobody draws. Resolves when it receives.
 * @returns the process, and the id of its part that is dropcap
 */
export async function startTop() {
  const args = [topPipeline, GROUP, defaultReceiveBufferBytes(), FAMILY_ID].join(' ');
  const command = `stty columns 120 rows 40; exec '${process.execPath}' ${args}`;
  // script ends a terminal whose input ends: it stays open.
  const stdio = /** @type {const} */ (['pipe', 'ignore', 'inherit', 'pipe']);
  const terminal = new Program('script', ['-qefc', command, '/dev/null'], [...stdio], 3);
  const { pid } = await terminal.next();
  return { terminal, pid: Number(pid) };
}

/**
 * Multicasts alerts. Resolves when all are sent.
 * @param {number} count
 * @param {number} payloadBytes
 * @param {number} rate messages a second; 0 for as fast as possible
 * @param {'few' | 'new'} flows whether the packets have eight flows, or each packet another source address
 * @returns {Promise<Sent>}
 */
export function send(count, payloadBytes, rate = 0, flows = 'few') {
  return new Program(join(folder, 'send'), [GROUP, count, payloadBytes, FAMILY_ID, rate, flows]).next();
}
