/** Replaces addresses of a packet, in place. The caller checked that their bytes exist. */
export interface AddressReplacer {
  ipv4(bytes: Uint8Array, at: number): void;
  ipv6(bytes: Uint8Array, at: number): void;
  mac(bytes: Uint8Array, at: number): void;
}

/**
 * A packet that is being rewritten in place. Each method takes the range of bytes that a part of the packet has: `end` is the
 * end of what was captured of this part. Each method returns the end of what may be kept: all bytes before it were
 * understood, and rewritten. Everything after it must be removed.
 */
export interface Walk {
  readonly bytes: Uint8Array;
  readonly addresses: AddressReplacer;
  /** An Ethernet frame. */
  ethernet(at: number, end: number): number;
  /** What follows an Ethernet type. */
  network(type: number, at: number, end: number): number;
  /** What follows an IP header or an Ethernet type that says it is an IP packet, of either version. */
  ip(at: number, end: number): number;
  /** What may be an IP packet, but nothing in the packet says so: contents can begin like an IP header. */
  guess(at: number, end: number): number;
}

/** Most headers of one packet. This limit bounds the work that a hostile packet causes. */
export const MAX_NESTED = 16;
