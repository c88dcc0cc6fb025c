import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { viewOf } from '../../src/bytes.js';
import { putDigits, putHex, putNumber } from '../../src/asciiDigits.js';

const AT = 3;
const textOf = (bytes: Uint8Array, end: number) => Buffer.from(bytes.subarray(AT, end)).toString('latin1');

describe('putNumber', () => {
  test('writes numbers as String does', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(), fc.integer({ min: 0, max: 2 ** 40 })), (value) => {
        const bytes = new Uint8Array(32);
        expect(textOf(bytes, putNumber(bytes, AT, value))).toBe(String(value));
      }),
    );
  });

  test.each([0, 9, 10, 99, 100, 0xffffffff, 1e10, Number.MAX_SAFE_INTEGER])('writes %i', (value) => {
    const bytes = new Uint8Array(32);
    expect(textOf(bytes, putNumber(bytes, AT, value))).toBe(String(value));
  });
});

describe('putDigits', () => {
  test('writes the last digits, with leading zeros', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 10 }), (value, digits) => {
        const bytes = new Uint8Array(32);
        const expected = String(value).padStart(digits, '0').slice(-digits);
        expect(textOf(bytes, putDigits(bytes, AT, value, digits))).toBe(expected);
      }),
    );
  });
});

describe('putHex', () => {
  test('writes the same digits as toString, also when the bytes are in the second half of the digits', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(5), (packet, gap) => {
        const bytes = new Uint8Array(256);
        const from = AT + packet.length + gap;
        bytes.set(packet, from);
        const end = putHex(bytes, viewOf(bytes), AT, from, packet.length);
        expect(textOf(bytes, end)).toBe(Buffer.from(packet).toString('hex'));
      }),
    );
  });
});
