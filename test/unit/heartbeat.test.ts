import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BEAT_MS, onBeat } from '../../src/heartbeat.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('listeners share one timer, which ends with the last of them', () => {
  const [first, second] = [vi.fn<() => void>(), vi.fn<() => void>()];
  const endFirst = onBeat(first);
  const endSecond = onBeat(second);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(BEAT_MS);
  endFirst();
  endFirst();
  vi.advanceTimersByTime(BEAT_MS);
  expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 2]);
  endSecond();
  expect(vi.getTimerCount()).toBe(0);
});
