import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CaptureStatus } from '../../../src/cli/captureStatus.js';
import { LiveLine } from '../../../src/cli/liveLine.js';
import { type DropSource, NO_STATISTICS } from '../../../src/source/source.js';

const OUTPUT = { name: 'drops.pcapng', written: 0, bytes: 0, cutPackets: 0, refused: 0 };
const CLEAR = '\r\u001b[K';

const { columns } = process.stderr;
let written: string[];
let asked: number;
let line: LiveLine;
let status: CaptureStatus;

beforeEach(() => {
  vi.useFakeTimers();
  process.stderr.columns = 80;
  [written, asked] = [[], 0];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  const statistics = () => {
    asked++;
    return Promise.resolve({ ...NO_STATISTICS, queueDrops: 0, overruns: 0 });
  };
  status = new CaptureStatus({ statistics } as unknown as DropSource, OUTPUT, [], undefined);
  line = new LiveLine(status);
});
afterEach(() => {
  line.end();
  vi.restoreAllMocks();
  vi.useRealTimers();
  process.stderr.columns = columns;
});

/** Lets the source give drops. */
function capture(drops: number): void {
  const captured = status.counters.captured + drops;
  status.counters = { captured, lost: 0, delivered: captured };
  line.update();
}

/** The lines since the last call. */
function lines(): string[] {
  return written.splice(0).map((text) => text.replace(CLEAR, '').replace(', drops.pcapng 0 B', ''));
}

test('is there before the first drop, and then does nothing until a drop comes', async () => {
  await vi.advanceTimersByTimeAsync(500);
  expect(lines()).toEqual(['0 captured (0/s)']);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect([lines(), asked, vi.getTimerCount()]).toEqual([[], 1, 0]);
});

test('goes on until the rate is 0 although no more drops come', async () => {
  await vi.advanceTimersByTimeAsync(10_000);
  lines();
  capture(300);
  await vi.advanceTimersByTimeAsync(200);
  expect(lines()).toEqual(['300 captured (100/s)']);
  await vi.advanceTimersByTimeAsync(60_000);
  const shown = lines();
  expect(shown.at(-1)).toBe('300 captured (0/s)');
  expect(shown.length).toBeLessThanOrEqual(5);
  expect(vi.getTimerCount()).toBe(0);
});

test('is drawn at most five times a second', async () => {
  for (let i = 0; i < 1000; i++) {
    capture(224);
    await vi.advanceTimersByTimeAsync(1);
  }
  expect([lines().length, asked]).toEqual([5, 5]);
});

test('follows the width of the terminal', async () => {
  await vi.advanceTimersByTimeAsync(500);
  process.stderr.columns = 17;
  process.stderr.emit('resize');
  await vi.advanceTimersByTimeAsync(500);
  expect(written).toEqual([`${CLEAR}0 captured (0/s), drops.pcapng 0 B`, `${CLEAR}0 captured (0/s)`]);
});

test('fits into the 80 columns of a terminal that does not report its width', async () => {
  process.stderr.columns = 0;
  capture(123_456_789);
  await vi.advanceTimersByTimeAsync(500);
  expect(lines()).toEqual(['123,456,789 captured (617,283,945/s)']);
});

test('removes itself at the end, also while it is being drawn', async () => {
  await vi.advanceTimersByTimeAsync(500);
  capture(1);
  vi.advanceTimersByTime(200);
  line.end();
  await vi.advanceTimersByTimeAsync(5000);
  expect(written).toEqual([`${CLEAR}0 captured (0/s), drops.pcapng 0 B`, CLEAR]);
  expect(process.stderr.listenerCount('resize')).toBe(0);
});
