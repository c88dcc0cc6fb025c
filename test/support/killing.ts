import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, statSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { loadBinding } from '../../src/binding/load.js';

/** Seed of the moments at which tests kill. Set KILL_SEED to repeat a failure: the names of the tests have the seed. */
export const KILL_SEED: number = Number(process.env['KILL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** `count` numbers from 0 to `below`, the same for the same seed (xorshift32). */
export function seededNumbers(count: number, below: number, seed = KILL_SEED): number[] {
  let state = seed | 1;
  return Array.from({ length: count }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  });
}

/** Starts a command that writes a file, and kills it by SIGKILL once the file has `bytes` bytes. */
export async function killAt(bytes: number, path: string, command: string, args: string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = once(child, 'close');
  while (sizeOf(path) < bytes) {
    if (hasEnded(child)) throw new Error(`${command} ended before it was killed: ${errors}`);
    await new Promise(setImmediate);
  }
  child.kill('SIGKILL');
  await ended;
  await isFree(path);
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Waits until no process has the file's lock: the keeper ends after dropcap. */
async function isFree(path: string): Promise<void> {
  for (;;) {
    const fd = openSync(path, 'r+');
    try {
      if (loadBinding().lockFile(fd)) return;
    } finally {
      closeSync(fd);
    }
    await setTimeout(5);
  }
}
