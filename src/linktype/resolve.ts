import { be16, u16, u32 } from '../bytes.js';
import {
  ARPHRD_IEEE80211,
  ARPHRD_IEEE80211_PRISM,
  ARPHRD_IEEE80211_RADIOTAP,
  ARPHRD_IEEE802154_MONITOR,
  ARPHRD_INFINIBAND,
  ETH_P_802_2,
  ETH_P_802_3,
  ETH_P_802_3_MIN,
  ETH_P_8021AD,
  ETH_P_8021Q,
  ETH_P_ALL,
  ETH_P_CAN,
  ETH_P_CANFD,
  ETH_P_CANXL,
  ETH_P_IEEE802154,
  ETH_P_IP,
  ETH_P_IPV6,
  ETH_P_QINQ1,
  ETH_P_XDSA,
} from './constants.js';
import { isEthernetDevice, isLayer3Device } from './deviceTypes.js';
import {
  FRAMING_CAN,
  FRAMING_ETHERNET,
  FRAMING_IEEE802_11,
  FRAMING_IEEE802_15_4,
  FRAMING_IEEE802_15_4_FCS,
  FRAMING_IPOIB,
  FRAMING_NETLINK,
  FRAMING_PRISM,
  FRAMING_RADIOTAP,
  FRAMING_RAW,
  FRAMING_SLL,
  IPOIB_HEADER_BYTES,
} from './framing.js';
import { IP_NO, IP_STRONG, IP_WEAK, isCertainIpHeader, isUnfinishedGre, testIpHeader } from './ipHeader.js';

/** In place of ARPHRD_*: the device type is not known. */
export const DEVICE_TYPE_UNKNOWN = -1;

const ETHERNET_HEADER_BYTES = 14;
const ETHERNET_TYPE_OFFSET = 12;
/** The largest value of an Ethernet type field that is a length. */
const MAX_802_3_LENGTH = 1500;
/** Most bytes that a minimal frame of 60 bytes adds to its 14-byte header and contents. */
const MAX_802_3_PADDING = 54;
const NLMSG_HDRLEN = 16;
/** The message types of all netlink families are below this number. */
const NLMSG_PLAUSIBLE_TYPES = 4096;
/** The numbers of netlink families are below this number: MAX_LINKS of linux/netlink.h. */
const NETLINK_FAMILIES = 32;

/**
 * Chooses the framing of a dropped packet: what its first bytes are. The kernel reports neither link type nor device
 * type. The input device's type alone is not enough: a packet that arrived by Ethernet, and was dropped on its way into
 * a tunnel, starts with its IP header. So the packet's bytes and its protocol decide first. The device type decides only
 * when the bytes allow several framings. docs/output-format.md has the table.
 *
 * @param bytes has `length` bytes of the payload at `offset`. Bytes that were truncated fail no check.
 * @param protocol ETH_P_* in host byte order, negative when unknown.
 * @param originalLength length before truncation.
 * @param deviceType ARPHRD_* of the input device, or DEVICE_TYPE_UNKNOWN.
 * @param littleEndian byte order of the host whose kernel dropped the packet.
 * @returns FRAMING_*, an index into FRAMINGS.
 */
export function resolveFraming(
  bytes: Uint8Array,
  offset: number,
  length: number,
  protocol: number,
  originalLength: number,
  deviceType: number,
  littleEndian: boolean,
): number {
  if (length === 0) return FRAMING_SLL;
  const end = offset + length;
  const fallback =
    isEthernetDevice(deviceType) && length >= ETHERNET_HEADER_BYTES ? FRAMING_ETHERNET : FRAMING_SLL;
  switch (protocol) {
    case ETH_P_IP:
    case ETH_P_IPV6:
      return resolveIp(bytes, offset, end, protocol, originalLength, deviceType, fallback);
    case ETH_P_802_3:
    case ETH_P_802_2:
      return resolve802(bytes, offset, length, originalLength, deviceType, fallback);
    case ETH_P_CAN:
    case ETH_P_CANFD:
    case ETH_P_CANXL:
      return FRAMING_CAN;
    case ETH_P_IEEE802154:
      return deviceType === ARPHRD_IEEE802154_MONITOR ? FRAMING_IEEE802_15_4_FCS : FRAMING_IEEE802_15_4;
    case ETH_P_XDSA:
      return FRAMING_ETHERNET;
    case 0:
    case ETH_P_ALL:
      return resolveUnknown(bytes, offset, length, originalLength, deviceType, fallback, littleEndian);
  }
  const certainIp = isCertainIpHeader(bytes, offset, end, originalLength);
  if (protocol < ETH_P_802_3_MIN) {
    if (certainIp) return FRAMING_RAW;
    // Packets of an nlmon device have the netlink family as their protocol.
    const netlink = protocol > 0 && protocol < NETLINK_FAMILIES && deviceType === DEVICE_TYPE_UNKNOWN;
    return netlink && isNetlinkMessage(bytes, offset, length, originalLength, littleEndian)
      ? FRAMING_NETLINK
      : FRAMING_SLL;
  }
  if (length < ETHERNET_HEADER_BYTES) return isLayer3Device(deviceType) ? FRAMING_SLL : FRAMING_ETHERNET;
  const type = be16(bytes, offset + ETHERNET_TYPE_OFFSET);
  const tagged = type === ETH_P_8021Q || type === ETH_P_8021AD || type === ETH_P_QINQ1;
  if (type === protocol) return FRAMING_ETHERNET;
  if (certainIp || isUnfinishedGre(bytes, offset, end, protocol)) return FRAMING_RAW;
  return tagged ? FRAMING_ETHERNET : fallback;
}

