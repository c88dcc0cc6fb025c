import { ETHERNET_HEADER_BYTES, isVlan, MAX_HEADERS } from '../dissect/describe.js';
import type { DropBatch } from '../drop/batch.js';
import { ETH_P_IP, ETH_P_IPV6 } from '../linktype/constants.js';
import { cookedHeaderOf } from '../linktype/cooked.js';
import {
  FRAMING_ETHERNET,
  FRAMING_IPOIB,
  FRAMING_RAW,
  FRAMING_SLL,
  FRAMING_SLL2,
  FRAMING_SLL_WHOLE,
  IPOIB_HEADER_BYTES,
} from '../linktype/framing.js';

/** Most words of a key. */
export const KEY_WORDS = 13;
export const KIND = 0;
const PROTOCOL = 1;
/** Framing; from bit 8 on a CONTENT_*, from bit 16 on the protocol in the IP header, EXTENDED, and LATER_FRAGMENT. */
export const FORM = 2;
export const VLANS = 3;
export const PORTS = 4;
export const ADDRESSES = 5;
/** What ADDRESSES has. */
export const CONTENT_ETHERNET = 1;
export const CONTENT_ARP = 2;
export const CONTENT_IPV4 = 4;
export const CONTENT_IPV6 = 6;
/** The bit of FORM of an IPv6 packet with extension headers. */
export const EXTENDED: number = 1 << 24;
/** The bit of FORM of a fragment that is not the first one: it has no ports, and no type and code. */
export const LATER_FRAGMENT: number = 1 << 25;

const ETH_P_ARP = 0x0806;
const ARP_BYTES = 28;
/** VLAN tags that a key has room for. */
const MAX_VLANS = 2;
const VLAN_BITS = 16;
/** Tells a tag with VLAN 0 from no tag. */
const VLAN_THERE = 0x1000;

const IPV4_MIN_BYTES = 20;
const IPV6_BYTES = 40;
const IPPROTO_HOPOPTS = 0;
const IPPROTO_ICMP = 1;
export const IPPROTO_TCP = 6;
const IPPROTO_UDP = 17;
const IPPROTO_DCCP = 33;
const IPPROTO_ROUTING = 43;
const IPPROTO_FRAGMENT = 44;
const IPPROTO_AH = 51;
const IPPROTO_ICMPV6 = 58;
const IPPROTO_DSTOPTS = 60;
const IPPROTO_SCTP = 132;
const IPPROTO_UDPLITE = 136;

/**
 * Reads what makes drops equal: the kind, and the flow by the packet's bytes.
 *
 *     packet             flow
 *     IP                 VLANs, addresses, protocol; ports of TCP, UDP, DCCP, SCTP, UDP-Lite; ICMP's type and code
 *     ARP                VLANs, operation, both IPv4 addresses
 *     other Ethernet     VLANs, both addresses, type
 *     others             nothing: the kind, the protocol of the alert and the framing
 *
 * A later fragment has no ports. A packet in a tunnel counts by its outer header. Makes no object per packet.
 */
