import { afterEach, describe, expect, test, vi } from 'vitest';
import { TopRun } from '../../../src/cli/topRun.js';
import { DeviceTable } from '../../../src/drop/device.js';
import { NO_LOSSES } from '../../../src/drop/losses.js';
import { type DropSource, NO_STATISTICS } from '../../../src/source/source.js';
import { NO_SYMBOLS } from '../../../src/symbols/symbolLookup.js';
import { batchOfRows, START_NS } from '../../support/rows.js';
import { dropAt } from '../../support/topViews.js';

afterEach(() => void vi.useRealTimers());

/** A source of one batch, which ends or fails after it. */
function sourceOf(live: boolean, failure?: Error): DropSource {
  return {
    description: 'the test',
    live,
    devices: new DeviceTable(),
    kernelRelease: undefined,
    familyId: undefined,
    settings: '',
    stop: () => Promise.resolve(),
    losses: () => NO_LOSSES,
    statistics: () => Promise.resolve({ ...NO_STATISTICS, queueDrops: 0, overruns: 0 }),
    close: () => Promise.resolve(),
    async *[Symbol.asyncIterator]() {
      yield await Promise.resolve(batchOfRows([dropAt(1), dropAt(2)]));
      if (failure) throw failure;
    },
  };
}

describe('TopRun', () => {
  test.each([
    ['a live source', true],
    ['a file', false],
  ])('the view of %s that ended is that of its end, however late it is made', async (_name, live) => {
    vi.useFakeTimers({ now: Number(START_NS / 1_000_000n), toFake: ['Date', 'performance'] });
    const run = new TopRun(sourceOf(live), NO_SYMBOLS, undefined, 5);
    expect((await run.run()).failure).toBeUndefined();
    vi.advanceTimersByTime(60_000);
    expect(await run.view()).toMatchObject({ drops: 2, dropsSinceStart: 2, complete: true });
  });

  test('a source that failed is not complete, and the view says why', async () => {
    const run = new TopRun(sourceOf(false, new Error('the file is cut')), NO_SYMBOLS, undefined, 5);
    expect((await run.run()).failure).toMatchObject({ message: 'the file is cut' });
    expect(await run.view()).toMatchObject({ drops: 2, complete: false, losses: ['the file is cut'] });
  });
});
