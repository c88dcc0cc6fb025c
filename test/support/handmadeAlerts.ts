import { pcapFile, recordsOf } from './captureFiles.js';
import {
  type AlertFields,
  familyAnswer,
  GENERIC,
  netlinkRecord,
  newLink,
  packetAlert,
  ROUTE,
} from './netlinkBytes.js';
import { ethernet, fromHex, ipv4, ipv6 } from './packetBytes.js';
import { MPLS_PROTOCOLS, wiresharkHas } from './wiresharkSeries.js';

/** Time stamp of the first alert. Each next alert is one nanosecond later. */
const START_NS = 1_800_000_000_123_456_789n;
const LONG = 60_000;
/** Most characters of a value in a comment, before percent-encoding. */
const LONGEST_VALUE = 512;
/** ARPHRD_*. */
const [ETHER, INFINIBAND, CAN, WLAN_MONITOR, WPAN, WPAN_MONITOR, TUN] = [1, 32, 280, 803, 804, 805, 0xfffe];

/** Devices that the recording describes by RTM_NEWLINK. */
export const LINKS: readonly [ifindex: number, type: number, name: string][] = [
  [10, ETHER, 'eth0'],
  [11, INFINIBAND, 'ib0'],
  [12, CAN, 'can0'],
  [13, WLAN_MONITOR, 'mon0'],
  [14, WPAN, 'wpan0'],
  [15, TUN, 'tun0'],
  [17, WPAN_MONITOR, 'wpanmon0'],
  [16, ETHER, 'a b%\n\x1b[31m\u00e9'],
];

/** A hand-made alert, and the expected packet in dropcap's own form. */
export interface HandmadeCase {
  readonly name: string;
  readonly alert: Partial<AlertFields> & Pick<AlertFields, 'payload'>;
  readonly linkType: number;
  /** Matches tshark's `frame.protocols`. */
  readonly protocols: RegExp;
  /** The packet in the output; undefined: the payload. */
  readonly bytes?: Buffer;
  /** Number of bytes that the output adds to the payload. */
  readonly longer?: number;
  readonly reception?: number;
  readonly ifName?: string;
  /** A part of the comment. */
  readonly comment?: string;
}

/** The header of LINKTYPE_LINUX_SLL: packet type, device type, no address, protocol. */
function cooked(deviceType: string, protocol: string, payload: Uint8Array): Buffer {
  return Buffer.concat([fromHex('0000', deviceType, '0000', '00'.repeat(8), protocol), payload]);
}

const ARP = fromHex('0001 0800 06 04 0001 020000000002 0a000002 000000000000 0a000001');
const MPLS = Buffer.concat([fromHex('00064140'), ipv4()]);
const STP = fromHex('0180c2000000 020000000002 0026 424203', '00'.repeat(35), '0000000000000000');
const CAN_CLASSIC = fromHex('23010080 03 04 0000 0102030000000000');
const CAN_FD = fromHex('23010000 0c 01 0000', '0102030405060708090a0b0c', '00'.repeat(52));
const CAN_XL = fromHex('23010000 80 07 0400 78563412', '01020304');
const WPAN_DATA = fromHex('0200 2a');
const WPAN_MONITORED = fromHex('0200 2a', 'e03b');
const NETLINK_MESSAGE = fromHex('14000000 1d00 0000 00000000 00000000 01020304');
const RADIOTAP = fromHex(
  '0000 0800 00000000',
  '4000 0000 ffffffffffff 020000000001 ffffffffffff 0000',
  '0000',
);
const IPOIB = Buffer.concat([Buffer.alloc(20, 0), fromHex('08000000'), ipv4()]);
const BIG = ethernet(0x0800, ipv4(Buffer.alloc(65_527 - 42, 0x61)));
const HOSTILE = 'a b%\n\t\x1b[31m\x7f\x80\u00e9=';
const HOSTILE_ENCODED = 'a%20b%25%0A%09%1B[31m%7F%80%E9=';

