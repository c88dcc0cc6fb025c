import { be16, be32 } from '../bytes.js';
import { isVlan, MAX_802_3_LENGTH, ETHERNET_HEADER_BYTES } from '../dissect/describe.js';
import { ETH_P_IP, ETH_P_IPV6 } from '../linktype/constants.js';
import type { CookedHeader } from '../linktype/cooked.js';
import { IPV4_BYTES, MAC_BYTES } from './addressMap.js';
import type { Walk } from './walk.js';

const ETH_P_ARP = 0x0806;
const ETH_P_RARP = 0x8035;
const ETH_P_TEB = 0x6558;
const ETH_P_MPLS_UC = 0x8847;
const ETH_P_MPLS_MC = 0x8848;
const ETH_P_PPP_DISC = 0x8863;
const ETH_P_PPP_SES = 0x8864;

const VLAN_BYTES = 4;
const LLC_BYTES = 3;
const SNAP_BYTES = 5;
const SNAP_SAP = 0xaa;
const MPLS_BYTES = 4;
const MPLS_BOTTOM = 0x100;
const MAX_LABELS = 8;
const PPPOE_BYTES = 6;
const PPP_IPV4 = 0x0021;
const PPP_IPV6 = 0x0057;
const ARP_FIXED_BYTES = 8;
const ARP_BYTES = 28;
const COOKED_ADDRESS_BYTES = 8;

/** An Ethernet frame: both addresses, and the type. */
export function rewriteEthernet(walk: Walk, at: number, end: number): number {
  const next = at + ETHERNET_HEADER_BYTES;
  if (next > end) return at;
  walk.addresses.mac(walk.bytes, at);
  walk.addresses.mac(walk.bytes, at + MAC_BYTES);
  const type = be16(walk.bytes, next - 2);
  // In an 802.3 frame, the type is a length, and padding follows.
  return type <= MAX_802_3_LENGTH
    ? rewriteLlc(walk, next, Math.min(next + type, end))
    : walk.network(type, next, end);
}

/**
 * The packet of an Ethernet type. Keeps nothing of other types: what their packets have is not known.
 */
export function rewriteNetwork(walk: Walk, type: number, at: number, end: number): number {
  if (isVlan(type)) {
    if (at + VLAN_BYTES > end) return at;
    const inner = be16(walk.bytes, at + 2);
    const next = at + VLAN_BYTES;
    return inner <= MAX_802_3_LENGTH ? rewriteLlc(walk, next, end) : walk.network(inner, next, end);
  }
  switch (type) {
    case ETH_P_IP:
    case ETH_P_IPV6:
      return walk.ip(at, end);
    case ETH_P_ARP:
    case ETH_P_RARP:
      return rewriteArp(walk, at, end);
    case ETH_P_TEB:
      return walk.ethernet(at, end);
    case ETH_P_MPLS_UC:
    case ETH_P_MPLS_MC:
      return rewriteMpls(walk, at, end);
    case ETH_P_PPP_DISC:
      // Its tags have names.
      return at + PPPOE_BYTES <= end ? at + PPPOE_BYTES : at;
    case ETH_P_PPP_SES:
      return rewritePppoe(walk, at, end);
  }
  return at;
}

/** The cooked header, whose address is the sender's: of Ethernet, or of a tunnel over IPv4. */
export function rewriteCooked(walk: Walk, header: CookedHeader, at: number, end: number): number {
  const next = at + header.bytes;
  const { bytes, addresses } = walk;
  if (next > end) return at;
  const length = bytes[at + header.addressLength]!;
  const address = at + header.address;
  const known = length === MAC_BYTES || length === IPV4_BYTES ? length : 0;
  if (known === MAC_BYTES) addresses.mac(bytes, address);
  else if (known === IPV4_BYTES) addresses.ipv4(bytes, address);
  bytes.fill(0, address + known, address + COOKED_ADDRESS_BYTES);
  return rewriteByProtocol(walk, be16(bytes, at + header.protocol), next, end);
}

/** A packet whose protocol the kernel reported. Behind a tunnel, this can be the protocol of another header of the packet. */
export function rewriteByProtocol(walk: Walk, protocol: number, at: number, end: number): number {
  const isIp = protocol === ETH_P_IP || protocol === ETH_P_IPV6;
  return isIp ? walk.guess(at, end) : walk.network(protocol, at, end);
}

/**
 * Labels, up to the last one of the stack. Nothing says what follows. Without a last one these are no labels, or were cut:
 * nothing stays.
 */
export function rewriteMpls(walk: Walk, start: number, end: number): number {
  let at = start;
  for (let last = false; !last; at += MPLS_BYTES) {
    if (at + MPLS_BYTES > end || at === start + MAX_LABELS * MPLS_BYTES) return start;
    last = (be32(walk.bytes, at) & MPLS_BOTTOM) !== 0;
  }
  return walk.guess(at, end);
}

/** The service access points, and a SNAP header. Spanning tree and others have addresses after them. */
function rewriteLlc(walk: Walk, at: number, end: number): number {
  const { bytes } = walk;
  const snap = at + LLC_BYTES;
  if (snap > end) return at;
  const next = snap + SNAP_BYTES;
  if (bytes[at] !== SNAP_SAP || next > end) return snap;
  const encapsulated = bytes[snap] === 0 && be16(bytes, snap + 1) === 0;
  return encapsulated ? walk.network(be16(bytes, snap + 3), next, end) : next;
}

function rewritePppoe(walk: Walk, at: number, end: number): number {
  const next = at + PPPOE_BYTES + 2;
  if (next > end) return at;
  const protocol = be16(walk.bytes, next - 2);
  return protocol === PPP_IPV4 || protocol === PPP_IPV6 ? walk.ip(next, end) : next;
}

/** ARP for IPv4 in Ethernet. Of other ARP, and of a cut packet, only the fields without addresses stay. */
function rewriteArp({ bytes, addresses }: Walk, at: number, end: number): number {
  if (at + ARP_FIXED_BYTES > end) return at;
  const ipv4 = be16(bytes, at + 2) === ETH_P_IP && be16(bytes, at + 4) === 0x0604;
  if (!ipv4 || at + ARP_BYTES > end) return at + ARP_FIXED_BYTES;
  addresses.mac(bytes, at + 8);
  addresses.ipv4(bytes, at + 14);
  addresses.mac(bytes, at + 18);
  addresses.ipv4(bytes, at + 24);
  return at + ARP_BYTES;
}
