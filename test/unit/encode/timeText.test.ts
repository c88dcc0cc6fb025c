import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TIME_TEXT_BYTES, TimeText } from '../../../src/encode/timeText.js';

const SECOND = 1_000_000_000n;
const MAX = (1n << 64n) - 1n;

function expected(ns: bigint): string {
  const seconds = new Date(Number(ns / SECOND) * 1000).toISOString().slice(0, -'.000Z'.length);
  return `${seconds}.${String(ns % SECOND).padStart(9, '0')}`;
}

function written(time: TimeText, ns: bigint): string {
  const bytes = new Uint8Array(TIME_TEXT_BYTES + 2);
  const end = time.write(bytes, 1, Number(ns >> 32n), Number(ns & 0xffffffffn));
  return Buffer.from(bytes.subarray(1, end)).toString('latin1');
}

describe('TimeText', () => {
  test('writes each time correctly, whatever the previous time was', () => {
    const any = fc.bigInt({ min: 0n, max: MAX });
    const steps = fc.array(
      fc.oneof(fc.bigInt({ min: -70n * SECOND, max: 70n * SECOND }), fc.constantFrom(0n, 1n << 63n)),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(any, steps, (start, more) => {
        const time = new TimeText();
        let ns = start;
        for (const step of [0n, ...more]) {
          ns = BigInt.asUintN(64, ns + step);
          expect(written(time, ns)).toBe(expected(ns));
        }
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['the first', [0n]],
    ['the last', [MAX]],
    ['the ends of a minute', [59_999_999_999n, 60_000_000_000n, 119_999_999_999n, 60_000_000_000n]],
    ['times across a carry of the low word', [0xffffffffn, 0x1_0000_0000n, 0xffffffffn]],
    ['the first after the last', [MAX, 0n]],
  ])('writes %s', (_, times) => {
    const time = new TimeText();
    expect(times.map((ns) => written(time, ns))).toEqual(times.map(expected));
  });
});
