import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { say, StatusLine } from '../../../src/cli/terminal.js';

const { columns } = process.stderr;
let written: string[];
beforeEach(() => {
  vi.useFakeTimers();
  written = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  process.stderr.columns = columns;
});

test('a notice is a line of its own above the status line, which is drawn again', () => {
  process.stderr.columns = 80;
  const line = new StatusLine();
  line.update(() => '5 captured');
  vi.advanceTimersByTime(1000);
  say('a notice\u001b');
  line.clear();
  say('the end');
  expect(written).toEqual([
    '\r\u001b[K5 captured',
    '\r\u001b[Ka notice\\x1b\n5 captured',
    '\r\u001b[K',
    'the end\n',
  ]);
});

test.each([
  [10, '123456789'],
  [11, '1234567890'],
  [0, '1234567890'], // Some terminals do not tell their width.
])('a status line on a terminal of %i columns does not wrap', (width, text) => {
  process.stderr.columns = width;
  const line = new StatusLine();
  line.update(() => '1234567890');
  vi.advanceTimersByTime(1000);
  line.clear();
  expect(written).toEqual([`\r\u001b[K${text}`, '\r\u001b[K']);
});
