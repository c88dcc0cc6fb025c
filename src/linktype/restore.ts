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

/** What `framingOfLinkType` says of a link type that no framing has. */
export const NO_FRAMING = -1;

const BY_LINK_TYPE: ReadonlyMap<number, number> = new Map(
  // IPoIB's header was left out: what is in a file is raw IP.
  FRAMINGS.flatMap(({ linkType }, framing) => (framing === FRAMING_IPOIB ? [] : [[linkType, framing]])),
);

/** The framing of a packet that a file has with that link type, or NO_FRAMING. */
export function framingOfLinkType(linkType: number): number {
  return BY_LINK_TYPE.get(linkType) ?? NO_FRAMING;
}

/** Bytes in front of a packet in a file that the kernel did not send. */
export function addedBytes(framing: number): number {
  return framing === FRAMING_SLL || framing === FRAMING_NETLINK ? SLL_HEADER_BYTES : 0;
}

/**
 * Undoes, in place, what `copyFramed` did to the bytes of a payload from a little-endian host: `length` bytes at
 * `offset`, behind the added ones.
 */
export function restorePayload(framing: number, bytes: Uint8Array, offset: number, length: number): void {
  if (framing === FRAMING_CAN && length >= 4) bytes.subarray(offset, offset + 4).reverse();
}

/** The device type in LINKTYPE_LINUX_SLL's header at `offset`. */
export function sllDeviceType(bytes: Uint8Array, offset: number): number {
  const type = be16(bytes, offset + 2);
  return type === ARPHRD_VOID ? DEVICE_TYPE_UNKNOWN : type;
}
