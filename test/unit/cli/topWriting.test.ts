import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { TopWriting, type WrittenRun } from '../../../src/cli/topWriting.js';
import { DeviceTable } from '../../../src/drop/device.js';
import type { DropSource } from '../../../src/source/source.js';
import { NO_SYMBOLS } from '../../../src/symbols/symbolLookup.js';
import { dropAt, testCounts } from '../../support/topViews.js';
import { lacksTools, temporaryFolder } from '../../support/tools.js';

const folder = temporaryFolder();
const ALL = () => true;

function writingOf() {
  const facts = { live: true, devices: new DeviceTable(), kernelRelease: undefined, familyId: undefined };
  const source = { ...facts, losses: () => ({ queueDrops: 0, overruns: 0 }) } as DropSource;
  const some = testCounts();
  const run: WrittenRun = { counts: some.counts, source, symbols: NO_SYMBOLS, filter: undefined };
  const onFailure = vi.fn<() => void>();
  return { ...some, writing: new TopWriting(run, onFailure), onFailure };
}

function fifo(name: string): string {
  const path = join(folder, name);
  execFileSync('mkfifo', [path]);
  return path;
}

describe('TopWriting', () => {
  test('writes the drops until the end, and says how many', async () => {
    const { writing, write } = writingOf();
    const path = join(folder, 'row.pcapng');
    await writing.begin(path, 'A', ALL);
    await write(dropAt(1));
    await vi.waitFor(() => expect(writing.text).toBe(`writing 1 to ${path}`));
    expect(await writing.end()).toBe(`${path} is complete: 1 drop`);
    await write(dropAt(2));
    expect([writing.active, writing.text, await writing.end()]).toEqual([false, '', undefined]);
  });

  test('an end while the file is being opened completes the file', async () => {
    const { writing } = writingOf();
    const path = join(folder, 'soon.pcapng');
    const begun = writing.begin(path, 'A', ALL);
    expect(writing.active).toBe(true);
    expect(await writing.end()).toBe(`${path} is complete: 0 drops`);
    await begun;
    expect(writing.active).toBe(false);
  });

  test.skipIf(lacksTools('mkfifo'))('an end does not wait for the reader of a FIFO', async () => {
    const { writing } = writingOf();
    const path = fifo('unread');
    const failure = writing.begin(path, 'A', ALL).catch(String);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(writing.text).toContain('waiting');
    expect(await writing.end()).toBeUndefined();
    expect(await failure).toContain('no program opened it to read');
    expect(writing.active).toBe(false);
  });
});
