import { setPriority } from 'node:os';

const NICE = 10;

/**
 * Lowers the processor priority of a program that this process started: a capture goes first. Not where that is forbidden, as
 * for programs that have a lower priority already.
 */
export function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, NICE);
  } catch {
    // It runs with the priority of this process.
  }
}
