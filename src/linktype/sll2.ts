import { be16, copyBytes } from '../bytes.js';
import {
  ARPHRD_ETHER,
  ARPHRD_IEEE80211_RADIOTAP,
  ARPHRD_IEEE802154_MONITOR,
  ARPHRD_LOOPBACK,
  ARPHRD_VOID,
  ETH_P_802_2,
  ETH_P_802_3,
  ETH_P_802_3_MIN,
  ETH_P_IEEE802154,
  ETH_P_IP,
  ETH_P_IPV6,
} from './constants.js';
import { cookedDeviceType } from './convert.js';
import { isEthernetDevice } from './deviceTypes.js';
import {
  FRAMING_ETHERNET,
  FRAMING_IEEE802_15_4,
  FRAMING_IPOIB,
  FRAMING_NETLINK,
  FRAMING_RADIOTAP,
  FRAMING_RAW,
  FRAMING_SLL2,
  IPOIB_HEADER_BYTES,
} from './framing.js';
import {
  PACKET_BROADCAST,
  PACKET_HOST,
  PACKET_MULTICAST,
  receptionOf,
  TO_BROADCAST,
  TO_MULTICAST,
} from './reception.js';

/** Bytes of LINKTYPE_LINUX_SLL2's header. */
export const SLL2_HEADER_BYTES = 20;
const ETHERNET_HEADER_BYTES = 14;
const ETHERNET_TYPE_OFFSET = 12;
const MAC_ADDRESS_BYTES = 6;
/** Bytes of the frame check sequence of 802.15.4, which the kernel's packets lack. */
const FCS_BYTES = 2;

/** Length of a payload of `length` bytes as LINKTYPE_LINUX_SLL2. */
export function sll2Length(framing: number, length: number): number {
  return framing === FRAMING_SLL2 ? length : SLL2_HEADER_BYTES + length - skipped(framing, length);
}

/**
 * Original length as LINKTYPE_LINUX_SLL2 of a payload that had `originalLength` bytes. After this header readers expect
 * an 802.15.4 frame to end with an FCS. The FCS was sent by radio, so it counts as truncated bytes.
 */
export function sll2OriginalLength(framing: number, originalLength: number): number {
  return sll2Length(framing, originalLength) + (framing === FRAMING_IEEE802_15_4 ? FCS_BYTES : 0);
}

/**
 * Writes a payload of `length` bytes as LINKTYPE_LINUX_SLL2 to `target` at `at`: a cooked header, big-endian, then the
 * network header. The cooked header replaces an Ethernet header, and keeps its source address and type. Writes
 * `sll2Length(framing, length)` bytes: the caller made room.
 *
 *     offset size name
 *     0      2    protocol         ETH_P_*
 *     2      2    reserved         0
 *     4      4    ifindex
 *     8      2    device type      ARPHRD_*
 *     10     1    packet type      1 broadcast, 2 multicast, else 0 (to us): the kernel does not report it
 *     11     1    address length
 *     12     8    source address
 */
export function copySll2(
  framing: number,
  source: Uint8Array,
  offset: number,
  length: number,
  protocol: number,
  deviceType: number,
  ifindex: number,
  target: Uint8Array,
  at: number,
): void {
  if (framing === FRAMING_SLL2) {
    copyBytes(source, offset, length, target, at);
    return;
  }
  const skip = skipped(framing, length);
  const ethernet = framing === FRAMING_ETHERNET && skip === ETHERNET_HEADER_BYTES;
  const type = ethernet
    ? ethernetProtocol(source, offset, length)
    : networkProtocol(framing, source, offset + skip, length - skip, protocol);
  const device = deviceTypeOf(framing, deviceType);
  const view = new DataView(target.buffer, target.byteOffset + at, SLL2_HEADER_BYTES);
  target.fill(0, at, at + SLL2_HEADER_BYTES);
  view.setUint16(0, type);
  view.setUint32(4, ifindex);
  view.setUint16(8, device);
  view.setUint8(10, packetType(framing, source, offset, length));
  if (ethernet) {
    view.setUint8(11, MAC_ADDRESS_BYTES);
    copyBytes(source, offset + MAC_ADDRESS_BYTES, MAC_ADDRESS_BYTES, target, at + 12);
  }
  copyBytes(source, offset + skip, length - skip, target, at + SLL2_HEADER_BYTES);
}

/**
 * Rebuilds the payload that the kernel sent from a packet of LINKTYPE_LINUX_SLL2. For an Ethernet device: an Ethernet
 * header, whose destination address is lost (zeros), then the network header, in new memory. For others: the part after
 * the cooked header, not copied.
 */
