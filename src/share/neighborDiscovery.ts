import { IPV6_BYTES, MAC_BYTES } from './addressMap.js';
import type { Walk } from './walk.js';

const SOURCE_LINK_ADDRESS = 1;
const TARGET_LINK_ADDRESS = 2;
const PREFIX_INFORMATION = 3;
const MTU = 5;
const ROUTE_INFORMATION = 24;
const DNS_SERVERS = 25;
const UNIT_BYTES = 8;
const PREFIX_INFORMATION_BYTES = 32;
const PREFIX_AT = 16;
const ADDRESSES_AT = 8;

/**
 * The options of neighbor discovery (RFC 4861 4.6). Nothing stays from the first option on that is not understood: names of
 * DNS, nonces and others.
 */
export function rewriteNdpOptions(walk: Walk, start: number, end: number): number {
  const { bytes } = walk;
  let at = start;
  while (at + UNIT_BYTES <= end) {
    const length = bytes[at + 1]! * UNIT_BYTES;
    if (length === 0 || at + length > end || !rewriteOption(walk, at, length)) return at;
    at += length;
  }
  return at;
}

/** Returns whether the option stays. */
function rewriteOption({ bytes, addresses }: Walk, at: number, length: number): boolean {
  switch (bytes[at]) {
    case SOURCE_LINK_ADDRESS:
    case TARGET_LINK_ADDRESS:
      if (length !== 2 + MAC_BYTES) return false;
      addresses.mac(bytes, at + 2);
      return true;
    case PREFIX_INFORMATION:
      if (length !== PREFIX_INFORMATION_BYTES) return false;
      bytes.fill(0, at + 12, at + PREFIX_AT);
      addresses.ipv6(bytes, at + PREFIX_AT);
      clearAfter(bytes, at + PREFIX_AT, bytes[at + 2]!);
      return true;
    case MTU:
      return length === UNIT_BYTES;
    case ROUTE_INFORMATION:
      // Shorter ones have only the start of the prefix.
      if (length !== ADDRESSES_AT + IPV6_BYTES) return false;
      addresses.ipv6(bytes, at + ADDRESSES_AT);
      clearAfter(bytes, at + ADDRESSES_AT, bytes[at + 2]!);
      return true;
    case DNS_SERVERS:
      if ((length - ADDRESSES_AT) % IPV6_BYTES !== 0) return false;
      for (let next = at + ADDRESSES_AT; next < at + length; next += IPV6_BYTES) addresses.ipv6(bytes, next);
      return true;
  }
  return false;
}

/** Sets the bits of an address to 0 that are not in its prefix. */
function clearAfter(bytes: Uint8Array, at: number, bits: number): void {
  const whole = bits >> 3;
  if (whole >= IPV6_BYTES) return;
  bytes[at + whole]! &= 0xff00 >> (bits & 7);
  bytes.fill(0, at + whole + 1, at + IPV6_BYTES);
}