export class FlowKey {
  /** The key that `read` made: the first `length` words. Keys with different lengths differ before the shorter one's end. */
  readonly words: Uint32Array = new Uint32Array(KEY_WORDS);
  length = 0;
  /** Offset in the arena of the header of the IP packet that `read` found, and of the header after it; 0: none. */
  network = 0;
  transport = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);

  /** Reads row `row`. False, with an unfinished key, when the packet ends within these headers or has damaged ones. */
  read(batch: DropBatch, row: number): boolean {
    const { arena, framing, payloadOffset, payloadLength } = batch;
    if (this.#bytes !== arena) {
      this.#bytes = arena;
      this.#view = new DataView(arena.buffer, arena.byteOffset, arena.length);
    }
    const { words } = this;
    words[KIND] = batch.kind[row]!;
    words[PROTOCOL] = batch.protocol[row]!;
    const form = (words[FORM] = framing[row]!);
    words[VLANS] = 0;
    words[PORTS] = 0;
    this.length = ADDRESSES;
    this.network = 0;
    this.transport = 0;
    const at = payloadOffset[row]!;
    const end = at + payloadLength[row]!;
    switch (form) {
      case FRAMING_ETHERNET:
        return this.#readEthernet(at, end);
      case FRAMING_RAW:
        return this.#readIp(at, end);
      case FRAMING_IPOIB:
        return this.#readIp(at + IPOIB_HEADER_BYTES, end);
      case FRAMING_SLL:
        return this.#readNetwork(batch.protocol[row]!, at, end);
      case FRAMING_SLL2:
      case FRAMING_SLL_WHOLE: {
        const { bytes, protocol } = cookedHeaderOf(form)!;
        return at + bytes <= end && this.#readNetwork(this.#view.getUint16(at + protocol), at + bytes, end);
      }
      default:
        return true;
    }
  }

  /**
   * A hash of the key. Two polynomials, of every other word: a processor computes them side by side. Their high bits, which
   * depend on all words, are mixed into the low ones.
   */
  hash(): number {
    const { words, length } = this;
    let even = 0;
    let odd = 0;
    for (let i = 0; i < length; i += 2) {
      even = (Math.imul(even, 0x9e3779b1) + words[i]!) | 0;
      odd = (Math.imul(odd, 0x85ebca77) + (i + 1 < length ? words[i + 1]! : 0)) | 0;
    }
    const hash = Math.imul(even ^ (odd >>> 16) ^ (odd << 16), 0x85ebca6b);
    return hash ^ (hash >>> 15);
  }

  #readEthernet(start: number, end: number): boolean {
    const { words } = this;
    const view = this.#view;
    let at = start + ETHERNET_HEADER_BYTES;
    if (at > end) return false;
    let type = view.getUint16(at - 2);
    for (let tags = 0; isVlan(type); tags++, at += 4) {
      if (tags === MAX_VLANS || at + 4 > end) return false;
      words[VLANS] = (words[VLANS]! << VLAN_BITS) | VLAN_THERE | (view.getUint16(at) & 0xfff);
      type = view.getUint16(at + 2);
    }
    if (type === ETH_P_IP || type === ETH_P_IPV6 || type === ETH_P_ARP)
      return this.#readNetwork(type, at, end);
    this.#setContent(CONTENT_ETHERNET, 4);
    words[ADDRESSES] = view.getUint32(start);
    words[ADDRESSES + 1] = view.getUint32(start + 4);
    words[ADDRESSES + 2] = view.getUint32(start + 8);
    words[ADDRESSES + 3] = type;
    return true;
  }

  /** Reads a packet that begins with the header of the protocol `type`, an Ethernet type. */
  #readNetwork(type: number, at: number, end: number): boolean {
    if (type === ETH_P_IP || type === ETH_P_IPV6) return this.#readIp(at, end);
    if (type !== ETH_P_ARP) return true;
    if (at + ARP_BYTES > end) return false;
    const { words } = this;
    this.#setContent(CONTENT_ARP, 3);
    words[ADDRESSES] = this.#view.getUint16(at + 6);
    words[ADDRESSES + 1] = this.#view.getUint32(at + 14);
    words[ADDRESSES + 2] = this.#view.getUint32(at + 24);
    return true;
  }

  /** Reads an IP packet. Its own version decides: an outer header can be of the other version than the protocol says. */
  #readIp(at: number, end: number): boolean {
    if (at >= end) return false;
    this.network = at;
    const version = this.#bytes[at]! >> 4;
    if (version === 4) return this.#readIpv4(at, end);
    return version === 6 && this.#readIpv6(at, end);
  }

  #readIpv4(at: number, end: number): boolean {
    const bytes = this.#bytes;
    const headerBytes = (bytes[at]! & 0x0f) * 4;
    if (headerBytes < IPV4_MIN_BYTES || at + headerBytes > end) return false;
    this.#setContent(CONTENT_IPV4, 2);
    this.words[ADDRESSES] = this.#view.getUint32(at + 12);
    this.words[ADDRESSES + 1] = this.#view.getUint32(at + 16);
    const isLaterFragment = (this.#view.getUint16(at + 6) & 0x1fff) !== 0;
    return this.#readTransport(bytes[at + 9]!, isLaterFragment, at + headerBytes, end);
  }

  #readIpv6(start: number, end: number): boolean {
    const bytes = this.#bytes;
    let at = start + IPV6_BYTES;
    if (at > end) return false;
    this.#setContent(CONTENT_IPV6, 8);
    const { words } = this;
    const view = this.#view;
    for (let i = 0; i < 8; i++) words[ADDRESSES + i] = view.getUint32(start + 8 + 4 * i);
    let protocol = bytes[start + 6]!;
    for (let headers = 0; headers < MAX_HEADERS; headers++) {
      if (!isExtension(protocol)) return this.#readTransport(protocol, false, at, end);
      words[FORM]! |= EXTENDED;
      if (at + 8 > end) return false;
      const next = bytes[at]!;
      const isFragment = protocol === IPPROTO_FRAGMENT;
      if (isFragment && (view.getUint16(at + 2) & 0xfff8) !== 0)
        return this.#readTransport(next, true, at, end);
      at += isFragment ? 8 : protocol === IPPROTO_AH ? (bytes[at + 1]! + 2) * 4 : (bytes[at + 1]! + 1) * 8;
      protocol = next;
    }
    return false;
  }

  /** Reads ports, or type and code, at `at`. */
  #readTransport(protocol: number, isLaterFragment: boolean, at: number, end: number): boolean {
    this.words[FORM]! |= protocol << 16;
    if (isLaterFragment) {
      this.words[FORM]! |= LATER_FRAGMENT;
      return true;
    }
    this.transport = at;
    if (isIcmp(protocol)) {
      if (at + 2 > end) return false;
      this.words[PORTS] = this.#view.getUint16(at);
    } else if (hasPorts(protocol)) {
      if (at + 4 > end) return false;
      this.words[PORTS] = this.#view.getUint32(at);
    }
    return true;
  }

  #setContent(content: number, words: number): void {
    this.words[FORM]! |= content << 8;
    this.length = ADDRESSES + words;
  }
}

/** Whether the protocol of an IP packet is ICMP or ICMPv6. */
export function isIcmp(protocol: number): boolean {
  return protocol === IPPROTO_ICMP || protocol === IPPROTO_ICMPV6;
}

/** Whether the header of the protocol begins with two ports. */
export function hasPorts(protocol: number): boolean {
  return (
    protocol === IPPROTO_UDP ||
    protocol === IPPROTO_TCP ||
    protocol === IPPROTO_SCTP ||
    protocol === IPPROTO_DCCP ||
    protocol === IPPROTO_UDPLITE
  );
}

function isExtension(protocol: number): boolean {
  return (
    protocol === IPPROTO_HOPOPTS ||
    protocol === IPPROTO_ROUTING ||
    protocol === IPPROTO_FRAGMENT ||
    protocol === IPPROTO_AH ||
    protocol === IPPROTO_DSTOPTS
  );
}
