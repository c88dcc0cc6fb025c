import { describe, expect, test } from 'vitest';
import { ByteMemo } from '../../src/byteMemo.js';
import { viewOf } from '../../src/bytes.js';

/** Returns a function that looks a text up in a memo. If the memo lacks the text, the function stores it. */
function setUp(text: string) {
  const bytes = new Uint8Array(Buffer.from(text, 'latin1'));
  const view = viewOf(bytes);
  const memo = new ByteMemo<string>();
  const made: string[] = [];
  const get = (offset: number, length: number) => {
    const known = memo.get(view, offset, length);
    if (known !== undefined) return known;
    const value = text.slice(offset, offset + length);
    made.push(value);
    memo.set(view, offset, length, value);
    return value;
  };
  return { get, made, memo };
}

describe('ByteMemo', () => {
  test('remembers the value of bytes that repeat, at any offset', () => {
    const { get, made } = setUp('abcdefg_abcdefg.xabcdefg');
    expect([get(0, 7), get(8, 7), get(17, 7)]).toEqual(['abcdefg', 'abcdefg', 'abcdefg']);
    expect(made).toEqual(['abcdefg']);
  });

  test('distinguishes bytes that differ in one byte, or only in length', () => {
    const { get } = setUp('abcdefg\0abcdefh\0abcd\0\0\0\0');
    expect([get(0, 7), get(8, 7), get(0, 6), get(16, 4), get(16, 5), get(16, 0)]).toEqual([
      'abcdefg',
      'abcdefh',
      'abcdef',
      'abcd',
      'abcd\0',
      '',
    ]);
  });

  test('distinguishes bytes from the same bytes with a zero, also in one slot', () => {
    const memo = new ByteMemo<number>();
    const bytes = new Uint8Array(8);
    const view = viewOf(bytes);
    const wrong: number[] = [];
    // One pair of 4,096 shares a slot.
    for (let i = 0; i < 50_000; i++) {
      view.setUint32(0, Math.imul(i, 2_654_435_761), true);
      memo.set(view, 0, 4, i);
      if (memo.get(view, 0, 4) !== i || memo.get(view, 0, 5) !== undefined) wrong.push(i);
    }
    expect(wrong).toEqual([]);
  });

  test('keeps no entry of more than 1 KiB, and none after clear()', () => {
    const { get, made, memo } = setUp('abcdefgh'.repeat(200));
    for (let i = 0; i < 2; i++) get(0, 1025);
    expect(made).toHaveLength(2);
    for (let i = 0; i < 2; i++) get(0, 1024);
    expect(made).toHaveLength(3);
    memo.clear();
    get(0, 1024);
    expect(made).toHaveLength(4);
  });

  test('gives the right value when there are more runs of bytes than slots', () => {
    const runs = Array.from({ length: 10_000 }, (_, i) => i.toString().padStart(8, '0'));
    const { get } = setUp(runs.join(''));
    for (let round = 0; round < 2; round++) expect(runs.map((_, i) => get(8 * i, 8))).toEqual(runs);
  });
});
