import { be16 } from '../bytes.js';

/**
 * How the checksum of a captured packet was.
 *
 * - `right`: that of the packet; also one that cannot be checked, because the packet was cut, and one that is not there.
 * - `partial`: the sum of the pseudo header alone. The device was to add the rest (CHECKSUM_PARTIAL, include/linux/skbuff.h). One
 *   of 65,536 checksums of cut packets is equal to this sum by chance.
 * - `wrong`: another one. It stays wrong: it can be why the packet was dropped.
 */
export type ChecksumState = 'right' | 'partial' | 'wrong';

/** What makes a checksum wrong. Two sums that are equal modulo 0xffff can differ by 0 and 0xffff, but not by this. */
const WRONG = 0x5555;

/** Sum of the big-endian words from `from` to before `to`, as RFC 1071 adds them. An odd byte counts as a high byte. */
export function sumOf(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0;
  let at = from;
  for (; at + 1 < to; at += 2) sum += (bytes[at]! << 8) | bytes[at + 1]!;
  if (at < to) sum += bytes[at]! << 8;
  return sum;
}

/** Adds the carries of a sum, until it has 16 bits. */
export function folded(sum: number): number {
  let value = sum;
  while (value > 0xffff) value = (value % 0x10000) + Math.floor(value / 0x10000);
  return value;
}

/** Whether bytes with their checksum among them are as they were sent. `sum` is that of all these bytes. */
export function isRight(sum: number): boolean {
  return folded(sum) === 0xffff;
}

/**
 * Writes the checksum at `at` for the bytes from `from` to before `to`. Where bytes after `to` were removed, the checksum is
 * that of zeros in their place: the checksum of a short payload would reveal the payload.
 * @param more sum of what else the checksum covers: the pseudo header
 * @param right whether the checksum was right before. A wrong one stays wrong.
 */
export function writeChecksum(
  bytes: Uint8Array,
  at: number,
  from: number,
  to: number,
  more: number,
  right: boolean,
): void {
  const correct = 0xffff - folded(sumOf(bytes, from, to) + more - be16(bytes, at));
  writeBe16(bytes, at, right ? correct : correct ^ WRONG);
}

/** Writes a big-endian value below 2^16. */
export function writeBe16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value & 0xff;
}
