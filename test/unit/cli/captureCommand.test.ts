import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runCapture } from '../../../src/cli/captureCommand.js';
import { openFileSink } from '../../../src/outlet/fileSink.js';

vi.mock('../../../src/outlet/fileSink.js', () => ({
  openFileSink: vi.fn<typeof openFileSink>().mockRejectedValue(new Error('no further')),
}));

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dropcap-command-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('runCapture', () => {
  test('waits for the disk, unless its input is a file, which can be read again', async () => {
    const [file, fifo] = [join(folder, 'file'), join(folder, 'fifo')];
    writeFileSync(file, '');
    execFileSync('mkfifo', [fifo]);
    const sync = [];
    for (const read of [undefined, '-', fifo, file]) {
      await expect(runCapture({ read, write: 'x' } as never, '')).rejects.toThrow('no further');
      sync.push(vi.mocked(openFileSink).mock.lastCall?.[1]?.sync);
    }
    expect(sync).toEqual([true, true, true, false]);
  });
});
