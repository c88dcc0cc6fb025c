import { be16 } from '../bytes.js';
import { cookedHeaderOf } from '../linktype/cooked.js';
import {
  FRAMING_CAN,
  FRAMING_ETHERNET,
  FRAMING_IPOIB,
  FRAMING_RAW,
  FRAMING_SLL,
  FRAMING_SLL2,
  FRAMING_SLL_WHOLE,
  IPOIB_HEADER_BYTES,
} from '../linktype/framing.js';
import { isCertainIpHeader, isUnfinishedGre } from '../linktype/ipHeader.js';
import { rewriteIpv4 } from './ipv4Header.js';
import { rewriteIpv6 } from './ipv6Header.js';
import { rewriteByProtocol, rewriteCooked, rewriteEthernet, rewriteNetwork } from './linkHeaders.js';
import { type AddressReplacer, MAX_NESTED, type Walk } from './walk.js';

/** Identifier, length and flags of a CAN frame. */
const CAN_HEADER_BYTES = 8;

/**
 * Replaces the addresses of packets, in place, and finds where a packet's headers end. Only what is known to be a header stays:
 * everything else may have names, addresses or contents.
 */
export class PacketRewriter implements Walk {
  readonly addresses: AddressReplacer;
  bytes: Uint8Array = new Uint8Array(0);
  /** Where the packet ended before it was cut. */
  #originalEnd = 0;
  #nested = 0;

  constructor(addresses: AddressReplacer) {
    this.addresses = addresses;
  }

  /**
   * Rewrites the packet of `length` bytes at `offset`.
   * @param originalLength length before the packet was cut
   * @param framing FRAMING_*
   * @param protocol ETH_P_* in host byte order, negative when unknown
   * @returns how many of the bytes may be kept
   */
  rewrite(
    bytes: Uint8Array,
    offset: number,
    length: number,
    originalLength: number,
    framing: number,
    protocol: number,
  ): number {
    this.bytes = bytes;
    this.#originalEnd = offset + originalLength;
    this.#nested = 0;
    return this.#rewriteFraming(framing, protocol, offset, offset + length) - offset;
  }

  ethernet(at: number, end: number): number {
    return this.#enter() ? rewriteEthernet(this, at, end) : at;
  }

  network(type: number, at: number, end: number): number {
    return this.#enter() ? rewriteNetwork(this, type, at, end) : at;
  }

  ip(at: number, end: number): number {
    if (at >= end || !this.#enter()) return at;
    const version = this.bytes[at]! >> 4;
    if (version === 4) return rewriteIpv4(this, at, end);
    return version === 6 ? rewriteIpv6(this, at, end) : at;
  }

  guess(at: number, end: number): number {
    return at < end && this.#isIp(at, end) ? this.ip(at, end) : at;
  }

  /** A right checksum or an exact length shows an IP header. Others would be contents that begin with its version. */
  #isIp(at: number, end: number): boolean {
    const { bytes } = this;
    const remaining = this.#originalEnd - at;
    if (isCertainIpHeader(bytes, at, end, remaining)) return true;
    const isIpv4 = bytes[at]! >> 4 === 4;
    if (isIpv4 && at + 4 <= end && be16(bytes, at + 2) === remaining) return true;
    return isUnfinishedGre(bytes, at, end, be16(bytes, at + (isIpv4 ? 22 : 42)));
  }

  #enter(): boolean {
    return this.#nested++ < MAX_NESTED;
  }

  #rewriteFraming(framing: number, protocol: number, at: number, end: number): number {
    switch (framing) {
      case FRAMING_ETHERNET:
        return this.ethernet(at, end);
      case FRAMING_RAW:
        return this.guess(at, end);
      case FRAMING_SLL:
        return rewriteByProtocol(this, protocol, at, end);
      case FRAMING_SLL2:
      case FRAMING_SLL_WHOLE:
        return rewriteCooked(this, cookedHeaderOf(framing)!, at, end);
      case FRAMING_IPOIB: {
        const next = at + IPOIB_HEADER_BYTES;
        if (next > end) return at;
        // Has hardware addresses.
        this.bytes.fill(0, at, next);
        return this.guess(next, end);
      }
      case FRAMING_CAN:
        return Math.min(at + CAN_HEADER_BYTES, end);
    }
    // Frames of 802.11 and 802.15.4, and netlink messages.
    return at;
  }
}
