import {
  LINKTYPE_CAN_SOCKETCAN,
  LINKTYPE_ETHERNET,
  LINKTYPE_IEEE802_11,
  LINKTYPE_IEEE802_11_PRISM,
  LINKTYPE_IEEE802_11_RADIOTAP,
  LINKTYPE_IEEE802_15_4_NOFCS,
  LINKTYPE_IEEE802_15_4_WITHFCS,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_NETLINK,
  LINKTYPE_RAW,
} from './constants.js';

/** How a payload is written to a capture file: its link type, and the change to its first bytes. */
export interface Framing {
  readonly linkType: number;
  /** For people: `raw IP`. */
  readonly description: string;
  /** Length in the file minus length from the kernel: a header added (positive) or removed (negative). */
  readonly lengthChange: number;
  /** Whether the packet's bytes in the file differ from the bytes that the kernel sent. */
  readonly converted: boolean;
}

/** Bytes of struct sll_header, the header of LINKTYPE_LINUX_SLL and LINKTYPE_NETLINK. */
export const SLL_HEADER_BYTES = 16;
/** Bytes before the IP packet in an IPoIB payload: a 20-byte pseudo header, then 2-byte type and 2 bytes reserved. */
export const IPOIB_HEADER_BYTES = 24;

/** FRAMING_*: indices into FRAMINGS. A column of a batch holds them. */
export const FRAMING_ETHERNET = 0;
export const FRAMING_RAW = 1;
export const FRAMING_SLL = 2;
export const FRAMING_IEEE802_11 = 3;
export const FRAMING_PRISM = 4;
export const FRAMING_RADIOTAP = 5;
export const FRAMING_CAN = 6;
export const FRAMING_IEEE802_15_4 = 7;
export const FRAMING_IPOIB = 8;
export const FRAMING_IEEE802_15_4_FCS = 9;
export const FRAMING_NETLINK = 10;
/** Only for packets read from a file of this link type: the file lacks the original link-layer header. */
export const FRAMING_SLL2 = 11;
/**
 * Only for packets of a file of LINKTYPE_LINUX_SLL whose header says more than the header of FRAMING_SLL: `-y LINUX_SLL`
 * wrote them. The header is part of the packet, as with FRAMING_SLL2.
 */
export const FRAMING_SLL_WHOLE = 12;

/**
 * All framings, in the order of their FRAMING_* numbers. A new link type needs a row here, a check in resolve.ts and a
 * test packet.
 */
export const FRAMINGS: readonly Framing[] = [
  asSent(LINKTYPE_ETHERNET, 'Ethernet'),
  asSent(LINKTYPE_RAW, 'raw IP'),
  converted(LINKTYPE_LINUX_SLL, 'Linux cooked', SLL_HEADER_BYTES),
  asSent(LINKTYPE_IEEE802_11, '802.11'),
  asSent(LINKTYPE_IEEE802_11_PRISM, '802.11 with Prism header'),
  asSent(LINKTYPE_IEEE802_11_RADIOTAP, '802.11 with radiotap header'),
  converted(LINKTYPE_CAN_SOCKETCAN, 'SocketCAN', 0),
  asSent(LINKTYPE_IEEE802_15_4_NOFCS, '802.15.4 without FCS'),
  converted(LINKTYPE_RAW, 'raw IP', -IPOIB_HEADER_BYTES),
  asSent(LINKTYPE_IEEE802_15_4_WITHFCS, '802.15.4'),
  converted(LINKTYPE_NETLINK, 'netlink', SLL_HEADER_BYTES),
  asSent(LINKTYPE_LINUX_SLL2, 'Linux cooked v2'),
  asSent(LINKTYPE_LINUX_SLL, 'Linux cooked'),
];

function asSent(linkType: number, description: string): Framing {
  return { linkType, description, lengthChange: 0, converted: false };
}

function converted(linkType: number, description: string, lengthChange: number): Framing {
  return { linkType, description, lengthChange, converted: true };
}
