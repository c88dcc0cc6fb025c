import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { burstSizeOf, holmCorrected, sameRateProbability } from '../../../src/report/twoRates.js';

/** The two-sided probability as a sum of binomial terms, each by multiplication. */
function bySum(first: number, firstSeconds: number, second: number, secondSeconds: number): number {
  const share = secondSeconds / (firstSeconds + secondSeconds);
  const all = first + second;
  let [more, fewer] = [0, 0];
  for (let k = 0; k <= all; k++) {
    let term = 1;
    for (let i = 1; i <= k; i++) term *= ((all - k + i) / i) * share;
    term *= (1 - share) ** (all - k);
    if (k >= second) more += term;
    if (k <= second) fewer += term;
  }
  return Math.min(1, 2 * Math.min(more, fewer));
}

describe('the probability of two counts at the same rate', () => {
  test.each([
    ['8 heads of 8', 0, 1, 8, 1, 2 / 2 ** 8],
    ['8 tails of 8', 8, 1, 0, 1, 2 / 2 ** 8],
    ['a third of the time', 0, 2, 5, 1, 2 / 3 ** 5],
    ['9 of 10', 1, 1, 9, 1, (2 * 11) / 1024],
    ['equal counts', 7, 1, 7, 1, 1],
    ['no drops', 0, 1, 0, 1, 1],
  ])('%s', (_name, first, firstSeconds, second, secondSeconds, expected) => {
    expect(sameRateProbability(first, firstSeconds, second, secondSeconds)).toBeCloseTo(expected, 12);
  });

  test('is the sum of the binomial terms, for any counts and times', () => {
    const seconds = fc.double({ min: 0.1, max: 10, noNaN: true });
    fc.assert(
      fc.property(fc.nat(60), seconds, fc.nat(60), seconds, (first, firstSeconds, second, secondSeconds) => {
        const expected = bySum(first, firstSeconds, second, secondSeconds);
        const found = sameRateProbability(first, firstSeconds, second, secondSeconds);
        expect(Math.abs(found - expected)).toBeLessThan(1e-10 + 1e-8 * expected);
      }),
    );
  });

  test('is that of the normal distribution for large counts', () => {
    // 3 standard deviations: sqrt(2 * 1e8) * 3 drops more.
    const more = 3 * Math.sqrt(2e8);
    expect(sameRateProbability(1e8 - more / 2, 60, 1e8 + more / 2, 60)).toBeCloseTo(0.0026998, 5);
    expect(sameRateProbability(1e8, 60, 2e8, 60)).toBe(0);
    expect(sameRateProbability(1e8, 60, 2e8, 120)).toBeCloseTo(1, 3);
  });
});

test('the correction multiplies the smallest by the number of tests, and keeps the order', () => {
  const found = holmCorrected([0.04, 0.01, 0.9, 0.02]);
  [0.08, 0.04, 0.9, 0.06].forEach((expected, i) => expect(found[i]).toBeCloseTo(expected, 12));
  expect(holmCorrected([])).toEqual([]);
});

describe('the size of a burst', () => {
  const quiet = Array.from({ length: 20 }, () => 0);

  test.each([
    ['a single drop', [quiet.with(3, 1)], 1],
    ['evenly spread drops', [quiet.map(() => 5)], 1],
    ['one burst', [quiet.with(3, 1000)], 1000],
    ['one burst, and none in the other capture', [quiet, quiet.with(3, 1000)], 1000],
    ['a burst in one of two captures', [quiet.map(() => 5), quiet.with(7, 100)], 50],
    ['no time', [[], []], 1],
  ])('%s', (_name, captures, expected) => {
    expect(burstSizeOf(captures)).toBeCloseTo(expected, 9);
  });
});
