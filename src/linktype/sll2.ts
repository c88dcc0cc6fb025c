import { be16, copyBytes } from '../bytes.js';
import { ARPHRD_ETHER, ARPHRD_LOOPBACK, ETH_P_802_2, ETH_P_802_3, ETH_P_802_3_MIN } from './constants.js';
import { cookedDeviceType } from './convert.js';
import { FRAMING_ETHERNET, FRAMING_IPOIB, FRAMING_SLL2, IPOIB_HEADER_BYTES } from './framing.js';
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

/** Bytes that a payload of `length` bytes has as LINKTYPE_LINUX_SLL2; negative changes take no more than there is. */
export function sll2Length(framing: number, length: number): number {
  return framing === FRAMING_SLL2 ? length : SLL2_HEADER_BYTES + length - skipped(framing, length);
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
  const device = ethernet && deviceType < 0 ? ARPHRD_ETHER : cookedDeviceType(deviceType, framing);
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
export function payloadOfSll2(bytes: Uint8Array, offset: number, length: number): Uint8Array {
  if (length < SLL2_HEADER_BYTES) return new Uint8Array(0);
  const network = bytes.subarray(offset + SLL2_HEADER_BYTES, offset + length);
  const device = be16(bytes, offset + 8);
  const ethernet = device === ARPHRD_ETHER || device === ARPHRD_LOOPBACK;
  if (!ethernet || bytes[offset + 11] !== MAC_ADDRESS_BYTES) return network;
  const payload = new Uint8Array(ETHERNET_HEADER_BYTES + network.length);
  copyBytes(bytes, offset + 12, MAC_ADDRESS_BYTES, payload, MAC_ADDRESS_BYTES);
  const protocol = be16(bytes, offset);
  // Below, it is none of Ethernet's types: a frame of 802.3 has its length there.
  const type = protocol < ETH_P_802_3_MIN ? network.length : protocol;
  payload[ETHERNET_TYPE_OFFSET] = type >> 8;
  payload[ETHERNET_TYPE_OFFSET + 1] = type & 0xff;
  payload.set(network, ETHERNET_HEADER_BYTES);
  return payload;
}

/** Bytes of a payload that stand before what follows the cooked header. */
function skipped(framing: number, length: number): number {
  if (framing === FRAMING_ETHERNET) return length < ETHERNET_HEADER_BYTES ? 0 : ETHERNET_HEADER_BYTES;
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
