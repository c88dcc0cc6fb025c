import { spawn } from 'node:child_process';
import { isatty } from 'node:tty';
import { describeFileError } from '../errors.js';
import { END_SIGNALS } from './signals.js';

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
 * end are sent on to the command.
 */
export function startCommand(words: readonly string[]): TestedCommand {
  const [program = '', ...args] = words;
  const child = spawn(program, args, { stdio: 'inherit' });
  const interrupted = new AbortController();
  // The terminal itself sends Ctrl-C to all its processes. Many programs end at once at a second one.
  const signals = END_SIGNALS.filter((signal) => signal !== 'SIGINT' || !STDIO_FDS.some(isatty));
  const running = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  const handler = (signal: NodeJS.Signals) => {
    if (!running()) interrupted.abort();
    else if (signals.includes(signal)) child.kill(signal);
  };
  for (const signal of END_SIGNALS) process.on(signal, handler);
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(`cannot start ${program}: ${describeFileError(error)}`));
    child.once('close', (status, signal) => {
      if (status === 0) resolve(undefined);
      else
        resolve(`${program} ${signal === null ? `ended with status ${status}` : `was ended by ${signal}`}`);
    });
  });
  return {
    ended,
    interrupted: interrupted.signal,
    forgetSignals() {
      for (const signal of END_SIGNALS) process.off(signal, handler);
    },
  };
}
