import {
  ARPHRD_ADAPT,
  ARPHRD_CSLIP,
  ARPHRD_CSLIP6,
  ARPHRD_ETHER,
  ARPHRD_IP6GRE,
  ARPHRD_IPGRE,
  ARPHRD_LOOPBACK,
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
import { FRAMING_ETHERNET, FRAMING_RAW } from './framing.js';

const LAYER_3_TYPES: ReadonlySet<number> = new Set([
  ARPHRD_NONE,
  ARPHRD_SLIP,
  ARPHRD_CSLIP,
  ARPHRD_SLIP6,
  ARPHRD_CSLIP6,
  ARPHRD_ADAPT,
  ARPHRD_PPP,
  ARPHRD_RAWHDLC,
  ARPHRD_RAWIP,
  ARPHRD_TUNNEL,
  ARPHRD_TUNNEL6,
  ARPHRD_SIT,
  ARPHRD_IPGRE,
  ARPHRD_IP6GRE,
]);

/** Whether packets on devices of this type (ARPHRD_*) begin with an Ethernet header. */
export function isEthernetDevice(deviceType: number): boolean {
  return deviceType === ARPHRD_ETHER || deviceType === ARPHRD_LOOPBACK;
}

/** Whether packets on devices of this type (ARPHRD_*) begin with an IP header. */
export function isLayer3Device(deviceType: number): boolean {
  return LAYER_3_TYPES.has(deviceType);
}

/**
 * Whether a device of this type (ARPHRD_*) can receive a packet of this framing. If not, for example an Ethernet frame
 * from a tunnel, the alert's index means a device of another network namespace.
 */
export function framingFitsDevice(framing: number, deviceType: number): boolean {
  if (framing === FRAMING_ETHERNET) return !isLayer3Device(deviceType);
  return framing !== FRAMING_RAW || !isEthernetDevice(deviceType);
}
