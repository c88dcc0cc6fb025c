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
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
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
  FRAMING_SLL_WHOLE,
  IPOIB_HEADER_BYTES,
  SLL_HEADER_BYTES,
} from './framing.js';
import {
  PACKET_BROADCAST,
  PACKET_HOST,
  PACKET_MULTICAST,
  receptionOf,
  SLL2_PACKET_TYPE_OFFSET,
  SLL_PACKET_TYPE_OFFSET,
  TO_BROADCAST,
  TO_MULTICAST,
} from './reception.js';

/**
 * The cooked header of a link type: where its fields are. All fields are big-endian.
 *
 *     LINUX_SLL  LINUX_SLL2  size  name
 *     0          10          2, 1  packetType      1 broadcast, 2 multicast, else 0 (to us): the kernel does not report it
 *     2          8           2     deviceType      ARPHRD_*
 *     4          11          2, 1  addressLength
 *     6          12          8     address         source address
 *     14         0           2     protocol        ETH_P_*
 *     -          4           4     ifindex
 *
 * SLL2 has 2 reserved bytes, 0, at offset 2.
 */
export interface CookedHeader {
  readonly linkType: number;
  /** The framing of packets that have this header in the file that they were read from. */
  readonly framing: number;
  /** Length of the header. */
  readonly bytes: number;
  /** Offset of the number's low byte: its values are below 256. So is that of `addressLength`. */
  readonly packetType: number;
  readonly deviceType: number;
  readonly addressLength: number;
  readonly address: number;
  readonly protocol: number;
  /** Undefined for a header without the index. */
  readonly ifindex: number | undefined;
}

export const SLL: CookedHeader = {
  linkType: LINKTYPE_LINUX_SLL,
  framing: FRAMING_SLL_WHOLE,
  bytes: SLL_HEADER_BYTES,
  packetType: SLL_PACKET_TYPE_OFFSET,
  deviceType: 2,
  addressLength: 5,
  address: 6,
  protocol: 14,
  ifindex: undefined,
};

export const SLL2: CookedHeader = {
  linkType: LINKTYPE_LINUX_SLL2,
  framing: FRAMING_SLL2,
  bytes: 20,
  packetType: SLL2_PACKET_TYPE_OFFSET,
  deviceType: 8,
  addressLength: 11,
  address: 12,
  protocol: 0,
  ifindex: 4,
};

const ADDRESS_BYTES = 8;
const ETHERNET_HEADER_BYTES = 14;
const ETHERNET_TYPE_OFFSET = 12;
const MAC_ADDRESS_BYTES = 6;
/** Bytes of the frame check sequence of 802.15.4, which the kernel's packets lack. */
const FCS_BYTES = 2;

/** The cooked header that is a part of packets with this framing; undefined for packets without one. */
export function cookedHeaderOf(framing: number): CookedHeader | undefined {
  if (framing === FRAMING_SLL2) return SLL2;
  return framing === FRAMING_SLL_WHOLE ? SLL : undefined;
}

/** Length of a payload of `length` bytes after the cooked header, and with it. */
export function cookedLength(header: CookedHeader, framing: number, length: number): number {
  return framing === header.framing ? length : header.bytes + length - skipped(framing, length);
}

/**
 * Original length, with the cooked header, of a payload that had `originalLength` bytes. After this header readers expect
 * an 802.15.4 frame to end with an FCS. The FCS was sent by radio, so it counts as truncated bytes.
 */
export function cookedOriginalLength(header: CookedHeader, framing: number, originalLength: number): number {
  return cookedLength(header, framing, originalLength) + (framing === FRAMING_IEEE802_15_4 ? FCS_BYTES : 0);
}

/**
 * Writes a payload of `length` bytes to `target` at `at`: a cooked header, then the network header. The cooked header
 * replaces an Ethernet header, and keeps its source address and type. It also replaces the other cooked header, and keeps
 * all fields that both have. Writes `cookedLength(header, framing, length)` bytes: the caller made room.
 */
