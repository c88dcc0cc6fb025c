import { readFileSync } from 'node:fs';

/** Fields of /proc/PID/stat after the name (proc(5)): the process group, and the foreground group of its terminal. */
const PGRP = 2;
const TPGID = 5;

/** Whether this process is in the foreground of its terminal. In the background, it is stopped when it changes the terminal. */
export function inForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[PGRP] === fields[TPGID];
  } catch {
    return true; // Without /proc.
  }
}
