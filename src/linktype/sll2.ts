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
} from './constants.js';
import { cookedDeviceType } from './convert.js';
import { isEthernetDevice } from './deviceTypes.js';
import {
  FRAMING_ETHERNET,
  FRAMING_IEEE802_15_4,
  FRAMING_IPOIB,
  FRAMING_NETLINK,
  FRAMING_RADIOTAP,
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
/** Of 802.15.4; the kernel's packets are without. */
const FCS_BYTES = 2;

/** Bytes that a payload of `length` bytes has as LINKTYPE_LINUX_SLL2; negative changes take no more than there is. */
export function sll2Length(framing: number, length: number): number {
  return framing === FRAMING_SLL2 ? length : SLL2_HEADER_BYTES + length - skipped(framing, length);
}

/**
 * Bytes that a payload which had `originalLength` would have had. Readers take an FCS for the end of an 802.15.4 frame
 * behind this header: it was there on the air, and is told as what was cut off.
 */
export function sll2OriginalLength(framing: number, originalLength: number): number {
  return sll2Length(framing, originalLength) + (framing === FRAMING_IEEE802_15_4 ? FCS_BYTES : 0);
}

/**
 * Writes a payload of `length` bytes as LINKTYPE_LINUX_SLL2: the network header behind a cooked header, all big-endian, which
 * keeps of an Ethernet header the source address and the type. Writes `sll2Length(framing, length)` bytes.
 *
 *     offset size name
 *     0      2    protocol         ETH_P_*
 *     2      2    reserved         0
 *     4      4    ifindex
 *     8      2    device type      ARPHRD_*
 *     10     1    packet type      1 broadcast, 2 multicast, else 0 (to us): the kernel does not tell
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
  const type = ethernet ? ethernetProtocol(source, offset, length) : Math.max(protocol, 0);
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
 * What the kernel may have sent for a packet of LINKTYPE_LINUX_SLL2: of an Ethernet device, an Ethernet header, whose
 * destination address is not known any more (zeros), and the network header; else only that.
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
  // Below, it is none of Ethernet's types: a frame of 802.3 has its length there.
  const type = protocol < ETH_P_802_3_MIN ? originalLength - SLL2_HEADER_BYTES : protocol;
  payload[ETHERNET_TYPE_OFFSET] = (type >> 8) & 0xff;
  payload[ETHERNET_TYPE_OFFSET + 1] = type & 0xff;
  payload.set(network, ETHERNET_HEADER_BYTES);
  return payload;
}

/**
 * Bytes that the payload of a packet of LINKTYPE_LINUX_SLL2, of which `payloadOfSll2` gave `payloadLength`, had before
 * truncation.
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

/** A type that goes with what the packet was: an Ethernet frame's index may be another device's, a tunnel's. */
function deviceTypeOf(framing: number, deviceType: number): number {
  if (framing === FRAMING_ETHERNET) return isEthernetDevice(deviceType) ? deviceType : ARPHRD_ETHER;
  // Readers that meet netlink's own type take the family's number for more than it is here.
  if (framing === FRAMING_NETLINK) return ARPHRD_VOID;
  // Readers tell a radiotap header by the device's type, and whatever else there is by the protocol.
  return framing === FRAMING_RADIOTAP ? ARPHRD_IEEE80211_RADIOTAP : cookedDeviceType(deviceType, framing);
}

/** Bytes of a payload that stand before what follows the cooked header. */
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

function packetType(framing: number, bytes: Uint8Array, offset: number, length: number): number {
  const reception = receptionOf(framing, bytes, offset, length);
  if (reception === TO_BROADCAST) return PACKET_BROADCAST;
  return reception === TO_MULTICAST ? PACKET_MULTICAST : PACKET_HOST;
}
