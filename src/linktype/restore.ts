import { be16 } from '../bytes.js';
import { ARPHRD_VOID, ETH_P_IEEE802154 } from './constants.js';
import { cookedDeviceType } from './convert.js';
import {
  FRAMING_CAN,
  FRAMING_IPOIB,
  FRAMING_NETLINK,
  FRAMING_SLL,
  FRAMING_SLL_WHOLE,
  FRAMINGS,
  SLL_HEADER_BYTES,
} from './framing.js';
import { DEVICE_TYPE_UNKNOWN } from './resolve.js';

/** Result of `framingOfLinkType` for a link type that no framing has. */
export const NO_FRAMING = -1;

const BY_LINK_TYPE: ReadonlyMap<number, number> = new Map(
  // IPoIB packets have no link type of their own: files have them as raw IP. Of LINUX_SLL, sllFraming() decides.
  FRAMINGS.flatMap(({ linkType }, framing) =>
    framing === FRAMING_IPOIB || framing === FRAMING_SLL_WHOLE ? [] : [[linkType, framing]],
  ),
);

/** The framing of packets with this link type in a file, or NO_FRAMING. */
export function framingOfLinkType(linkType: number): number {
  return BY_LINK_TYPE.get(linkType) ?? NO_FRAMING;
}

/**
 * The framing of a LINKTYPE_LINUX_SLL packet of `length` bytes at `offset`: FRAMING_SLL if `copyFramed` writes the same
 * header for a drop with this protocol and device type, otherwise FRAMING_SLL_WHOLE. A cut header is whole, and so is an
 * 802.15.4 frame: its original length includes an FCS.
 */
export function sllFraming(
  bytes: Uint8Array,
  offset: number,
  length: number,
  protocol: number,
  deviceType: number,
): number {
  const same =
    length >= SLL_HEADER_BYTES &&
    be16(bytes, offset) === 0 &&
    be16(bytes, offset + 2) === cookedDeviceType(deviceType, FRAMING_SLL) &&
    be16(bytes, offset + 4) === 0 &&
    be16(bytes, offset + 14) === Math.max(protocol, 0) &&
    (protocol !== ETH_P_IEEE802154 || length === SLL_HEADER_BYTES);
  return same ? FRAMING_SLL : FRAMING_SLL_WHOLE;
}

/** Bytes that `copyFramed` added before the payload. */
export function addedBytes(framing: number): number {
  return framing === FRAMING_SLL || framing === FRAMING_NETLINK ? SLL_HEADER_BYTES : 0;
}

/**
 * Undoes, in place, what `copyFramed` did to a payload of a little-endian host. The payload is `length` bytes at
 * `offset`, which is after the added bytes.
 */
export function restorePayload(framing: number, bytes: Uint8Array, offset: number, length: number): void {
  if (framing === FRAMING_CAN && length >= 4) bytes.subarray(offset, offset + 4).reverse();
}

/** The device type (ARPHRD_*, or DEVICE_TYPE_UNKNOWN) in the LINKTYPE_LINUX_SLL header at `offset`. */
export function sllDeviceType(bytes: Uint8Array, offset: number): number {
  const type = be16(bytes, offset + 2);
  return type === ARPHRD_VOID ? DEVICE_TYPE_UNKNOWN : type;
}
