import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CliOptions } from '../../../src/cli/options.js';
import { openOutputs } from '../../../src/cli/outputs.js';

describe('the gather time of a capture', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dropcap-gather-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function gatherMsOf(options: Partial<CliOptions>): Promise<number> {
    const outputs = await openOutputs({ format: 'pcapng', ...options } as CliOptions, undefined);
    const { gatherMs } = outputs;
    await outputs.discard();
    return gatherMs;
  }

  test('is 100 ms for a file', async () => {
    expect(await gatherMsOf({ write: join(folder, 'drops.pcapng') })).toBe(100);
  });

  test('is 100 ms when drops are only counted', async () => {
    expect(await gatherMsOf({ count: true })).toBe(100);
  });

  test('is 10 ms for a FIFO, whose reader waits for the drops', async () => {
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const reader = spawn('cat', [fifo], { stdio: 'ignore' });
    expect(await gatherMsOf({ write: fifo })).toBe(10);
    reader.kill();
  });

  test('is 10 ms for a device', async () => {
    expect(await gatherMsOf({ write: '/dev/null' })).toBe(10);
  });
});
