import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { describe, expect, test, vi } from 'vitest';

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

/** Runs a fixture in its own process. Rejects when the process fails, or still runs after 25 seconds: sanitizers are slow. */
async function runFixture(name: string): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, ['--expose-gc', fixture(name)], { timeout: 100_000 });
}

describe('a process', () => {
  test('exits while it receives, with the status of process.exit', async () => {
    await expect(runFixture('exitWhileReceiving.mjs')).rejects.toMatchObject({
      code: 7,
      signal: null,
      stderr: '',
    });
  });

  test('ends by itself after its receiving socket is closed', async () => {
    expect(await runFixture('endByItself.mjs')).toEqual({ stdout: 'closed and over\n', stderr: '' });
  });

  test('closes unreferenced sockets by garbage collection', async () => {
    expect(await runFixture('collectGarbage.mjs')).toEqual({ stdout: '0\n', stderr: '' });
  });

  test('closes unreferenced adopted sockets by garbage collection', async () => {
    expect(await runFixture('adoptAndForget.mjs')).toEqual({ stdout: '5 then 0\n', stderr: '' });
  });

  test('keeps receiving with a socket that only the receive thread references', async () => {
    expect(await runFixture('keepReceiving.mjs')).toEqual({ stdout: 'received\n', stderr: '' });
  });

  test('gets an exception of the listener as an uncaught exception', async () => {
    expect(await runFixture('throwInListener.mjs')).toEqual({
      stdout: 'uncaught: thrown by the listener\n',
      stderr: '',
    });
  });
});

describe('a worker', () => {
  test('can be terminated while it receives, and leaves no thread and no descriptor', async () => {
    const descriptors = () => readdirSync('/proc/self/fd').length;
    const threads = () => readdirSync('/proc/self/task').length;
    const before = { descriptors: descriptors(), threads: threads() };
    for (let i = 0; i < 5; i++) {
      const worker = new Worker(fixture('busyWorker.mjs'));
      expect(await once(worker, 'message')).toEqual(['busy']);
      expect(await worker.terminate()).toBe(1);
    }
    // After it was joined, a thread stays listed for a moment.
    await vi.waitFor(() => expect({ descriptors: descriptors(), threads: threads() }).toEqual(before));
  });
});
