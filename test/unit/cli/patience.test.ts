import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { onEndSignal } from '../../../src/cli/signals.js';

const say = vi.hoisted(() => vi.fn<(text: string) => void>());
vi.mock('../../../src/cli/terminal.js', () => ({ say, releaseTerminal: () => {} }));
const kill = vi.spyOn(process, 'kill').mockReturnValue(true);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  say.mockClear();
  kill.mockClear();
});

/** Asks for the end while the output takes no bytes. */
function stuck(patienceMs: number, bytes: () => number | undefined) {
  const end = vi.fn<() => void>();
  const forget = onEndSignal(end, { bytes, patienceMs: () => patienceMs, lossText: () => 'is stuck' });
  process.emit('SIGTERM', 'SIGTERM');
  expect(end).toHaveBeenCalledOnce();
  return forget;
}

test.each([
  [900, 'a reader', 2000],
  [10_000, 'a file', 12_000],
])('an output without a byte for %i ms is given up: %s', (patienceMs, _, endedMs) => {
  const forget = stuck(patienceMs, () => 5);
  vi.advanceTimersByTime(patienceMs - 1);
  expect(kill).not.toHaveBeenCalled();
  vi.advanceTimersByTime(endedMs - patienceMs);
  forget();
  expect(say).toHaveBeenCalledWith('dropcap: is stuck', expect.any(Number));
  expect(kill).toHaveBeenCalledWith(process.pid, 'SIGTERM');
});

test('an output that takes bytes, or has none to take, is not given up', () => {
  let bytes: number | undefined = 0;
  const forget = stuck(900, () => (bytes === undefined ? undefined : bytes++));
  vi.advanceTimersByTime(30_000);
  bytes = undefined;
  vi.advanceTimersByTime(30_000);
  forget();
  expect(kill).not.toHaveBeenCalled();
});
