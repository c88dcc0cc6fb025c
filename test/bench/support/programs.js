// The programs of these benchmarks: the sender and the receivers in C, compiled into a folder that is removed at the
// end, and dropcap's receive path (pipeline.ts), bundled into build. Each program prints lines of JSON.
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
  entryPoints: ['test/bench/support/pipeline.ts', 'src/monitor/defaults.ts'],
  outdir: 'build',
  entryNames: '[name]',
  bundle: true,
  platform: 'node',
  format: 'esm',
  external: ['node-gyp-build'],
});
const pipeline = fileURLToPath(new URL('pipeline.js', bundles));
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
   */
  constructor(file, args) {
    this.#child = spawn(file, args.map(String), { stdio: ['ignore', 'pipe', 'inherit'] });
    running.add(this.#child);
    this.#child.once('exit', () => running.delete(this.#child));
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
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
 * Multicasts alerts. Resolves when all are sent.
 * @param {number} count
 * @param {number} payloadBytes
 * @param {number} rate messages a second; 0 for as fast as possible
 * @returns {Promise<Sent>}
 */
export function send(count, payloadBytes, rate = 0) {
  return new Program(join(folder, 'send'), [GROUP, count, payloadBytes, FAMILY_ID, rate]).next();
}
