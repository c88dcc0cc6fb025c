import { copyBytes } from '../bytes.js';
import {
  ARPHRD_FRAD,
  ARPHRD_IEEE80211_RADIOTAP,
  ARPHRD_NETLINK,
  ARPHRD_VOID,
  ETH_P_CANFD,
  ETH_P_CANXL,
} from './constants.js';
import {
  FRAMING_CAN,
  FRAMING_IPOIB,
  FRAMING_NETLINK,
  FRAMING_RADIOTAP,
  FRAMING_SLL,
  FRAMINGS,
  IPOIB_HEADER_BYTES,
  SLL_HEADER_BYTES,
} from './framing.js';

const CANFD_FDF = 0x04;
const CANXL_XLF = 0x80;
/** Offset of the flags in struct can_frame and canfd_frame, and of the XL flag in struct canxl_frame. */
const CAN_FD_FLAGS_OFFSET = 5;
const CAN_XL_FLAGS_OFFSET = 4;

/** Length in a file of a payload of `length` bytes. */
export function framedLength(framing: number, length: number): number {
  return Math.max(length + FRAMINGS[framing]!.lengthChange, 0);
}

/**
 * Copies a payload of `length` bytes to `target` at `at`, in the form that files have for its framing's link type.
 * Writes `framedLength(framing, length)` bytes: the caller made room.
 * @param protocol ETH_P_* in host byte order, negative when unknown.
 * @param deviceType ARPHRD_* of the input device, negative when unknown.
 * @param littleEndian byte order of the host whose kernel dropped the packet.
 */
export function copyFramed(
  framing: number,
  source: Uint8Array,
  offset: number,
  length: number,
  protocol: number,
  deviceType: number,
  littleEndian: boolean,
  target: Uint8Array,
  at: number,
): void {
  if (framing === FRAMING_SLL || framing === FRAMING_NETLINK) {
    writeSllHeader(target, at, protocol, cookedDeviceType(deviceType, framing));
    copyBytes(source, offset, length, target, at + SLL_HEADER_BYTES);
  } else if (framing === FRAMING_IPOIB) {
    copyBytes(source, offset + IPOIB_HEADER_BYTES, length - IPOIB_HEADER_BYTES, target, at);
  } else {
    copyBytes(source, offset, length, target, at);
    if (framing === FRAMING_CAN) convertCan(target, at, length, protocol, littleEndian);
  }
}

/**
 * The device type for a cooked header. ARPHRD_VOID replaces an unknown type, and the types that make readers decode the
 * payload by the device type instead of the protocol.
 */
export function cookedDeviceType(deviceType: number, framing: number): number {
  if (framing === FRAMING_NETLINK) return ARPHRD_NETLINK;
  const misread =
    deviceType === ARPHRD_NETLINK ||
    deviceType === ARPHRD_FRAD ||
    (deviceType === ARPHRD_IEEE80211_RADIOTAP && framing !== FRAMING_RADIOTAP);
  return deviceType < 0 || misread ? ARPHRD_VOID : deviceType;
}

/**
 * Writes the header of LINKTYPE_LINUX_SLL or LINKTYPE_NETLINK, big-endian.
 *
 *     offset size name
 *     0      2    packet type         0 (to us): the kernel does not report it
 *     2      2    device type         ARPHRD_*
 *     4      2    address length      0
 *     6      8    address             0
 *     14     2    protocol            ETH_P_*; for netlink, the netlink family
 */
function writeSllHeader(target: Uint8Array, at: number, protocol: number, type: number): void {
  target.fill(0, at, at + SLL_HEADER_BYTES);
  const known = Math.max(protocol, 0);
  target[at + 2] = type >> 8;
  target[at + 3] = type & 0xff;
  target[at + 14] = known >> 8;
  target[at + 15] = known & 0xff;
}

/**
 * Converts the kernel's CAN frame to LINKTYPE_CAN_SOCKETCAN, in place. In the kernel all numbers have host byte order.
 * In the file, the identifier (CAN XL: the priority) is big-endian; CAN XL's length and acceptance field are
 * little-endian. The kernel distinguishes classic, FD and XL by protocol, the file by flags.
 * Source: struct can_frame, canfd_frame and canxl_frame of linux/can.h, Linux 6.12.
 */
function convertCan(
  frame: Uint8Array,
  at: number,
  length: number,
  protocol: number,
  littleEndian: boolean,
): void {
  if (littleEndian && length >= 4) frame.subarray(at, at + 4).reverse();
  if (protocol === ETH_P_CANXL) {
    if (length > CAN_XL_FLAGS_OFFSET) frame[at + CAN_XL_FLAGS_OFFSET]! |= CANXL_XLF;
    if (!littleEndian && length >= 12) {
      frame.subarray(at + 6, at + 8).reverse();
      frame.subarray(at + 8, at + 12).reverse();
    }
  } else if (length > CAN_FD_FLAGS_OFFSET) {
    frame[at + CAN_XL_FLAGS_OFFSET]! &= ~CANXL_XLF;
    if (protocol === ETH_P_CANFD) frame[at + CAN_FD_FLAGS_OFFSET]! |= CANFD_FDF;
    else frame[at + CAN_FD_FLAGS_OFFSET]! &= ~CANFD_FDF;
  }
}
