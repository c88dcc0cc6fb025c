import { FRAMING_ETHERNET, FRAMING_SLL2, FRAMING_SLL_WHOLE } from './framing.js';

/** TO_*: the destination that the packet's link-layer header names. TO_UNKNOWN: unicast, or not known. */
export const TO_UNKNOWN = 0;
export const TO_MULTICAST = 1;
export const TO_BROADCAST = 2;

/** Packet types of LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2. */
export const PACKET_HOST = 0;
export const PACKET_BROADCAST = 1;
export const PACKET_MULTICAST = 2;
/** Offset of the packet type's low byte in the header of LINKTYPE_LINUX_SLL2, and of LINKTYPE_LINUX_SLL. */
export const SLL2_PACKET_TYPE_OFFSET = 10;
export const SLL_PACKET_TYPE_OFFSET = 1;

/**
 * TO_* of a payload, from its destination address or the packet type in its cooked header. When the address was
 * truncated, the bytes that are present decide.
 */
export function receptionOf(framing: number, bytes: Uint8Array, offset: number, length: number): number {
  if (framing === FRAMING_ETHERNET && length > 0 && (bytes[offset]! & 1) !== 0) {
    for (let i = 0; i < Math.min(length, 6); i++) if (bytes[offset + i] !== 0xff) return TO_MULTICAST;
    return TO_BROADCAST;
  }
  if (framing === FRAMING_SLL2 || framing === FRAMING_SLL_WHOLE) {
    const at = framing === FRAMING_SLL2 ? SLL2_PACKET_TYPE_OFFSET : SLL_PACKET_TYPE_OFFSET;
    if (length <= at) return TO_UNKNOWN;
    const type = bytes[offset + at];
    if (type === PACKET_BROADCAST) return TO_BROADCAST;
    if (type === PACKET_MULTICAST) return TO_MULTICAST;
  }
  return TO_UNKNOWN;
}