/** Alerts with every kind of packet, and alerts with texts that no kernel sends. */
export const CASES: readonly HandmadeCase[] = [
  {
    name: 'CAN',
    alert: { protocol: 0x0c, ifindex: 12, payload: CAN_CLASSIC },
    linkType: 227,
    protocols: /^can:/,
    bytes: fromHex('80000123 03 00 0000 0102030000000000'),
  },
  {
    name: 'CAN FD',
    alert: { protocol: 0x0d, ifindex: 12, payload: CAN_FD },
    linkType: 227,
    protocols: /^can:/,
    bytes: fromHex('00000123 0c 05 0000', '0102030405060708090a0b0c', '00'.repeat(52)),
  },
  {
    name: 'CAN XL',
    alert: { protocol: 0x0e, ifindex: 12, payload: CAN_XL },
    linkType: 227,
    protocols: wiresharkHas('CAN XL') ? /^can:/ : /^can$/,
    bytes: fromHex('00000123 80 07 0400 78563412', '01020304'),
  },
  {
    name: 'an 802.15.4 acknowledgement',
    alert: { protocol: 0xf6, ifindex: 14, payload: WPAN_DATA },
    linkType: 230,
    protocols: /^wpan/,
  },
  {
    name: 'an 802.15.4 acknowledgement with its checksum',
    alert: { protocol: 0xf6, ifindex: 17, payload: WPAN_MONITORED },
    linkType: 195,
    protocols: /^wpan$/,
  },
  {
    name: '802.11 with a radiotap header',
    alert: { protocol: 4, ifindex: 13, payload: RADIOTAP },
    linkType: 127,
    protocols: /^radiotap:.*wlan/,
  },
  {
    name: '802.11 with a radiotap header on an unknown device',
    alert: { protocol: 4, ifindex: 99, payload: RADIOTAP },
    linkType: 127,
    protocols: /^radiotap:.*wlan/,
    ifName: 'ifindex99',
  },
  {
    name: 'STP in an LLC frame',
    alert: { protocol: 4, ifindex: 10, payload: STP },
    linkType: 1,
    protocols: /^eth:llc:stp$/,
    reception: 2,
  },
  {
    name: 'MPLS in Ethernet',
    alert: { protocol: 0x8847, ifindex: 10, payload: ethernet(0x8847, MPLS) },
    linkType: 1,
    protocols: new RegExp(`^eth:ethertype:${MPLS_PROTOCOLS}`),
  },
  {
    name: 'MPLS alone',
    alert: { protocol: 0x8847, ifindex: 15, payload: MPLS },
    linkType: 113,
    protocols: new RegExp(`^sll:ethertype:${MPLS_PROTOCOLS}`),
    bytes: cooked('fffe', '8847', MPLS),
    longer: 16,
  },
  {
    name: 'ARP by broadcast',
    alert: { protocol: 0x0806, ifindex: 10, payload: ethernet(0x0806, ARP, 'ffffffffffff') },
    linkType: 1,
    protocols: /^eth:ethertype:arp$/,
    reception: 3,
  },
  {
    name: 'a VLAN tag',
    alert: {
      protocol: 0x8100,
      ifindex: 10,
      payload: ethernet(0x8100, Buffer.concat([fromHex('00070800'), ipv4()])),
    },
    linkType: 1,
    protocols: /^eth:ethertype:vlan:ethertype:ip:udp/,
  },
  {
    name: 'a VLAN tag before the protocol that the kernel reports',
    alert: {
      protocol: 0x0806,
      ifindex: 10,
      payload: ethernet(0x8100, Buffer.concat([fromHex('00070806'), ARP])),
    },
    linkType: 1,
    protocols: /^eth:ethertype:vlan:ethertype:arp$/,
  },
  {
    name: 'IPv6 in Ethernet, to a group',
    alert: { protocol: 0x86dd, ifindex: 10, payload: ethernet(0x86dd, ipv6(), '333300000001') },
    linkType: 1,
    protocols: /^eth:ethertype:ipv6:udp/,
    reception: 2,
  },
  {
    name: 'IPv6 alone',
    alert: { protocol: 0x86dd, ifindex: 15, payload: ipv6() },
    linkType: 101,
    protocols: /^raw:ipv6:udp/,
  },
  {
    name: 'IPv4 alone, of a device that is said to be Ethernet',
    alert: { protocol: 0x0800, ifindex: 10, payload: ipv4() },
    linkType: 101,
    protocols: /^raw:ip:udp/,
    ifName: 'ifindex10',
  },
  {
    name: 'IPv4 over InfiniBand',
    alert: { protocol: 0x0800, ifindex: 11, payload: IPOIB },
    linkType: 101,
    protocols: /^raw:ip:udp/,
    bytes: ipv4(),
    longer: -24,
  },
  {
    name: 'no payload',
    alert: { ifindex: 10, payload: undefined },
    linkType: 113,
    protocols: /^sll/,
    bytes: cooked('0001', '0000', Buffer.alloc(0)),
    longer: 16,
  },
  {
    name: 'the longest payload of a longer packet',
    alert: { protocol: 0x0800, ifindex: 10, payload: BIG, originalLength: 100_000 },
    linkType: 1,
    protocols: /^eth:ethertype:ip:udp/,
  },
  {
    name: 'netlink of an unknown family',
    alert: { protocol: 0, payload: NETLINK_MESSAGE },
    linkType: 113,
    protocols: /^sll/,
    bytes: cooked('ffff', '0000', NETLINK_MESSAGE),
    longer: 16,
    ifName: 'dropmon',
  },
  {
    name: 'netlink of a known family',
    alert: { protocol: 2, payload: NETLINK_MESSAGE },
    linkType: 253,
    protocols: /^netlink:/,
    bytes: cooked('0338', '0002', NETLINK_MESSAGE),
    longer: 16,
    ifName: 'dropmon',
  },
  {
    name: 'a hostile reason and symbol',
    alert: {
      protocol: 0x0800,
      ifindex: 10,
      payload: ethernet(0x0800, ipv4()),
      reason: HOSTILE,
      symbol: 'x\x07y%',
    },
    linkType: 1,
    protocols: /^eth:ethertype:ip:udp/,
    comment: `dropcap: reason=${HOSTILE_ENCODED} symbol=x%07y%25 if=eth0 ifindex=10 proto=0x0800 origin=sw`,
  },
  {
    name: 'a reason of 60 kB',
    alert: {
      ifindex: 10,
      payload: undefined,
      reason: '\xff'.repeat(LONG),
    },
    linkType: 113,
    protocols: /^sll/,
    bytes: cooked('0001', '0000', Buffer.alloc(0)),
    longer: 16,
    comment: `dropcap: reason=${'%FF'.repeat(LONGEST_VALUE)} if=eth0 ifindex=10 origin=sw`,
  },
  {
    name: 'a device with a hostile name',
    alert: { protocol: 0x0800, ifindex: 16, payload: ethernet(0x0800, ipv4()) },
    linkType: 1,
    protocols: /^eth:ethertype:ip:udp/,
    ifName: 'a%20b%25%0A%1B[31m%E9',
    comment: 'dropcap: if=a%20b%25%0A%1B[31m%E9 ifindex=16 proto=0x0800 origin=sw',
  },
  {
    name: 'a device whose name is 60 kB long',
    alert: { protocol: 0x0800, ifindex: 17, portName: ' '.repeat(LONG), payload: ethernet(0x0800, ipv4()) },
    linkType: 1,
    protocols: /^eth:ethertype:ip:udp/,
    ifName: '%20'.repeat(LONGEST_VALUE),
  },
  {
    name: 'a hardware trap with a cookie',
    alert: {
      hardware: true,
      protocol: 0x0800,
      ifindex: 18,
      portName: 'swp1',
      trap: 'ingress_flow_action_drop',
      trapGroup: 'acl_drops',
      cookie: fromHex('00ff10'),
      payload: ethernet(0x0800, ipv4()),
    },
    linkType: 1,
    protocols: /^eth:ethertype:ip:udp/,
    ifName: 'swp1',
    comment:
      'dropcap: trap=ingress_flow_action_drop group=acl_drops if=swp1 ifindex=18 proto=0x0800 origin=hw cookie=00ff10 class=policy/l2/acl',
  },
  {
    name: 'a symbol of a module and one that the kernel cut inside the module',
    alert: {
      protocol: 0x0800,
      ifindex: 15,
      payload: ipv4(),
      reason: 'TC_INGRESS',
      symbol: 'ieee802154_tasklet_handler+0x88/0x90 [m',
      pc: 0xffffffffc047c4ffn,
    },
    linkType: 101,
    protocols: /^raw:ip:udp/,
    comment:
      'dropcap: reason=TC_INGRESS symbol=ieee802154_tasklet_handler+0x88/0x90 pc=0xffffffffc047c4ff if=tun0 ifindex=15 proto=0x0800 origin=sw class=policy/l2/acl',
  },
];

/** The alert of a case. `i` is its number in CASES. */
export function alertOf({ alert }: HandmadeCase, i: number): AlertFields {
  const originalLength = alert.originalLength ?? alert.payload?.length ?? 0;
  return { ...alert, originalLength, timestampNs: START_NS + BigInt(i) };
}

/** A drop whose payload is an alert: another program's socket filter dropped the alert. */
const OWN_COPY = packetAlert({
  timestampNs: START_NS,
  originalLength: 100,
  protocol: 0,
  payload: packetAlert({
    timestampNs: 1n,
    originalLength: 4,
    protocol: 0x0800,
    payload: fromHex('45000004'),
  }),
});

/** A recording with the alerts of all cases. */
export const handmadeRecording: Buffer = pcapFile(
  recordsOf(
    netlinkRecord(GENERIC, familyAnswer()),
    ...LINKS.map((link) => netlinkRecord(ROUTE, newLink(...link))),
    netlinkRecord(GENERIC, OWN_COPY),
    ...CASES.map((each, i) => netlinkRecord(GENERIC, packetAlert(alertOf(each, i)))),
  ),
);
