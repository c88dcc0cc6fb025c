import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { describe, expect, test, vi } from 'vitest';

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

/** Runs a fixture in a process of its own; rejects when it fails or is still there after 10 seconds. */
async function runFixture(name: string): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, ['--expose-gc', fixture(name)], { timeout: 10_000 });
}

describe('a process', () => {
  test('exits while it receives, with the status that it asked for', async () => {
    await expect(runFixture('exitWhileReceiving.mjs')).rejects.toMatchObject({
      code: 7,
      signal: null,
      stderr: '',
    });
  });

  test('ends by itself once a receiving socket is closed', async () => {
    expect(await runFixture('endByItself.mjs')).toEqual({ stdout: 'closed and over\n', stderr: '' });
  });

  test('gets the descriptors of forgotten sockets back by garbage collection', async () => {
    expect(await runFixture('collectGarbage.mjs')).toEqual({ stdout: '0\n', stderr: '' });
  });

  test('gets the descriptors of forgotten sockets back that it adopted', async () => {
    expect(await runFixture('adoptAndForget.mjs')).toEqual({ stdout: '5 then 0\n', stderr: '' });
  });

  test('goes on receiving with a socket that only the receive thread knows', async () => {
    expect(await runFixture('keepReceiving.mjs')).toEqual({ stdout: 'received\n', stderr: '' });
  });

  test('hears of an exception of the listener as of any uncaught one', async () => {
    expect(await runFixture('throwInListener.mjs')).toEqual({
      stdout: 'uncaught: thrown by the listener\n',
      stderr: '',
    });
  });
});

describe('a worker', () => {
  test('is terminated while it receives, and leaves neither thread nor descriptor', async () => {
    const descriptors = () => readdirSync('/proc/self/fd').length;
    const threads = () => readdirSync('/proc/self/task').length;
    const before = { descriptors: descriptors(), threads: threads() };
    for (let i = 0; i < 5; i++) {
      const worker = new Worker(fixture('busyWorker.mjs'));
      expect(await once(worker, 'message')).toEqual(['busy']);
      expect(await worker.terminate()).toBe(1);
    }
    // A thread that was joined is still listed for a moment.
    await vi.waitFor(() => expect({ descriptors: descriptors(), threads: threads() }).toEqual(before));
  });
});
