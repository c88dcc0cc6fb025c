import { type ChildProcess, spawn } from 'node:child_process';
import { isatty } from 'node:tty';
import { describeFileError } from '../errors.js';
import { PRIORITY_WARNING } from './journal.js';
import { die, END_SIGNALS } from './signals.js';
import { openErrorStream, say } from './terminal.js';

const STDIO_FDS = [0, 1, 2];

/** A command that runs while drops are captured. */
export interface TestedCommand {
  /** Resolves when the command ended. What went wrong; undefined for status 0. */
  readonly ended: Promise<string | undefined>;
  /** Aborted by a signal that came after the command's end. */
  readonly interrupted: AbortSignal;
  /** Removes the signal handlers. */
  forgetSignals(): void;
}

/**
 * Starts a command, without a shell, and with the standard input and outputs of this process. Signals that ask this process to
 * end are sent on to the command. After the command, the first one aborts `interrupted`, and the second one ends the process.
 */
export function startCommand(words: readonly string[]): TestedCommand {
  const [program = ''] = words;
  // Before the start: afterwards it would change the command's standard error too.
  openErrorStream();
  const started = spawned(words);
  const child = typeof started === 'string' ? undefined : started;
  const interrupted = new AbortController();
  // The terminal itself sends Ctrl-C to all its processes. Many programs end at once at a second one.
  const signals = END_SIGNALS.filter((signal) => signal !== 'SIGINT' || !STDIO_FDS.some(isatty));
  const handler = (signal: NodeJS.Signals) => {
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      if (signals.includes(signal)) sendOn(signal, child.pid, program);
    } else if (interrupted.signal.aborted) die(signal);
    else interrupted.abort();
  };
  for (const signal of END_SIGNALS) process.on(signal, handler);
  return {
    ended: typeof started === 'string' ? Promise.resolve(started) : endOf(started, program),
    interrupted: interrupted.signal,
    forgetSignals() {
      for (const signal of END_SIGNALS) process.off(signal, handler);
    },
  };
}

/** The process of a command. A text when Node throws: it reports some failures so, and others by an event. */
function spawned([program = '', ...args]: readonly string[]): ChildProcess | string {
  try {
    return spawn(program, args, { stdio: 'inherit' });
  } catch (error) {
    return startFailure(program, error);
  }
}

function endOf(child: ChildProcess, program: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(startFailure(program, error)));
    child.once('close', (status, signal) => {
      if (status === 0) resolve(undefined);
      else
        resolve(`${program} ${signal === null ? `ended with status ${status}` : `was ended by ${signal}`}`);
    });
  });
}

function startFailure(program: string, error: unknown): string {
  return `cannot start ${program}: ${describeFileError(error)}`;
}

/** Not by child.kill(): its event for a refused signal is the one for a command that cannot be started. sudo, for example, refuses. */
function sendOn(signal: NodeJS.Signals, pid: number, program: string): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    say(`dropcap: cannot send ${signal} to ${program}: ${describeFileError(error)}`, PRIORITY_WARNING);
  }
}
