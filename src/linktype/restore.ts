import { be16 } from '../bytes.js';
import { ARPHRD_VOID } from './constants.js';
import {
  FRAMING_CAN,
  FRAMING_IPOIB,
  FRAMING_NETLINK,
  FRAMING_SLL,
  FRAMINGS,
  SLL_HEADER_BYTES,
} from './framing.js';
import { DEVICE_TYPE_UNKNOWN } from './resolve.js';

/** Result of `framingOfLinkType` for a link type that no framing has. */
export const NO_FRAMING = -1;

const BY_LINK_TYPE: ReadonlyMap<number, number> = new Map(
  // IPoIB packets have no link type of their own: files have them as raw IP.
  FRAMINGS.flatMap(({ linkType }, framing) => (framing === FRAMING_IPOIB ? [] : [[linkType, framing]])),
);

/** The framing of packets with this link type in a file, or NO_FRAMING. */
export function framingOfLinkType(linkType: number): number {
  return BY_LINK_TYPE.get(linkType) ?? NO_FRAMING;
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
