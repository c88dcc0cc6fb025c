import { be16 } from '../bytes.js';
import { IPV4_BYTES, IPV6_BYTES } from './addressMap.js';
import { rewriteNdpOptions } from './neighborDiscovery.js';
import type { Walk } from './walk.js';

/** Type, code and checksum. */
const FIXED_BYTES = 4;
/** The header of most messages: with 4 bytes that depend on the type. */
const HEADER_BYTES = 8;

const ICMP_REDIRECT = 5;
const ICMP_ERRORS: ReadonlySet<number> = new Set([3, 4, ICMP_REDIRECT, 11, 12]);
/** Echo, time stamp, address mask: identifier and sequence number. */
const ICMP_QUERIES: ReadonlySet<number> = new Set([0, 8, 13, 14, 17, 18]);

const ICMPV6_ERRORS: ReadonlySet<number> = new Set([1, 2, 3, 4]);
/**
 * Of these errors, a byte of the header has the length of the packet that they quote, if extensions follow (RFC 4884): in 4
 * bytes of ICMP, and in 8 bytes of ICMPv6. Extensions have addresses and names of interfaces.
 */
const ICMP_EXTENDED: ReadonlySet<number> = new Set([3, 11, 12]);
const ICMPV6_EXTENDED: ReadonlySet<number> = new Set([1, 3]);
const ICMP_QUOTED_LENGTH = 5;
const ICMPV6_QUOTED_LENGTH = 4;
const ICMPV6_ECHO: ReadonlySet<number> = new Set([128, 129]);
const MLD_QUERY = 130;
const MLD_REPORT = 131;
const MLD_DONE = 132;
const ROUTER_SOLICITATION = 133;
const ROUTER_ADVERTISEMENT = 134;
const NEIGHBOR_SOLICITATION = 135;
const NEIGHBOR_ADVERTISEMENT = 136;
const REDIRECT = 137;
const MLD_REPORT_V2 = 143;
/** Bytes before the options, and how many addresses they end with. */
const NDP: ReadonlyMap<number, readonly [bytes: number, addresses: number]> = new Map([
  [ROUTER_SOLICITATION, [8, 0]],
  [ROUTER_ADVERTISEMENT, [16, 0]],
  [NEIGHBOR_SOLICITATION, [24, 1]],
  [NEIGHBOR_ADVERTISEMENT, [24, 1]],
  [REDIRECT, [40, 2]],
]);

const IGMP_QUERY = 0x11;
const IGMP_REPORT_V3 = 0x22;
/** Reports of IGMPv1 and v2, and leave group. */
const IGMP_GROUP_MESSAGES: ReadonlySet<number> = new Set([0x12, 0x16, 0x17]);

/** ICMP: an error has the start of a packet. */
export function rewriteIcmp(walk: Walk, at: number, end: number): number {
  const type = walk.bytes[at];
  const next = at + HEADER_BYTES;
  if (type === undefined || next > end) return at;
  if (type === ICMP_REDIRECT) walk.addresses.ipv4(walk.bytes, at + FIXED_BYTES);
  if (ICMP_ERRORS.has(type)) {
    const words = ICMP_EXTENDED.has(type) ? walk.bytes[at + ICMP_QUOTED_LENGTH]! : 0;
    return rewriteQuoted(walk, next, end, words * 4);
  }
  return ICMP_QUERIES.has(type) ? next : at + FIXED_BYTES;
}

/** ICMPv6 with neighbor discovery and MLD. */
export function rewriteIcmpv6(walk: Walk, at: number, end: number): number {
  const { bytes, addresses } = walk;
  const next = at + HEADER_BYTES;
  if (next > end) return at;
  const type = bytes[at]!;
  if (ICMPV6_ERRORS.has(type)) {
    const words = ICMPV6_EXTENDED.has(type) ? bytes[at + ICMPV6_QUOTED_LENGTH]! : 0;
    return rewriteQuoted(walk, next, end, words * 8);
  }
  if (ICMPV6_ECHO.has(type)) return next;
  const discovery = NDP.get(type);
  if (discovery) {
    const [fixed, count] = discovery;
    const options = at + fixed;
    if (options > end) return next;
    for (let i = 1; i <= count; i++) addresses.ipv6(bytes, options - i * IPV6_BYTES);
    return rewriteNdpOptions(walk, options, end);
  }
  switch (type) {
    case MLD_QUERY:
    case MLD_REPORT:
    case MLD_DONE:
      return rewriteGroups(walk, at, end, IPV6_BYTES, next, type === MLD_QUERY);
    case MLD_REPORT_V2:
      return rewriteRecords(walk, next, end, be16(bytes, at + 6), IPV6_BYTES);
  }
  return at + FIXED_BYTES;
}

/** The start of a packet, of `length` bytes; 0: as many as there are. */
function rewriteQuoted(walk: Walk, at: number, end: number, length: number): number {
  return walk.ip(at, length === 0 ? end : Math.min(at + length, end));
}

/** IGMP of all versions. */
export function rewriteIgmp(walk: Walk, at: number, end: number): number {
  const { bytes } = walk;
  if (at + HEADER_BYTES > end) return at;
  const type = bytes[at]!;
  if (type === IGMP_QUERY || IGMP_GROUP_MESSAGES.has(type)) {
    return rewriteGroups(walk, at, end, IPV4_BYTES, at + FIXED_BYTES, type === IGMP_QUERY);
  }
  if (type === IGMP_REPORT_V3)
    return rewriteRecords(walk, at + HEADER_BYTES, end, be16(bytes, at + 6), IPV4_BYTES);
  return at + FIXED_BYTES;
}

/** A message about one group at `group`; a query of the newest version has sources after 4 more bytes. */
function rewriteGroups(
  walk: Walk,
  at: number,
  end: number,
  size: number,
  group: number,
  isQuery: boolean,
): number {
  const next = group + size;
  if (next > end) return at + FIXED_BYTES;
  replace(walk, group, size);
  const sources = next + FIXED_BYTES;
  if (!isQuery || sources > end) return next;
  return rewriteAddresses(walk, sources, end, be16(walk.bytes, next + 2), size);
}

/** The records of a report: type, length of auxiliary data, number of sources, group, sources, auxiliary data. */
function rewriteRecords(walk: Walk, start: number, end: number, count: number, size: number): number {
  let at = start;
  for (let i = 0; i < count; i++) {
    const sources = at + FIXED_BYTES + size;
    if (sources > end) return at;
    replace(walk, at + FIXED_BYTES, size);
    const number = be16(walk.bytes, at + 2);
    const next = rewriteAddresses(walk, sources, end, number, size);
    // Nothing defines the auxiliary data.
    if (walk.bytes[at + 1] !== 0 || next < sources + number * size) return next;
    at = next;
  }
  return at;
}

function rewriteAddresses(walk: Walk, start: number, end: number, count: number, size: number): number {
  let at = start;
  for (let i = 0; i < count && at + size <= end; i++, at += size) replace(walk, at, size);
  return at;
}

function replace({ bytes, addresses }: Walk, at: number, size: number): void {
  if (size === IPV4_BYTES) addresses.ipv4(bytes, at);
  else addresses.ipv6(bytes, at);
}
