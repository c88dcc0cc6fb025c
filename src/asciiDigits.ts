// Writes digits of numbers and bytes into memory that the caller made room in, without making strings.

const ZERO = 0x30;
const HEX = '0123456789abcdef';
/** The two digits of each byte as a number of 16 bits, little-endian. */
const HEX_PAIRS = Uint16Array.from({ length: 256 }, (_, byte) => {
  return HEX.charCodeAt(byte >> 4) | (HEX.charCodeAt(byte & 15) << 8);
});

/** Writes a whole number, not negative, in decimal digits. Returns the offset after the digits. */
export function putNumber(bytes: Uint8Array, at: number, value: number): number {
  let digits = 1;
  for (let limit = 10; value >= limit; limit *= 10) digits++;
  let rest = value;
  for (let digit = at + digits - 1; digit >= at; digit--) {
    const next = Math.floor(rest / 10);
    bytes[digit] = ZERO + (rest - next * 10);
    rest = next;
  }
  return at + digits;
}

/**
 * Writes the last `digits` decimal digits of a whole number from 0 to 2^31 - 1. Returns the offset after the digits.
 */
export function putDigits(bytes: Uint8Array, at: number, value: number, digits: number): number {
  let rest = value | 0;
  for (let digit = at + digits - 1; digit >= at; digit--) {
    const next = (rest / 10) | 0;
    bytes[digit] = ZERO + (rest - next * 10);
    rest = next;
  }
  return at + digits;
}

/**
 * Writes `length` bytes of the same memory, from `from` on, as lower-case hex digits at `at`. Returns the offset after
 * the digits. `from` must be at least `at + length`; otherwise digits overwrite bytes before they are read. Two bytes
 * at a time: test/bench/hex.bench.ts.
 * @param view of the same memory as `bytes`.
 */
export function putHex(bytes: Uint8Array, view: DataView, at: number, from: number, length: number): number {
  const even = length & ~1;
  for (let i = 0; i < even; i += 2) {
    const digits = HEX_PAIRS[bytes[from + i]!]! | (HEX_PAIRS[bytes[from + i + 1]!]! << 16);
    view.setUint32(at + 2 * i, digits, true);
  }
  if (even < length) view.setUint16(at + 2 * even, HEX_PAIRS[bytes[from + even]!]!, true);
  return at + 2 * length;
}
