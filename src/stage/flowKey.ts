import { be16 } from '../bytes.js';
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

/** Words of a key. KIND to VLANS are always there; a flow fills ADDRESSES (eight words) and PORTS as far as it has them. */
export const KEY_WORDS = 13;
const KIND = 0;
const PROTOCOL = 1;
/** Framing; from bit 8 on the IP version, from bit 16 on the protocol in the IP header. */
const FORM = 2;
const VLANS = 3;
const ADDRESSES = 4;
const PORTS = 12;

const ETH_P_ARP = 0x0806;
const ARP_BYTES = 28;
/** VLAN tags that a key has room for. */
const MAX_VLANS = 2;
const VLAN_BITS = 16;
/** Tells a tag with VLAN 0 from no tag. */
const VLAN_THERE = 0x1000;

const IPV4_MIN_BYTES = 20;
const IPV6_BYTES = 40;
const PROTOCOLS_WITH_PORTS: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]); // TCP, UDP, DCCP, SCTP, UDP-Lite.
const IPPROTO_ICMP = 1;
const IPPROTO_ICMPV6 = 58;
const IPPROTO_FRAGMENT = 44;
const IPPROTO_AH = 51;
/** IPv6 extension headers with a length in units of 8 bytes: hop-by-hop, routing, destination options. */
const EXTENSIONS: ReadonlySet<number> = new Set([0, 43, 60]);

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
  /** The key that `read` made. */
  readonly words: Uint32Array = new Uint32Array(KEY_WORDS);
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
    for (let i = VLANS; i < KEY_WORDS; i++) words[i] = 0;
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
        return at + bytes <= end && this.#readNetwork(be16(arena, at + protocol), at + bytes, end);
      }
      default:
        return true;
    }
  }

  #readEthernet(start: number, end: number): boolean {
    const { words } = this;
    const bytes = this.#bytes;
    let at = start + ETHERNET_HEADER_BYTES;
    if (at > end) return false;
    let type = be16(bytes, at - 2);
    for (let tags = 0; isVlan(type); tags++, at += 4) {
      if (tags === MAX_VLANS || at + 4 > end) return false;
      words[VLANS] = (words[VLANS]! << VLAN_BITS) | VLAN_THERE | (be16(bytes, at) & 0xfff);
      type = be16(bytes, at + 2);
    }
    if (type === ETH_P_IP || type === ETH_P_IPV6 || type === ETH_P_ARP)
      return this.#readNetwork(type, at, end);
    words[ADDRESSES] = this.#view.getUint32(start);
    words[ADDRESSES + 1] = this.#view.getUint32(start + 4);
    words[ADDRESSES + 2] = this.#view.getUint32(start + 8);
    words[ADDRESSES + 3] = type;
    return true;
  }

  /** Reads a packet that begins with the header of the protocol `type`, an Ethernet type. */
  #readNetwork(type: number, at: number, end: number): boolean {
    if (type === ETH_P_IP || type === ETH_P_IPV6) return this.#readIp(at, end);
    if (type !== ETH_P_ARP) return true;
    if (at + ARP_BYTES > end) return false;
    const { words } = this;
    words[ADDRESSES] = type;
    words[ADDRESSES + 1] = be16(this.#bytes, at + 6);
    words[ADDRESSES + 2] = this.#view.getUint32(at + 14);
    words[ADDRESSES + 3] = this.#view.getUint32(at + 24);
    return true;
  }

  /** Reads an IP packet. Its own version decides: an outer header can be of the other version than the protocol says. */
  #readIp(at: number, end: number): boolean {
    if (at >= end) return false;
    const version = this.#bytes[at]! >> 4;
    if (version === 4) return this.#readIpv4(at, end);
    return version === 6 && this.#readIpv6(at, end);
  }

  #readIpv4(at: number, end: number): boolean {
    const bytes = this.#bytes;
    const headerBytes = (bytes[at]! & 0x0f) * 4;
    if (headerBytes < IPV4_MIN_BYTES || at + headerBytes > end) return false;
    this.words[ADDRESSES] = this.#view.getUint32(at + 12);
    this.words[ADDRESSES + 1] = this.#view.getUint32(at + 16);
    const isLaterFragment = (be16(bytes, at + 6) & 0x1fff) !== 0;
    return this.#readTransport(4, bytes[at + 9]!, isLaterFragment, at + headerBytes, end);
  }

  #readIpv6(start: number, end: number): boolean {
    const bytes = this.#bytes;
    let at = start + IPV6_BYTES;
    if (at > end) return false;
    for (let i = 0; i < 8; i++) this.words[ADDRESSES + i] = this.#view.getUint32(start + 8 + 4 * i);
    let protocol = bytes[start + 6]!;
    for (let headers = 0; headers < MAX_HEADERS; headers++) {
      const isFragment = protocol === IPPROTO_FRAGMENT;
      if (!isFragment && protocol !== IPPROTO_AH && !EXTENSIONS.has(protocol))
        return this.#readTransport(6, protocol, false, at, end);
      if (at + 8 > end) return false;
      const next = bytes[at]!;
      if (isFragment && (be16(bytes, at + 2) & 0xfff8) !== 0)
        return this.#readTransport(6, next, true, at, end);
      at += isFragment ? 8 : protocol === IPPROTO_AH ? (bytes[at + 1]! + 2) * 4 : (bytes[at + 1]! + 1) * 8;
      protocol = next;
    }
    return false;
  }

  /** Reads ports, or type and code, at `at`. */
  #readTransport(
    version: number,
    protocol: number,
    isLaterFragment: boolean,
    at: number,
    end: number,
  ): boolean {
    this.words[FORM]! |= (version << 8) | (protocol << 16);
    if (isLaterFragment) return true;
    if (protocol === IPPROTO_ICMP || protocol === IPPROTO_ICMPV6) {
      this.words[PORTS] = be16(this.#bytes, at);
      return at + 2 <= end;
    }
    if (!PROTOCOLS_WITH_PORTS.has(protocol)) return true;
    if (at + 4 > end) return false;
    this.words[PORTS] = this.#view.getUint32(at);
    return true;
  }
}
