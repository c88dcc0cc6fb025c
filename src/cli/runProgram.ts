import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { describeFileError } from '../errors.js';

const STDERR_FD = 2;
/** Processor priority of the program: a capture goes first. */
const NICE = 10;

/** The words of a command: separated by spaces, without quotes. No shell reads them. */
export function wordsOf(command: string): string[] {
  return command.split(/\s+/).filter((word) => word !== '');
}

/**
 * Runs a program with a file's name as its last argument, and waits for its end. It reads nothing, and its output goes to
 * standard error. Returns what went wrong; undefined for success.
 * @param words the program and its first arguments
 */
export async function runProgram(words: readonly string[], path: string): Promise<string | undefined> {
  const [program = '', ...args] = words;
  // A name that begins with - would be an option. In a session of its own: Ctrl-C ends dropcap, not the program.
  const file = path.startsWith('-') ? `./${path}` : path;
  const child = spawn(program, [...args, file], { stdio: ['ignore', STDERR_FD, STDERR_FD], detached: true });
  const ended = new Promise((resolve) => child.on('close', resolve));
  try {
    await once(child, 'spawn');
  } catch (error) {
    return `cannot start ${program}: ${describeFileError(error)}`;
  }
  setPriority(child.pid!, NICE);
  await ended;
  if (child.exitCode === 0) return undefined;
  return `${program} failed with ${file}: ${child.signalCode ?? `exit status ${child.exitCode}`}`;
}
