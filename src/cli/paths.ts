import { fstatSync, statSync } from 'node:fs';

const STDIN_FD = 0;
const STDOUT_FD = 1;

/** An output's name for people. */
export function nameOf(path = '-'): string {
  return path === '-' ? 'standard output' : path;
}

/** Whether a file can have this name: nothing else has it. */
export function mayBeFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
}

/** Whether the path is a regular file. Standard input and pipes are not: their bytes can be read only once. */
export function isRegular(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

export function isRegularOutput(path: string): boolean {
  return path === '-' ? isRegularFd(STDOUT_FD) : isRegular(path);
}

function isRegularFd(fd: number): boolean {
  try {
    return fstatSync(fd).isFile();
  } catch {
    return false; // Standard output is closed: writing reports the error.
  }
}

/** Whether an input, `-` for standard input, and an output are one regular file. */
export function isSameFile(read: string, write: string): boolean {
  try {
    const input = read === '-' ? fstatSync(STDIN_FD) : statSync(read);
    const output = statSync(write);
    return input.isFile() && input.ino === output.ino && input.dev === output.dev;
  } catch {
    return false; // A file does not exist: opening it reports the error.
  }
}
