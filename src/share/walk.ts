import type { AddressMap } from './addressMap.js';

/**
 * A packet that is being rewritten in place. Each method takes the range of bytes that a part of the packet has: `end` is the
 * end of what was captured of this part. Each method returns the end of what may be kept: all bytes before it were
 * understood, and rewritten. Everything after it must be removed.
 */
export interface Walk {
  readonly bytes: Uint8Array;
  readonly addresses: AddressMap;
  /** An Ethernet frame. */
  ethernet(at: number, end: number): number;
  /** What follows an Ethernet type. */
  network(type: number, at: number, end: number): number;
  /** An IP packet of either version. */
  ip(at: number, end: number): number;
}

/** Most headers of one packet. This limit bounds the work that a hostile packet causes. */
export const MAX_NESTED = 16;