export function payloadOfSll2(
  bytes: Uint8Array,
  offset: number,
  length: number,
  originalLength: number,
): Uint8Array {
  if (length < SLL2_HEADER_BYTES) return new Uint8Array(0);
  const network = bytes.subarray(offset + SLL2_HEADER_BYTES, offset + length);
  const device = be16(bytes, offset + 8);
  const ethernet = device === ARPHRD_ETHER || device === ARPHRD_LOOPBACK;
  if (!ethernet || bytes[offset + 11] !== MAC_ADDRESS_BYTES) return network;
  const payload = new Uint8Array(ETHERNET_HEADER_BYTES + network.length);
  copyBytes(bytes, offset + 12, MAC_ADDRESS_BYTES, payload, MAC_ADDRESS_BYTES);
  const protocol = be16(bytes, offset);
  // A smaller protocol is not an Ethernet type: the frame is 802.3, and has its length in this field.
  const type = protocol < ETH_P_802_3_MIN ? originalLength - SLL2_HEADER_BYTES : protocol;
  payload[ETHERNET_TYPE_OFFSET] = (type >> 8) & 0xff;
  payload[ETHERNET_TYPE_OFFSET + 1] = type & 0xff;
  payload.set(network, ETHERNET_HEADER_BYTES);
  return payload;
}

/**
 * Length before truncation of the payload of a LINKTYPE_LINUX_SLL2 packet.
 * @param payloadLength length of what `payloadOfSll2` returned for the packet.
 */
export function originalPayloadOfSll2(
  bytes: Uint8Array,
  offset: number,
  length: number,
  originalLength: number,
  payloadLength: number,
): number {
  const cut =
    be16(bytes, offset) === ETH_P_IEEE802154 && be16(bytes, offset + 8) !== ARPHRD_IEEE802154_MONITOR;
  const fcs = cut ? FCS_BYTES : 0;
  return Math.max(originalLength - fcs - Math.max(length, SLL2_HEADER_BYTES), 0) + payloadLength;
}

/**
 * The device type for the cooked header: one that fits the framing. The index of an Ethernet frame may mean a device of
 * another network namespace, and so find a tunnel here.
 */
function deviceTypeOf(framing: number, deviceType: number): number {
  if (framing === FRAMING_ETHERNET) return isEthernetDevice(deviceType) ? deviceType : ARPHRD_ETHER;
  // Readers that see ARPHRD_NETLINK in this header misread the netlink family in the protocol field.
  if (framing === FRAMING_NETLINK) return ARPHRD_VOID;
  // Readers recognize a radiotap header by the device type, and everything else by the protocol.
  return framing === FRAMING_RADIOTAP ? ARPHRD_IEEE80211_RADIOTAP : cookedDeviceType(deviceType, framing);
}

/** Bytes at the start of a payload that the cooked header replaces. */
function skipped(framing: number, length: number): number {
  if (framing === FRAMING_ETHERNET) return Math.min(ETHERNET_HEADER_BYTES, length);
  return framing === FRAMING_IPOIB ? Math.min(IPOIB_HEADER_BYTES, length) : 0;
}

function ethernetProtocol(bytes: Uint8Array, offset: number, length: number): number {
  const type = be16(bytes, offset + ETHERNET_TYPE_OFFSET);
  if (type >= ETH_P_802_3_MIN) return type;
  const raw = length >= ETHERNET_HEADER_BYTES + 2 && be16(bytes, offset + ETHERNET_HEADER_BYTES) === 0xffff;
  return raw ? ETH_P_802_3 : ETH_P_802_2;
}

/**
 * The protocol of a packet that has no Ethernet header. Readers decode the packet by it, so for raw IP the version in
 * the packet decides: an outer IP header can be of the other version than the protocol says.
 */
function networkProtocol(
  framing: number,
  bytes: Uint8Array,
  offset: number,
  length: number,
  protocol: number,
): number {
  if ((framing === FRAMING_RAW || framing === FRAMING_IPOIB) && length > 0) {
    const version = bytes[offset]! >> 4;
    if (version === 4) return ETH_P_IP;
    if (version === 6) return ETH_P_IPV6;
  }
  return Math.max(protocol, 0);
}

function packetType(framing: number, bytes: Uint8Array, offset: number, length: number): number {
  const reception = receptionOf(framing, bytes, offset, length);
  if (reception === TO_BROADCAST) return PACKET_BROADCAST;
  return reception === TO_MULTICAST ? PACKET_MULTICAST : PACKET_HOST;
}
