import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  microsecondsHigh,
  microsecondsLow,
  nanosecondsOf,
  secondsOf,
} from '../../../src/encode/timestamp.js';

const SECOND = 1_000_000_000n;
const MAX = (1n << 64n) - 1n;

describe('secondsOf, nanosecondsOf and the words of microseconds', () => {
  const wordsOf = (value: bigint) => [Number(value >> 32n), Number(value & 0xffffffffn)] as const;
  const split = (ns: bigint) => {
    const [high, low] = wordsOf(ns);
    return [
      secondsOf(high, low),
      nanosecondsOf(high, low),
      microsecondsHigh(high),
      microsecondsLow(high, low),
    ];
  };
  const expected = (ns: bigint) => [Number(ns / SECOND), Number(ns % SECOND), ...wordsOf(ns / 1000n)];

  test('split any time like BigInt division', () => {
    const edges = [0n, SECOND, 1n << 32n, 1n << 48n, 1n << 63n, MAX / SECOND, (MAX / SECOND) * SECOND, MAX];
    const near = fc
      .tuple(fc.constantFrom(...edges), fc.bigInt({ min: -70_000n, max: 70_000n }))
      .map(([edge, more]) => BigInt.asUintN(64, edge + more));
    const wholeSeconds = fc.bigInt({ min: 0n, max: MAX / SECOND }).map((seconds) => seconds * SECOND);
    const any = fc.bigInt({ min: 0n, max: MAX });
    fc.assert(
      fc.property(fc.oneof(any, near, wholeSeconds), (ns) => {
        expect(split(ns)).toEqual(expected(ns));
      }),
      { numRuns: 5000 },
    );
  });

  test.each([0n, SECOND - 1n, SECOND, 0xffffffffn, 1n << 32n, 0xffffffffn * SECOND, MAX])(
    'split %i',
    (ns) => {
      expect(split(ns)).toEqual(expected(ns));
    },
  );
});
