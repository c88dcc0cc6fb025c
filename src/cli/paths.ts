import { fstatSync, statSync } from 'node:fs';

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
