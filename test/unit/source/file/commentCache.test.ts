import { describe, expect, test } from 'vitest';
import { DropBatch } from '../../../../src/drop/batch.js';
import { CommentCache } from '../../../../src/source/file/commentCache.js';
import { StringTable } from '../../../../src/drop/stringTable.js';

/** A batch over these bytes, and a parser that remembers what it was asked to parse. */
function setUp(text: string) {
  const arena = new Uint8Array(Buffer.from(text.padEnd(text.length + 8, '\0'), 'latin1'));
  const batch = new DropBatch(arena, 1, new StringTable());
  const parsed: string[] = [];
  const cache = new CommentCache<string>();
  const get = (offset: number, length: number) =>
    cache.get(batch, offset, length, ({ arena: bytes }, at, count) => {
      const comment = Buffer.from(bytes.subarray(at, at + count)).toString('latin1');
      parsed.push(comment);
      return comment;
    });
  return { batch, get, parsed };
}

describe('CommentCache', () => {
  test('parses a comment that repeats once', () => {
    const { get, parsed } = setUp('abcdefg\0abcdefg\0');
    expect([get(0, 7), get(8, 7), get(0, 7)]).toEqual(['abcdefg', 'abcdefg', 'abcdefg']);
    expect(parsed).toEqual(['abcdefg']);
  });

  test('tells comments apart that differ in one byte, or only in length', () => {
    const { get } = setUp('abcdefg\0abcdefh\0abcd\0\0\0\0');
    expect([get(0, 7), get(8, 7), get(0, 6), get(16, 4), get(16, 5)]).toEqual([
      'abcdefg',
      'abcdefh',
      'abcdef',
      'abcd',
      'abcd\0',
    ]);
  });

  test('parses again when the strings are others, whose ids facts hold', () => {
    const { batch, get, parsed } = setUp('abcdefgh');
    get(0, 8);
    batch.strings = new StringTable();
    get(0, 8);
    expect(parsed).toHaveLength(2);
  });

  test('parses comments at odd places and very long ones each time', () => {
    const { get, parsed } = setUp('abcdefgh'.repeat(200));
    expect([get(1, 6), get(1, 6)]).toEqual(['bcdefg', 'bcdefg']);
    expect(get(0, 1400)).toBe(get(0, 1400));
    expect(parsed).toHaveLength(4);
  });

  test('gives what was parsed also when there are more comments than places for them', () => {
    const comments = Array.from({ length: 10_000 }, (_, i) => i.toString().padStart(8, '0'));
    const { get } = setUp(comments.join(''));
    for (let round = 0; round < 2; round++) {
      expect(comments.map((_, i) => get(8 * i, 8))).toEqual(comments);
    }
  });
});
