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

/** How a payload goes into a capture file: its link type, and what is done to its first bytes. */
export interface Framing {
  readonly linkType: number;
  /** For people: `ifindex 9, raw IP`. */
  readonly description: string;
  /** Bytes that the packet in the file has more (a header put in front) or fewer (a header left out). */
  readonly lengthChange: number;
  /** Whether the packet's bytes in the file are others than those that the kernel sent. */
  readonly converted: boolean;
}

/** Bytes of struct sll_header: LINKTYPE_LINUX_SLL's, and LINKTYPE_NETLINK's. */
export const SLL_HEADER_BYTES = 16;
/** IPoIB payloads begin with a 20-byte pseudo header and a 4-byte {type, reserved} before the IP packet. */
export const IPOIB_HEADER_BYTES = 24;

/** Index into FRAMINGS: a small number, so that a column of a batch can hold it. */
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
/** Only of packets that a file has in this form: what stood before their network header is not known any more. */
export const FRAMING_SLL2 = 11;

/** Every framing that a payload can get. A new link type is a row here, a test in resolve.ts and a test packet. */
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
];

function asSent(linkType: number, description: string): Framing {
  return { linkType, description, lengthChange: 0, converted: false };
}

function converted(linkType: number, description: string, lengthChange: number): Framing {
  return { linkType, description, lengthChange, converted: true };
}
