import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { describeFileError } from '../errors.js';

/** Most files that wait for the program. */
const MAX_WAITING = 16;
/** Time that the end of a capture waits for the program. */
const END_MS = 5000;
const STDERR_FD = 2;

/** A file that the program is run for. */
interface Job {
  readonly file: string;
  readonly facts: Readonly<Record<string, string>>;
}

/**
 * Runs a program for one file after another: with its own words, then the file's name. No shell reads the words. The
 * program has no input, writes to standard error, and has the user that this process has at the time. A program that
 * fails does no harm: `notify` gets a line about it.
 */
export class ProgramRunner {
  readonly #program: string;
  readonly #args: readonly string[];
  readonly #notify: (text: string) => void;
  readonly #waiting: Job[] = [];
  #running: Promise<void> | undefined;

  /** @param words the program and its arguments: `splitCommand` */
  constructor(words: readonly string[], notify: (text: string) => void) {
    [this.#program = '', ...this.#args] = words;
    this.#notify = notify;
  }

  /**
   * Runs the program for a file, after it has ended for earlier files.
   * @param facts more variables of its environment, besides DROPCAP_FILE
   */
  run(file: string, facts: Readonly<Record<string, string>> = {}): void {
    if (this.#waiting.length === MAX_WAITING) {
      this.#notify(`${this.#name} was not run for ${file}: ${MAX_WAITING} files wait for it already`);
      return;
    }
    this.#waiting.push({ file, facts });
    this.#running ??= this.#runAll();
  }

  /** Waits some seconds until the program has ended for all files. */
  async end(): Promise<void> {
    if (!this.#running) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<true>((resolve) => (timer = setTimeout(() => resolve(true), END_MS)));
    const isLate = await Promise.race([this.#running, late]);
    clearTimeout(timer);
    if (!isLate) return;
    const left = this.#waiting.splice(0);
    const unread = left.length === 0 ? '' : `, and is not run for ${left.length} more files`;
    this.#notify(`${this.#name} still runs${unread}`);
  }

  get #name(): string {
    return basename(this.#program);
  }

  async #runAll(): Promise<void> {
    for (let job = this.#waiting.shift(); job; job = this.#waiting.shift()) await this.#runOne(job);
    this.#running = undefined;
  }

  async #runOne({ file, facts }: Job): Promise<void> {
    const child = spawn(this.#program, [...this.#args, file], {
      stdio: ['ignore', STDERR_FD, STDERR_FD],
      env: { ...process.env, ...facts, DROPCAP_FILE: file },
      // A session of its own: Ctrl-C ends the capture, not this program.
      detached: true,
    });
    const failure = await new Promise<string | undefined>((resolve) => {
      child.once('error', (error) => resolve(`cannot be run: ${describeFileError(error)}`));
      child.once('exit', (status, signal) => {
        if (signal) resolve(`was ended by ${signal}`);
        else resolve(status === 0 ? undefined : `ended with status ${status}`);
      });
    });
    if (failure !== undefined) this.#notify(`${this.#name} ${failure} (for ${file})`);
  }
}
