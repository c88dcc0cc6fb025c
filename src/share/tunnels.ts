import { be16 } from '../bytes.js';
import { isRight, sumOf, writeChecksum } from './checksum.js';
import type { Walk } from './walk.js';

const UDP_BYTES = 8;
const UDP_DESTINATION = 2;
const UDP_LENGTH = 4;
const PORT_VXLAN = 4789;
/** The port of Linux's VXLAN devices that name no port. */
const PORT_VXLAN_LINUX = 8472;
const PORT_GENEVE = 6081;
const VXLAN_BYTES = 8;
/** Flags of VXLAN: with a network's number, also with a group policy (VXLAN-GBP). */
const VXLAN_FLAGS = 0x08;
const VXLAN_GBP_FLAGS = 0x88;
const GENEVE_BYTES = 8;
const GENEVE_TYPE = 2;

const GRE_BYTES = 4;
const GRE_VERSION = 7;
const GRE_CHECKSUM = 0x8000;
const GRE_ROUTING = 0x4000;
const GRE_KEY = 0x2000;
const GRE_SEQUENCE = 0x1000;

/** A UDP header with the header of a tunnel, and the packet in the tunnel. Undefined for UDP that is no tunnel. */
export function rewriteUdpTunnel(walk: Walk, at: number, end: number): number | undefined {
  const { bytes } = walk;
  const start = at + UDP_BYTES;
  if (start > end) return undefined;
  const udpEnd = Math.max(Math.min(at + be16(bytes, at + UDP_LENGTH), end), start);
  switch (be16(bytes, at + UDP_DESTINATION)) {
    case PORT_VXLAN:
    case PORT_VXLAN_LINUX:
      return rewriteVxlan(walk, start, udpEnd);
    case PORT_GENEVE:
      return rewriteGeneve(walk, start, udpEnd);
  }
  return undefined;
}

/** Only the flags and the network's number stay. Other flags are those of another protocol, whose fields are not known. */
function rewriteVxlan(walk: Walk, at: number, end: number): number {
  const { bytes } = walk;
  const next = at + VXLAN_BYTES;
  const flags = bytes[at];
  if (next > end || (flags !== VXLAN_FLAGS && flags !== VXLAN_GBP_FLAGS) || bytes[next - 1] !== 0) return at;
  bytes.fill(0, at + 1, at + 4);
  return walk.ethernet(next, end);
}

/** The options of Geneve can have anything: they become zeros. Bits that are reserved show that it is no Geneve. */
function rewriteGeneve(walk: Walk, at: number, end: number): number {
  const { bytes } = walk;
  const fixedEnd = at + GENEVE_BYTES;
  if (fixedEnd > end || bytes[at]! >> 6 !== 0) return at;
  if ((bytes[at + 1]! & 0x3f) !== 0 || bytes[fixedEnd - 1] !== 0) return at;
  const next = fixedEnd + (bytes[at]! & 0x3f) * 4;
  if (next > end) return fixedEnd;
  bytes.fill(0, fixedEnd, next);
  return walk.network(be16(bytes, at + GENEVE_TYPE), next, end);
}

/** The header of GRE, and the packet in the tunnel. Old source routes have addresses: nothing after their flag stays. */
export function rewriteGre(walk: Walk, at: number, end: number): number {
  const { bytes } = walk;
  if (at + GRE_BYTES > end) return at;
  const flags = be16(bytes, at);
  if ((flags & GRE_ROUTING) !== 0) return at + GRE_BYTES;
  const has = (flag: number) => ((flags & flag) === 0 ? 0 : 4);
  const headerEnd = at + GRE_BYTES + has(GRE_CHECKSUM) + has(GRE_KEY) + has(GRE_SEQUENCE);
  if ((flags & GRE_VERSION) !== 0 || headerEnd > end) return at + GRE_BYTES;
  if (has(GRE_CHECKSUM) === 0) return walk.network(be16(bytes, at + 2), headerEnd, end);
  // Of a cut packet, this is wrong: but of a cut packet, nobody can check it.
  const right = isRight(sumOf(bytes, at, end));
  const kept = walk.network(be16(bytes, at + 2), headerEnd, end);
  writeChecksum(bytes, at + GRE_BYTES, at, kept, 0, right);
  return kept;
}