/** The framing for protocol ETH_P_IP or ETH_P_IPV6. */
function resolveIp(
  bytes: Uint8Array,
  offset: number,
  end: number,
  protocol: number,
  originalLength: number,
  deviceType: number,
  fallback: number,
): number {
  const ipAt = (skip: number) => testIpHeader(bytes, offset + skip, end, originalLength - skip, protocol);
  const layer3 = isLayer3Device(deviceType);
  if (
    deviceType === ARPHRD_INFINIBAND &&
    end - offset >= IPOIB_HEADER_BYTES &&
    ipAt(IPOIB_HEADER_BYTES) !== IP_NO
  ) {
    return FRAMING_IPOIB;
  }
  const bare = ipAt(0);
  if (end - offset < ETHERNET_HEADER_BYTES) {
    // Too short to hold an Ethernet type: the device type decides, then the IP version nibble.
    if (layer3) return FRAMING_RAW;
    return deviceType === DEVICE_TYPE_UNKNOWN && bare !== IP_NO ? FRAMING_RAW : FRAMING_ETHERNET;
  }
  const typeIsProtocol = be16(bytes, offset + ETHERNET_TYPE_OFFSET) === protocol;
  if (typeIsProtocol && ipAt(ETHERNET_HEADER_BYTES) === IP_STRONG) return FRAMING_ETHERNET;
  if (
    bare === IP_STRONG ||
    isCertainIpHeader(bytes, offset, end, originalLength) ||
    isUnfinishedGre(bytes, offset, end, protocol)
  )
    return FRAMING_RAW;
  if (typeIsProtocol) return bare === IP_WEAK && layer3 ? FRAMING_RAW : FRAMING_ETHERNET;
  return bare === IP_WEAK ? FRAMING_RAW : fallback;
}

/** The framing for ETH_P_802_3 and ETH_P_802_2: Ethernet frames with a length, and 802.11 in monitor mode. */
function resolve802(
  bytes: Uint8Array,
  offset: number,
  length: number,
  originalLength: number,
  deviceType: number,
  fallback: number,
): number {
  if (deviceType === ARPHRD_IEEE80211_RADIOTAP) return FRAMING_RADIOTAP;
  if (deviceType === ARPHRD_IEEE80211) return FRAMING_IEEE802_11;
  if (deviceType === ARPHRD_IEEE80211_PRISM) return FRAMING_PRISM;
  if (isCertainIpHeader(bytes, offset, offset + length, originalLength)) return FRAMING_RAW;
  if (length >= ETHERNET_HEADER_BYTES) {
    const frameLength = be16(bytes, offset + ETHERNET_TYPE_OFFSET);
    const padding = originalLength - ETHERNET_HEADER_BYTES - frameLength;
    if (frameLength <= MAX_802_3_LENGTH && padding >= 0 && padding <= MAX_802_3_PADDING)
      return FRAMING_ETHERNET;
  }
  if (length >= 4 && bytes[offset] === 0 && bytes[offset + 1] === 0) {
    // A radiotap header: version 0, pad 0, its length little-endian.
    const headerLength = bytes[offset + 2]! | (bytes[offset + 3]! << 8);
    if (headerLength >= 8 && headerLength <= 256) return FRAMING_RADIOTAP;
  }
  return fallback;
}

/** The framing for protocol 0 and ETH_P_ALL, which do not describe the packet: the bytes decide. */
function resolveUnknown(
  bytes: Uint8Array,
  offset: number,
  length: number,
  originalLength: number,
  deviceType: number,
  fallback: number,
  littleEndian: boolean,
): number {
  const end = offset + length;
  const ipAt = (skip: number, protocol: number) =>
    testIpHeader(bytes, offset + skip, end, originalLength - skip, protocol);
  if (length >= 20 && ipAt(0, ETH_P_IP) === IP_STRONG) return FRAMING_RAW;
  if (isLayer3Device(deviceType) && ipAt(0, ETH_P_IPV6) === IP_STRONG) return FRAMING_RAW;
  if (isCertainIpHeader(bytes, offset, end, originalLength)) return FRAMING_RAW;
  if (length >= ETHERNET_HEADER_BYTES) {
    const type = be16(bytes, offset + ETHERNET_TYPE_OFFSET);
    if ((type === ETH_P_IP || type === ETH_P_IPV6) && ipAt(ETHERNET_HEADER_BYTES, type) !== IP_NO) {
      return FRAMING_ETHERNET;
    }
  }
  return isNetlinkMessage(bytes, offset, length, originalLength, littleEndian) ? FRAMING_SLL : fallback;
}

/**
 * Whether the payload can be a netlink message. With protocol 0 its netlink family is not known, which
 * LINKTYPE_NETLINK would need: such a message is written as LINKTYPE_LINUX_SLL.
 */
function isNetlinkMessage(
  bytes: Uint8Array,
  offset: number,
  length: number,
  originalLength: number,
  littleEndian: boolean,
): boolean {
  if (length < NLMSG_HDRLEN) return false;
  const messageLength = u32(bytes, offset, littleEndian);
  const type = u16(bytes, offset + 4, littleEndian);
  return messageLength >= NLMSG_HDRLEN && messageLength <= originalLength && type < NLMSG_PLAUSIBLE_TYPES;
}
