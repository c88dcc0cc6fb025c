import { be16 } from '../bytes.js';
import { ETH_P_IP, ETH_P_IPV6 } from './constants.js';

/** The bytes cannot be an IP header. */
export const IP_NO = 0;
/** A plausible IPv4 header whose checksum is wrong. */
export const IP_WEAK = 1;
/** An IP header that passes all checks. */
export const IP_STRONG = 2;

const IPV4_MIN_HEADER_BYTES = 20;
const IPV6_HEADER_BYTES = 40;
const IPPROTO_GRE = 47;

/**
 * Whether an IP header can start at `at`: IPv4 when `protocol` is ETH_P_IP, else IPv6. Checks no byte at or after
 * `end`, where the packet was truncated: a missing byte never makes the result worse.
 * @param remaining length of the packet from `at` on, before truncation.
 * @returns IP_NO, IP_WEAK or IP_STRONG.
 */
export function testIpHeader(
  bytes: Uint8Array,
  at: number,
  end: number,
  remaining: number,
  protocol: number,
): number {
  if (at >= end) return IP_STRONG;
  return protocol === ETH_P_IP ? testIpv4(bytes, at, end, remaining) : testIpv6(bytes, at, end, remaining);
}

/**
 * Whether the bytes are without doubt an IP header, whatever the protocol says. Behind a tunnel a packet can have the
 * outer IP header in front while its protocol is the inner one: a GRE device without remote (seen with Linux 6.12), and
 * ipip, sit, gre and gretap (Linux 5.10). The whole header must be there. IPv6 has no checksum, so its length must be
 * exact: ip6_rcv_core() trims what follows the packet.
 * @param remaining length of the packet from `at` on, before truncation.
 */
export function isCertainIpHeader(bytes: Uint8Array, at: number, end: number, remaining: number): boolean {
  if (at + IPV4_MIN_HEADER_BYTES > end) return false;
  const version = bytes[at]! >> 4;
  if (version === 4) {
    // The field is 0 only in a packet whose length does not fit in it.
    if (be16(bytes, at + 2) === 0 && remaining <= 0xffff) return false;
    const whole = at + (bytes[at]! & 0x0f) * 4 <= end;
    return whole && testIpHeader(bytes, at, end, remaining, ETH_P_IP) === IP_STRONG;
  }
  return (
    at + IPV6_HEADER_BYTES <= end &&
    testIpHeader(bytes, at, end, remaining, ETH_P_IPV6) === IP_STRONG &&
    be16(bytes, at + 4) + IPV6_HEADER_BYTES === remaining
  );
}

/**
 * Whether the bytes begin with what ipgre_header() or ip6gre_header() put in front of a packet that is sent to a GRE
 * device without remote: an IP header that has no length and checksum yet, and a GRE header with the packet's protocol.
 */
export function isUnfinishedGre(bytes: Uint8Array, at: number, end: number, protocol: number): boolean {
  if (bytes[at] === 0x45) {
    return (
      at + IPV4_MIN_HEADER_BYTES + 4 <= end &&
      be16(bytes, at + 2) === 0 &&
      bytes[at + 9] === IPPROTO_GRE &&
      be16(bytes, at + 10) === 0 &&
      be16(bytes, at + IPV4_MIN_HEADER_BYTES + 2) === protocol
    );
  }
  return (
    bytes[at]! >> 4 === 6 &&
    at + IPV6_HEADER_BYTES + 4 <= end &&
    be16(bytes, at + 4) === 0 &&
    bytes[at + 6] === IPPROTO_GRE &&
    be16(bytes, at + IPV6_HEADER_BYTES + 2) === protocol
  );
}

function testIpv4(bytes: Uint8Array, at: number, end: number, remaining: number): number {
  const first = bytes[at]!;
  const headerBytes = (first & 0x0f) * 4;
  if (first >> 4 !== 4 || headerBytes < IPV4_MIN_HEADER_BYTES) return IP_NO;
  if (at + 4 <= end) {
    const total = be16(bytes, at + 2);
    // 0: a packet of more than 65,535 bytes, whose length does not fit in the field.
    if (total !== 0 && (total < IPV4_MIN_HEADER_BYTES || total > remaining)) return IP_NO;
  }
  if (at + headerBytes > end) return IP_STRONG;
  let sum = 0;
  for (let i = at; i < at + headerBytes; i += 2) sum += be16(bytes, i);
  sum = (sum & 0xffff) + (sum >>> 16);
  sum = (sum & 0xffff) + (sum >>> 16);
  return sum === 0xffff ? IP_STRONG : IP_WEAK;
}

function testIpv6(bytes: Uint8Array, at: number, end: number, remaining: number): number {
  if (bytes[at]! >> 4 !== 6) return IP_NO;
  if (at + 6 > end) return IP_STRONG;
  const payloadBytes = be16(bytes, at + 4);
  return payloadBytes === 0 || payloadBytes + IPV6_HEADER_BYTES <= remaining ? IP_STRONG : IP_NO;
}
