import { describe, expect, test } from 'vitest';
import { buildRepeatedComment, parseRepeatedComment } from '../../../src/metadata/repeatedComment.js';

const parse = (text: string): number => {
  const bytes = Buffer.from(`xy${text}1`);
  return parseRepeatedComment(bytes, 2, text.length);
};

describe('the comment about equal drops that were left out', () => {
  test.each([
    [1, 'dropcap: 1 equal drop left out before'],
    [12, 'dropcap: 12 equal drops left out before'],
    [0xffffffff, 'dropcap: 4294967295 equal drops left out before'],
  ])('of %i is built and read', (count, text) => {
    expect(buildRepeatedComment(count)).toBe(text);
    expect(parse(text)).toBe(count);
  });

  test.each([
    ['dropcap: reason=NO_SOCKET origin=sw'],
    ['dropcap: '],
    ['dropcap: 12'],
    ['dropcap: equal drops left out before'],
    ['dropcap: 12 equal drops left out befor'],
    ['dropcap: 12 equal drops left out before it'],
    ['dropcap: 1 equal drops left out before'],
    ['dropcap: -1 equal drops left out before'],
    ['dropcap: 4294967296 equal drops left out before'],
    ['dropcap: 12345678901 equal drops left out before'],
  ])('is not %j', (text) => {
    expect(parse(text)).toBe(0);
  });
});
