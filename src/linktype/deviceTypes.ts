import {
  ARPHRD_6LOWPAN,
  ARPHRD_ADAPT,
  ARPHRD_CAN,
  ARPHRD_CSLIP,
  ARPHRD_CSLIP6,
  ARPHRD_ETHER,
  ARPHRD_IEEE80211,
  ARPHRD_IEEE80211_PRISM,
  ARPHRD_IEEE80211_RADIOTAP,
  ARPHRD_IEEE802154,
  ARPHRD_IEEE802154_MONITOR,
  ARPHRD_INFINIBAND,
  ARPHRD_IP6GRE,
  ARPHRD_IPGRE,
  ARPHRD_LOOPBACK,
  ARPHRD_NETLINK,
  ARPHRD_NONE,
  ARPHRD_PPP,
  ARPHRD_RAWHDLC,
  ARPHRD_RAWIP,
  ARPHRD_SIT,
  ARPHRD_SLIP,
  ARPHRD_SLIP6,
  ARPHRD_TUNNEL,
  ARPHRD_TUNNEL6,
} from './constants.js';
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
  FRAMING_SLL2,
  FRAMING_SLL_WHOLE,
} from './framing.js';

/** What packets on a device of each type (ARPHRD_*) begin with. A type that is not here can deliver any framing. */
const DELIVERED: ReadonlyMap<number, number> = new Map([
  [ARPHRD_ETHER, FRAMING_ETHERNET],
  [ARPHRD_LOOPBACK, FRAMING_ETHERNET],
  [ARPHRD_NONE, FRAMING_RAW],
  [ARPHRD_SLIP, FRAMING_RAW],
  [ARPHRD_CSLIP, FRAMING_RAW],
  [ARPHRD_SLIP6, FRAMING_RAW],
  [ARPHRD_CSLIP6, FRAMING_RAW],
  [ARPHRD_ADAPT, FRAMING_RAW],
  [ARPHRD_PPP, FRAMING_RAW],
  [ARPHRD_RAWHDLC, FRAMING_RAW],
  [ARPHRD_RAWIP, FRAMING_RAW],
  [ARPHRD_TUNNEL, FRAMING_RAW],
  [ARPHRD_TUNNEL6, FRAMING_RAW],
  [ARPHRD_SIT, FRAMING_RAW],
  [ARPHRD_IPGRE, FRAMING_RAW],
  [ARPHRD_IP6GRE, FRAMING_RAW],
  [ARPHRD_6LOWPAN, FRAMING_RAW],
  [ARPHRD_INFINIBAND, FRAMING_IPOIB],
  [ARPHRD_IEEE80211, FRAMING_IEEE802_11],
  [ARPHRD_IEEE80211_PRISM, FRAMING_PRISM],
  [ARPHRD_IEEE80211_RADIOTAP, FRAMING_RADIOTAP],
  [ARPHRD_CAN, FRAMING_CAN],
  [ARPHRD_IEEE802154, FRAMING_IEEE802_15_4],
  [ARPHRD_IEEE802154_MONITOR, FRAMING_IEEE802_15_4_FCS],
  [ARPHRD_NETLINK, FRAMING_NETLINK],
]);

/** Whether packets on devices of this type (ARPHRD_*) begin with an Ethernet header. */
export function isEthernetDevice(deviceType: number): boolean {
  return DELIVERED.get(deviceType) === FRAMING_ETHERNET;
}

/** Whether packets on devices of this type (ARPHRD_*) begin with an IP header. */
export function isLayer3Device(deviceType: number): boolean {
  return DELIVERED.get(deviceType) === FRAMING_RAW;
}

/**
 * Whether a device of this type (ARPHRD_*) can receive a packet of this framing. If not, for example an Ethernet frame
 * from a tunnel, the alert's index means a device of another network namespace, or the packet was on its way to another
 * device. A cooked header says nothing about the packet's first bytes.
 */
export function framingFitsDevice(framing: number, deviceType: number): boolean {
  const delivered = DELIVERED.get(deviceType);
  if (delivered === undefined || framing === delivered) return true;
  // Files have IPoIB packets without their pseudo header.
  if (framing === FRAMING_RAW) return delivered === FRAMING_IPOIB;
  return framing === FRAMING_SLL || framing === FRAMING_SLL2 || framing === FRAMING_SLL_WHOLE;
}
