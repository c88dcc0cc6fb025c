import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { removeLine, say, showLine } from '../../../src/cli/terminal.js';

let written: string[];
beforeEach(() => {
  written = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
});
afterEach(() => vi.restoreAllMocks());

test('a notice is a line of its own above the shown line, which is drawn again', () => {
  showLine('5 captured');
  say('a notice\u001b');
  removeLine();
  say('the end');
  expect(written).toEqual([
    '\r\u001b[K5 captured',
    '\r\u001b[Ka notice\\x1b\n5 captured',
    '\r\u001b[K',
    'the end\n',
  ]);
});

test('a line that did not change is not written again, and one that is not shown is not removed', () => {
  removeLine();
  showLine('5 captured');
  showLine('5 captured');
  removeLine();
  removeLine();
  expect(written).toEqual(['\r\u001b[K5 captured', '\r\u001b[K']);
});
