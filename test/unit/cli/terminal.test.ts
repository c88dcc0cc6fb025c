import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { releaseTerminal, removeLine, say, setScreenOwner, showLine } from '../../../src/cli/terminal.js';

let written: string[];
beforeEach(() => {
  written = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
});
afterEach(() => {
  setScreenOwner(undefined);
  vi.restoreAllMocks();
});

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

describe('while a screen has the terminal', () => {
  const owner = { say: vi.fn<(text: string) => void>(), release: vi.fn<() => void>() };
  const { isTTY } = process.stderr;
  beforeEach(() => {
    owner.say.mockClear();
    setScreenOwner(owner);
  });
  afterEach(() => {
    process.stderr.isTTY = isTTY;
  });

  test('a notice goes to the screen, and not into it', () => {
    process.stderr.isTTY = true;
    say('a notice\u001b');
    expect(owner.say.mock.calls).toEqual([['a notice\\x1b']]);
    expect(written).toEqual([]);
  });

  test('a notice goes also to a standard error that is not the terminal', () => {
    process.stderr.isTTY = false;
    say('a notice');
    expect(owner.say.mock.calls).toEqual([['a notice']]);
    expect(written).toEqual(['a notice\n']);
  });

  test('the screen gives the terminal back before a signal ends the program', () => {
    releaseTerminal();
    expect(owner.release).toHaveBeenCalledOnce();
  });
});