export function copyCooked(
  header: CookedHeader,
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
  if (framing === header.framing) {
    copyBytes(source, offset, length, target, at);
    return;
  }
  const skip = skipped(framing, length);
  target.fill(0, at, at + header.bytes);
  const view = new DataView(target.buffer, target.byteOffset + at, header.bytes);
  const other = cookedHeaderOf(framing);
  view.setUint8(header.packetType, packetType(framing, source, offset, length));
  if (other && skip === other.bytes) {
    view.setUint16(header.protocol, be16(source, offset + other.protocol));
    view.setUint16(header.deviceType, be16(source, offset + other.deviceType));
    view.setUint8(header.addressLength, source[offset + other.addressLength]!);
    copyBytes(source, offset + other.address, ADDRESS_BYTES, target, at + header.address);
  } else {
    const ethernet = framing === FRAMING_ETHERNET && skip === ETHERNET_HEADER_BYTES;
    const type = ethernet
      ? ethernetProtocol(source, offset, length)
      : networkProtocol(framing, source, offset + skip, length - skip, protocol);
    view.setUint16(header.protocol, type);
    view.setUint16(header.deviceType, deviceTypeOf(framing, deviceType));
    if (ethernet) {
      view.setUint8(header.addressLength, MAC_ADDRESS_BYTES);
      copyBytes(source, offset + MAC_ADDRESS_BYTES, MAC_ADDRESS_BYTES, target, at + header.address);
    }
  }
  if (header.ifindex !== undefined) view.setUint32(header.ifindex, ifindex);
  copyBytes(source, offset + skip, length - skip, target, at + header.bytes);
}

/**
 * Rebuilds the payload that the kernel sent from a packet that begins with the cooked header. For an Ethernet device: an
 * Ethernet header, whose destination address is lost (zeros), then the network header, in new memory. For others: the
 * part after the cooked header, not copied.
 */
export function payloadOfCooked(
  header: CookedHeader,
  bytes: Uint8Array,
  offset: number,
  length: number,
  originalLength: number,
): Uint8Array {
  if (length < header.bytes) return new Uint8Array(0);
  const network = bytes.subarray(offset + header.bytes, offset + length);
  const device = be16(bytes, offset + header.deviceType);
  const ethernet = device === ARPHRD_ETHER || device === ARPHRD_LOOPBACK;
  if (!ethernet || bytes[offset + header.addressLength] !== MAC_ADDRESS_BYTES) return network;
  const payload = new Uint8Array(ETHERNET_HEADER_BYTES + network.length);
  copyBytes(bytes, offset + header.address, MAC_ADDRESS_BYTES, payload, MAC_ADDRESS_BYTES);
  const protocol = be16(bytes, offset + header.protocol);
  // A smaller protocol is not an Ethernet type: the frame is 802.3, and has its length in this field.
  const type = protocol < ETH_P_802_3_MIN ? originalLength - header.bytes : protocol;
  payload[ETHERNET_TYPE_OFFSET] = (type >> 8) & 0xff;
  payload[ETHERNET_TYPE_OFFSET + 1] = type & 0xff;
  payload.set(network, ETHERNET_HEADER_BYTES);
  return payload;
}

/**
 * Length before truncation of the payload of a packet that begins with the cooked header.
 * @param payloadLength length of what `payloadOfCooked` returned for the packet.
 */
export function originalPayloadOfCooked(
  header: CookedHeader,
  bytes: Uint8Array,
  offset: number,
  length: number,
  originalLength: number,
  payloadLength: number,
): number {
  const cut =
    be16(bytes, offset + header.protocol) === ETH_P_IEEE802154 &&
    be16(bytes, offset + header.deviceType) !== ARPHRD_IEEE802154_MONITOR;
  const fcs = cut ? FCS_BYTES : 0;
  return Math.max(originalLength - fcs - Math.max(length, header.bytes), 0) + payloadLength;
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
  const before = cookedHeaderOf(framing)?.bytes ?? (framing === FRAMING_IPOIB ? IPOIB_HEADER_BYTES : 0);
  return Math.min(before, length);
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
