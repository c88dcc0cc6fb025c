import { be16 } from '../bytes.js';
import { isRight, sumOf, writeChecksum } from './checksum.js';
import { IPV4_OPTIONS, rewriteOptions } from './options.js';
import { checksumState, type Pseudo, rewriteTransport } from './transport.js';
import type { Walk } from './walk.js';

const MIN_BYTES = 20;
const TOTAL_LENGTH = 2;
const FRAGMENT = 6;
const FRAGMENT_OFFSET = 0x1fff;
const MORE_FRAGMENTS = 0x2000;
const PROTOCOL = 9;
const CHECKSUM = 10;
const SOURCE = 12;
const DESTINATION = 16;
const END_OF_ADDRESSES = 20;

/** An IPv4 packet. Lengths in the header stay: they say how long the packet was. */
export function rewriteIpv4(walk: Walk, at: number, end: number): number {
  const { bytes, addresses } = walk;
  if (at + MIN_BYTES > end) return at;
  const headerBytes = (bytes[at]! & 0x0f) * 4;
  const headerEnd = Math.min(at + Math.max(headerBytes, MIN_BYTES), end);
  const whole = headerBytes >= MIN_BYTES && at + headerBytes <= end;
  const right = !whole || isRight(sumOf(bytes, at, headerEnd));
  const total = be16(bytes, at + TOTAL_LENGTH);
  const length = total - headerBytes;
  // Padding of a frame follows. 0: a packet that the kernel has not segmented yet.
  const packetEnd = total === 0 ? end : Math.max(Math.min(at + total, end), headerEnd);
  const fragment = be16(bytes, at + FRAGMENT);
  const first = (fragment & FRAGMENT_OFFSET) === 0;
  const protocol = bytes[at + PROTOCOL]!;
  // The checksum of a fragment covers more than the fragment.
  const complete = (fragment & (FRAGMENT_OFFSET | MORE_FRAGMENTS)) === 0 && length === packetEnd - headerEnd;
  const pseudo = { protocol, length, sum: pseudoSum(bytes, at) };
  const state = checksumState(bytes, headerEnd, packetEnd, pseudo, complete);
  addresses.ipv4(bytes, at + SOURCE);
  addresses.ipv4(bytes, at + DESTINATION);
  rewriteOptions(IPV4_OPTIONS, bytes, at + MIN_BYTES, headerEnd);
  writeChecksum(bytes, at + CHECKSUM, at, headerEnd, 0, right);
  if (!whole || !first) return headerEnd;
  const after: Pseudo = { protocol, length, sum: pseudoSum(bytes, at) };
  return rewriteTransport(walk, headerEnd, packetEnd, after, state);
}

function pseudoSum(bytes: Uint8Array, at: number): number {
  return sumOf(bytes, at + SOURCE, at + END_OF_ADDRESSES);
}
