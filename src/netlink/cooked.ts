/** Bytes of the cooked header, which is before the messages of a LINKTYPE_NETLINK packet. Big-endian. */
export const COOKED_HEADER_BYTES = 16;
export const COOKED_TYPE_OFFSET = 2;
export const COOKED_FAMILY_OFFSET = 14;
export const ARPHRD_NETLINK = 824;
/** PACKET_OUTGOING: nlmon devices give this packet type to messages from the kernel. */
const PACKET_OUTGOING = 4;

/**
 * Writes the cooked header of LINKTYPE_NETLINK to `target` at `at`, big-endian.
 *
 *     offset size name
 *     0      2    packet type     4 (outgoing)
 *     2      2    device type     824 (ARPHRD_NETLINK)
 *     4      10   address         0
 *     14     2    netlink family  NETLINK_GENERIC and so on
 */
export function writeCookedHeader(target: Uint8Array, at: number, family: number): void {
  target.fill(0, at, at + COOKED_HEADER_BYTES);
  target[at + 1] = PACKET_OUTGOING;
  target[at + COOKED_TYPE_OFFSET] = ARPHRD_NETLINK >> 8;
  target[at + COOKED_TYPE_OFFSET + 1] = ARPHRD_NETLINK & 0xff;
  target[at + COOKED_FAMILY_OFFSET + 1] = family;
}

/** A LINKTYPE_NETLINK packet: the cooked header, then the message (copied). */
export function buildCooked(family: number, message: Uint8Array): Uint8Array {
  const packet = new Uint8Array(COOKED_HEADER_BYTES + message.length);
  writeCookedHeader(packet, 0, family);
  packet.set(message, COOKED_HEADER_BYTES);
  return packet;
}
