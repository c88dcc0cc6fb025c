import { describe, expect, test } from 'vitest';
import { describeErrno, messageOf } from '../../src/errors.js';

/** The error that Node makes for an errno that libuv does not know. */
const unknown = (errno: number) => {
  const name = `Unknown system error -${errno}`;
  return Object.assign(new Error(`${name}: ${name}, write`), { errno: -errno, code: name });
};

describe('the text of an errno', () => {
  test.each<[number, string]>([
    [1, 'Operation not permitted'],
    [28, 'No space left on device'],
    [116, 'Stale file handle'],
    [122, 'Disk quota exceeded'],
    [4095, 'errno 4095'],
  ])('%i', (errno, text) => {
    expect(describeErrno(errno)).toBe(text);
  });

  test('is in a message once, also when Node has it twice', () => {
    expect(messageOf(unknown(122))).toBe('Disk quota exceeded, write');
    expect(messageOf(unknown(4095))).toBe('errno 4095, write');
    expect(messageOf(new Error('EIO: i/o error, write'))).toBe('EIO: i/o error, write');
  });
});
