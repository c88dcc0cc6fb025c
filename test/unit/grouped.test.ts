import { describe, expect, test } from 'vitest';
import { grouped } from '../../src/grouped.js';

describe('grouped', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1204, '1,204'],
    [12_345, '12,345'],
    [123_456, '123,456'],
    [1_234_567, '1,234,567'],
    [Number.MAX_SAFE_INTEGER, '9,007,199,254,740,991'],
  ])('writes %d', (number, text) => expect(grouped(number)).toBe(text));
});
