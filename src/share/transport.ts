import { be16 } from '../bytes.js';
import { type ChecksumState, folded, isRight, sumOf, writeBe16, writeChecksum } from './checksum.js';
import { rewriteIcmp, rewriteIcmpv6, rewriteIgmp } from './controlMessages.js';
import { rewriteOptions, TCP_OPTIONS } from './options.js';
import { rewriteGre, rewriteUdpTunnel } from './tunnels.js';
import { rewriteMpls } from './linkHeaders.js';
import type { Walk } from './walk.js';

const IPPROTO_ICMP = 1;
const IPPROTO_IGMP = 2;
const IPPROTO_IPIP = 4;
const IPPROTO_TCP = 6;
const IPPROTO_UDP = 17;
const IPPROTO_DCCP = 33;
const IPPROTO_IPV6 = 41;
const IPPROTO_GRE = 47;
const IPPROTO_ESP = 50;
const IPPROTO_AH = 51;
const IPPROTO_ICMPV6 = 58;
const IPPROTO_SCTP = 132;
const IPPROTO_UDPLITE = 136;
const IPPROTO_MPLS = 137;

const PORTS_BYTES = 4;
const TCP_MIN_BYTES = 20;
const TCP_DATA_OFFSET = 12;
const UDP_BYTES = 8;
const UDP_LENGTH = 4;
const ESP_BYTES = 8;
const SCTP_CHECKSUM = 8;
const SCTP_HEADER_BYTES = 12;
const SCTP_CHUNK_BYTES = 4;
const AH_FIXED_BYTES = 12;

/** What checksums of the transport cover besides the transport's own bytes. */
export interface Pseudo {
  readonly protocol: number;
  /** Length of the transport header and its payload, from the IP header. */
  readonly length: number;
  /** Sum of both addresses. */
  readonly sum: number;
}

/** Where a protocol's checksum is, and whether it covers a pseudo header. */
interface ChecksumPlace {
  readonly offset: number;
  readonly pseudo: boolean;
}

const CHECKSUMS: ReadonlyMap<number, ChecksumPlace> = new Map([
  [IPPROTO_ICMP, { offset: 2, pseudo: false }],
  [IPPROTO_IGMP, { offset: 2, pseudo: false }],
  [IPPROTO_TCP, { offset: 16, pseudo: true }],
  [IPPROTO_UDP, { offset: 6, pseudo: true }],
  [IPPROTO_ICMPV6, { offset: 2, pseudo: true }],
]);

/**
 * How the checksum is before anything is replaced.
 * @param complete whether the bytes are all that the checksum covers
 */
export function checksumState(
  bytes: Uint8Array,
  at: number,
  end: number,
  pseudo: Pseudo,
  complete: boolean,
): ChecksumState {
  const place = CHECKSUMS.get(pseudo.protocol);
  if (!place || at + place.offset + 2 > end) return 'right';
  const length = coveredLength(bytes, at, end, pseudo);
  const sum = pseudoSum(pseudo, place, length);
  if (complete && isRight(sumOf(bytes, at, Math.min(at + length, end)) + sum)) return 'right';
  if (place.pseudo && be16(bytes, at + place.offset) === folded(sum)) return 'partial';
  return complete ? 'wrong' : 'right';
}

/**
 * What follows an IP header.
 * @param pseudo as it is after addresses were replaced
 * @param state how the checksum was before
 */
export function rewriteTransport(
  walk: Walk,
  at: number,
  end: number,
  pseudo: Pseudo,
  state: ChecksumState,
): number {
  const { bytes } = walk;
  const { protocol } = pseudo;
  const place = CHECKSUMS.get(protocol);
  // UDP without a checksum stays without one.
  const none = protocol === IPPROTO_UDP && at + UDP_BYTES <= end && be16(bytes, at + 6) === 0;
  const length = coveredLength(bytes, at, end, pseudo);
  const kept = rewriteHeader(walk, protocol, at, end);
  if (!place || none) return kept;
  // Half a checksum, where the packet was cut, would be that of the original.
  if (at + place.offset + 2 > kept) return Math.min(kept, at + place.offset);
  const checksumAt = at + place.offset;
  const sum = pseudoSum(pseudo, place, length);
  if (state === 'partial') {
    writeBe16(bytes, checksumAt, folded(sum));
  } else {
    const covered = Math.min(kept, Math.max(at + length, checksumAt + 2));
    writeChecksum(bytes, checksumAt, at, covered, sum, state === 'right');
  }
  if (protocol === IPPROTO_UDP && be16(bytes, at + 6) === 0) bytes.fill(0xff, at + 6, at + UDP_BYTES);
  return kept;
}

function pseudoSum({ protocol, sum }: Pseudo, { pseudo }: ChecksumPlace, length: number): number {
  return pseudo ? sum + protocol + (length % 0x10000) + Math.floor(length / 0x10000) : 0;
}

/** UDP has a length of its own, which its checksum covers. */
function coveredLength(bytes: Uint8Array, at: number, end: number, { protocol, length }: Pseudo): number {
  if (protocol !== IPPROTO_UDP || at + UDP_BYTES > end) return Math.max(length, 0);
  const own = be16(bytes, at + UDP_LENGTH);
  return own >= UDP_BYTES && own <= length ? own : Math.max(length, 0);
}

function rewriteHeader(walk: Walk, protocol: number, at: number, end: number): number {
  const first = (bytes: number) => Math.min(at + bytes, end);
  switch (protocol) {
    case IPPROTO_TCP:
      return rewriteTcp(walk.bytes, at, end);
    case IPPROTO_UDP:
      return rewriteUdpTunnel(walk, at, end) ?? first(UDP_BYTES);
    case IPPROTO_ICMP:
      return rewriteIcmp(walk, at, end);
    case IPPROTO_ICMPV6:
      return rewriteIcmpv6(walk, at, end);
    case IPPROTO_IGMP:
      return rewriteIgmp(walk, at, end);
    case IPPROTO_IPIP:
    case IPPROTO_IPV6:
      return walk.ip(at, end);
    case IPPROTO_GRE:
      return rewriteGre(walk, at, end);
    case IPPROTO_MPLS:
      return rewriteMpls(walk, at, end);
    case IPPROTO_SCTP:
      return rewriteSctp(walk.bytes, at, end);
    case IPPROTO_ESP:
      return first(ESP_BYTES);
    case IPPROTO_AH:
      return first(AH_FIXED_BYTES);
    // Their checksums would be next.
    case IPPROTO_DCCP:
    case IPPROTO_UDPLITE:
      return first(PORTS_BYTES);
  }
  return at;
}

/** The header with its options. An ICMP error can have only the first 8 bytes. */
function rewriteTcp(bytes: Uint8Array, at: number, end: number): number {
  const fixedEnd = at + TCP_MIN_BYTES;
  if (fixedEnd > end) return end;
  const headerEnd = Math.min(at + (bytes[at + TCP_DATA_OFFSET]! >> 4) * 4, end);
  if (headerEnd <= fixedEnd) return fixedEnd;
  rewriteOptions(TCP_OPTIONS, bytes, fixedEnd, headerEnd);
  return headerEnd;
}

/** Ports, the verification tag and the first chunk's type. The checksum covers the payload: it becomes 0. */
function rewriteSctp(bytes: Uint8Array, at: number, end: number): number {
  if (at + SCTP_HEADER_BYTES > end) return Math.min(at + SCTP_CHECKSUM, end);
  bytes.fill(0, at + SCTP_CHECKSUM, at + SCTP_HEADER_BYTES);
  return Math.min(at + SCTP_HEADER_BYTES + SCTP_CHUNK_BYTES, end);
}
