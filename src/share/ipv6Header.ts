import { be16 } from '../bytes.js';
import { IPV6_BYTES } from './addressMap.js';
import { sumOf } from './checksum.js';
import { IPV6_OPTIONS, rewriteOptions } from './options.js';
import { checksumState, type Pseudo, rewriteTransport } from './transport.js';
import { MAX_NESTED, type Walk } from './walk.js';

const HEADER_BYTES = 40;
const PAYLOAD_LENGTH = 4;
const NEXT_HEADER = 6;
const SOURCE = 8;
const DESTINATION = 24;

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION_OPTIONS = 60;
const FRAGMENT_BYTES = 8;
/** Bytes of an authentication header before the value that authenticates the packet. */
const AUTHENTICATION_FIXED_BYTES = 12;
/** Bytes of a routing header before its addresses, for the types that have whole addresses. */
const ROUTING_FIXED_BYTES = 8;
const ROUTING_TYPE = 2;
const SEGMENTS_LEFT = 3;
const LAST_ENTRY = 4;
const SOURCE_ROUTE = 0;
const MOBILE = 2;
const SEGMENT_ROUTING = 4;

/** The headers between the IPv6 header and the transport header, as far as they were captured and are understood. */
interface Extensions {
  /** Offsets of the headers, with their protocols. */
  readonly headers: readonly (readonly [protocol: number, at: number, end: number])[];
  readonly protocol: number;
  readonly end: number;
  /** Offset of the packet's last destination, which checksums cover. */
  readonly destination: number;
  readonly isFragment: boolean;
  readonly isLaterFragment: boolean;
  /** Whether the transport header begins at `end`. */
  readonly whole: boolean;
}

/** An IPv6 packet with its extension headers. */
export function rewriteIpv6(walk: Walk, at: number, end: number): number {
  const { bytes, addresses } = walk;
  if (at + HEADER_BYTES > end) return at;
  const payload = be16(bytes, at + PAYLOAD_LENGTH);
  // 0: a jumbogram, or a packet that the kernel has not segmented yet.
  const packetEnd = payload === 0 ? end : Math.min(at + HEADER_BYTES + payload, end);
  const found = findExtensions(bytes, at, packetEnd);
  const { protocol } = found;
  const length = at + HEADER_BYTES + payload - found.end;
  const pseudoSum = () =>
    sumOf(bytes, at + SOURCE, at + DESTINATION) +
    sumOf(bytes, found.destination, found.destination + IPV6_BYTES);
  const complete = found.whole && !found.isFragment && length === packetEnd - found.end;
  const before: Pseudo = { protocol, length, sum: pseudoSum() };
  const state = checksumState(bytes, found.end, packetEnd, before, complete);
  addresses.ipv6(bytes, at + SOURCE);
  addresses.ipv6(bytes, at + DESTINATION);
  for (const [type, start, stop] of found.headers) rewriteExtension(walk, type, start, stop);
  if (!found.whole || found.isLaterFragment) return found.end;
  return rewriteTransport(walk, found.end, packetEnd, { protocol, length, sum: pseudoSum() }, state);
}

function findExtensions(bytes: Uint8Array, start: number, end: number): Extensions {
  const headers: [protocol: number, at: number, end: number][] = [];
  let protocol = bytes[start + NEXT_HEADER]!;
  let at = start + HEADER_BYTES;
  let destination = start + DESTINATION;
  let [isFragment, isLaterFragment, whole] = [false, false, true];
  while (isExtension(protocol) && !isLaterFragment) {
    const length = at + 8 > end ? Infinity : extensionBytes(protocol, bytes[at + 1]!);
    whole = at + length <= end && headers.length < MAX_NESTED;
    if (!whole) break;
    headers.push([protocol, at, at + length]);
    if (protocol === FRAGMENT) {
      isFragment = true;
      isLaterFragment = (be16(bytes, at + 2) & 0xfff8) !== 0;
    } else if (protocol === ROUTING && bytes[at + SEGMENTS_LEFT] !== 0) {
      destination = finalDestination(bytes, at, at + length) ?? destination;
    }
    protocol = bytes[at]!;
    at += length;
  }
  return { headers, protocol, end: at, destination, isFragment, isLaterFragment, whole };
}

function isExtension(protocol: number): boolean {
  return (
    protocol === HOP_BY_HOP ||
    protocol === ROUTING ||
    protocol === FRAGMENT ||
    protocol === AUTHENTICATION ||
    protocol === DESTINATION_OPTIONS
  );
}

function extensionBytes(protocol: number, length: number): number {
  if (protocol === FRAGMENT) return FRAGMENT_BYTES;
  return protocol === AUTHENTICATION ? (length + 2) * 4 : (length + 1) * 8;
}

/** Offset of the last address of a route; undefined when it is not understood. */
function finalDestination(bytes: Uint8Array, at: number, end: number): number | undefined {
  const count = addressCount(bytes, at, end);
  if (count === 0) return undefined;
  // The segments of segment routing are in the other order (RFC 8754).
  const index = bytes[at + ROUTING_TYPE] === SEGMENT_ROUTING ? 0 : count - 1;
  return at + ROUTING_FIXED_BYTES + index * IPV6_BYTES;
}

function addressCount(bytes: Uint8Array, at: number, end: number): number {
  const type = bytes[at + ROUTING_TYPE]!;
  const room = Math.floor((end - at - ROUTING_FIXED_BYTES) / IPV6_BYTES);
  if (type === SEGMENT_ROUTING) return Math.min(bytes[at + LAST_ENTRY]! + 1, room);
  return type === SOURCE_ROUTE || type === MOBILE ? room : 0;
}

function rewriteExtension({ bytes, addresses }: Walk, protocol: number, at: number, end: number): void {
  switch (protocol) {
    case HOP_BY_HOP:
    case DESTINATION_OPTIONS:
      rewriteOptions(IPV6_OPTIONS, bytes, at + 2, end);
      return;
    case AUTHENTICATION:
      bytes.fill(0, Math.min(at + AUTHENTICATION_FIXED_BYTES, end), end);
      return;
    case ROUTING: {
      const count = addressCount(bytes, at, end);
      let next = at + ROUTING_FIXED_BYTES;
      for (let i = 0; i < count; i++, next += IPV6_BYTES) addresses.ipv6(bytes, next);
      // After the segments, and in types that are not understood: 0 is also the padding of segment routing.
      bytes.fill(0, count === 0 ? at + LAST_ENTRY : next, end);
    }
  }
}
