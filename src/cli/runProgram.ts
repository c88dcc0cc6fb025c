import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import { describeFileError } from '../errors.js';
import { lowerPriority } from '../outlet/lowPriority.js';

const STDERR_FD = 2;

/**
 * Runs a program with a file's name as its last argument, and waits for its end. No shell reads the words. The program has
 * no input, writes to standard error, and has the user that this process has at the time.
 * @param words the program and its first arguments: `splitCommand`
 * @param facts more variables of its environment, besides DROPCAP_FILE
 * @returns what went wrong; undefined for success
 */
export async function runProgram(
  words: readonly string[],
  path: string,
  facts: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  const [program = '', ...args] = words;
  // A name that begins with - would be an option.
  const file = path.startsWith('-') ? `./${path}` : path;
  const child = spawn(program, [...args, file], {
    stdio: ['ignore', STDERR_FD, STDERR_FD],
    env: { ...process.env, ...facts, DROPCAP_FILE: file },
    // A session of its own: Ctrl-C ends the capture, not this program.
    detached: true,
  });
  const name = basename(program);
  const ended = new Promise((resolve) => child.on('close', resolve));
  try {
    await once(child, 'spawn');
  } catch (error) {
    return `${name} cannot be run: ${describeFileError(error)} (for ${file})`;
  }
  lowerPriority(child.pid);
  await ended;
  if (child.exitCode === 0) return undefined;
  const how = child.signalCode ? `was ended by ${child.signalCode}` : `ended with status ${child.exitCode}`;
  return `${name} ${how} (for ${file})`;
}
