import { FRAMING_ETHERNET, FRAMING_SLL2 } from './framing.js';

/** Whom a packet was sent to, as far as its link-layer header tells. */
export const TO_UNKNOWN = 0;
export const TO_MULTICAST = 1;
export const TO_BROADCAST = 2;

/** Packet types of LINKTYPE_LINUX_SLL2. */
export const PACKET_HOST = 0;
export const PACKET_BROADCAST = 1;
export const PACKET_MULTICAST = 2;
/** Where the packet type stands in LINKTYPE_LINUX_SLL2's header. */
const SLL2_PACKET_TYPE_OFFSET = 10;

/** TO_MULTICAST or TO_BROADCAST by the destination address; bytes that truncation took do not speak against it. */
export function receptionOf(framing: number, bytes: Uint8Array, offset: number, length: number): number {
  if (framing === FRAMING_ETHERNET && length > 0 && (bytes[offset]! & 1) !== 0) {
    for (let i = 0; i < Math.min(length, 6); i++) if (bytes[offset + i] !== 0xff) return TO_MULTICAST;
    return TO_BROADCAST;
  }
  if (framing === FRAMING_SLL2 && length > SLL2_PACKET_TYPE_OFFSET) {
    const type = bytes[offset + SLL2_PACKET_TYPE_OFFSET];
    if (type === PACKET_BROADCAST) return TO_BROADCAST;
    if (type === PACKET_MULTICAST) return TO_MULTICAST;
  }
  return TO_UNKNOWN;
}
