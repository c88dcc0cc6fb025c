import { describe, expect, test } from 'vitest';
import * as link from '../../../src/linktype/constants.js';
import { copyFramed } from '../../../src/linktype/convert.js';
import * as framing from '../../../src/linktype/framing.js';
import { DEVICE_TYPE_UNKNOWN, resolveFraming } from '../../../src/linktype/resolve.js';

const bytesOf = (...lines: string[]) =>
  Uint8Array.from(Buffer.from(lines.join('').replaceAll(' ', ''), 'hex'));

const MACS = '06cdd46db35f 2ef5cc407c1f';
const IPV4 = '45000023 28f64000 4011fdd1 0a000002 0a000001 e36f270f 000f1423 68656c6c6f310a'; // 35 bytes
const IPV4_BAD_SUM = IPV4.replace('fdd1', 'fdd2');
/** From 8.0.69.0: bytes 12 and 13 look like the Ethernet type of IPv4. */
const IPV4_FROM_8_0 = '45000014 00000000 401123d9 08004500 0a000001'; // 20 bytes
const IPV6 =
  '60000000 00081140 fd000000000000000000000000000002 fd000000000000000000000000000001 b22d270e 0008abcd';
/** Of Linux 6.12: what a GRE device without remote leaves in front of an inner packet, and that packet's first bytes. */
const GRE_OUTER =
  '45000040 09f64000 402f1c8d 0a050002 0a050001 20000800 00000007 45000024 a27d4000 4011400c ac1e0002 ac1e0001' +
  'dce4115c 00105861 6d677265342d320a';
/** The same from 134.221.0.2: bytes 12 and 13 look like the Ethernet type of IPv6. */
const GRE_FROM_86DD = GRE_OUTER.replace('1c8d 0a050002', '9fb4 86dd0002');
/** The same from 129.0.0.2: they look like a VLAN tag. */
const GRE_FROM_8100 = GRE_OUTER.replace('1c8d 0a050002', 'a591 81000002');
/** The same from 0.46.0.2: they look like the length of an 802.3 frame. */
const GRE_FROM_LENGTH = GRE_OUTER.replace('1c8d 0a050002', '2664 002e0002');
/** Of Linux 6.12: the headers in front of a packet that is sent to a GRE device without remote, and its first bytes. */
const UNSENT_GRE =
  '45000000 00004000 002f0000 0a4d0001 0a4d0002 200086dd 00000000 60076fd5 00181140 fd810017 00000000 00000000';
const UNSENT_GRE6 =
  '60000000 00002f40 fd770000000000000000000000000001 fd770000000000000000000000000002 20000800 00000012 4500002b';
const ARP = '0001080006040001 2ef5cc407c1f 0a000002 000000000000 0a000001';

const UNKNOWN = DEVICE_TYPE_UNKNOWN;
const cases: {
  name: string;
  protocol: number;
  bytes: Uint8Array;
  device?: number;
  originalLength?: number;
  expected: number;
}[] = [
  {
    name: 'IPv4 in Ethernet',
    protocol: 0x0800,
    bytes: bytesOf(MACS, '0800', IPV4),
    expected: framing.FRAMING_ETHERNET,
  },
  {
    name: 'IPv6 in Ethernet',
    protocol: 0x86dd,
    bytes: bytesOf(MACS, '86dd', IPV6),
    expected: framing.FRAMING_ETHERNET,
  },
  { name: 'bare IPv4', protocol: 0x0800, bytes: bytesOf(IPV4), expected: framing.FRAMING_RAW },
  { name: 'bare IPv6', protocol: 0x86dd, bytes: bytesOf(IPV6), expected: framing.FRAMING_RAW },
  {
    name: 'bare IPv4 although its input device is Ethernet (dropped on its way into a tunnel)',
    protocol: 0x0800,
    bytes: bytesOf(IPV4),
    device: link.ARPHRD_ETHER,
    expected: framing.FRAMING_RAW,
  },
  {
    name: 'Ethernet although its input device is a tunnel',
    protocol: 0x0800,
    bytes: bytesOf(MACS, '0800', IPV4),
    device: link.ARPHRD_NONE,
    expected: framing.FRAMING_ETHERNET,
  },
  {
    name: 'bare IPv4 from 8.0.x.x',
    protocol: 0x0800,
    bytes: bytesOf(IPV4_FROM_8_0),
    expected: framing.FRAMING_RAW,
  },
  {
    name: 'a damaged IP header after the right Ethernet type',
    protocol: 0x0800,
    bytes: bytesOf(MACS, '0800', IPV4_BAD_SUM),
    expected: framing.FRAMING_ETHERNET,
  },
  {
    name: 'bare IPv4 with a wrong checksum',
    protocol: 0x0800,
    bytes: bytesOf(IPV4_BAD_SUM),
    expected: framing.FRAMING_RAW,
  },
  {
    name: 'neither, from an Ethernet device',
    protocol: 0x0800,
    bytes: bytesOf(MACS, 'ffff', '00'.repeat(20)),
    device: link.ARPHRD_ETHER,
    expected: framing.FRAMING_ETHERNET,
  },
  {
    name: 'neither, from an unknown device',
    protocol: 0x0800,
    bytes: bytesOf(MACS, 'ffff', '00'.repeat(20)),
    expected: framing.FRAMING_SLL,
  },
  {
    name: 'bare IPv4 cut to 10 bytes',
    protocol: 0x0800,
    bytes: bytesOf(IPV4).subarray(0, 10),
    originalLength: 35,
    expected: framing.FRAMING_RAW,
  },
  ...[256, 257, 258, 259, 264].map((device) => ({
    name: `fewer bytes than Ethernet has, from SLIP of mode ${device - 256}`,
    protocol: 0x0800,
    bytes: bytesOf(IPV4).subarray(0, 10),
    device,
    originalLength: 35,
    expected: framing.FRAMING_RAW,
  })),
  {
    name: 'Ethernet cut to 10 bytes',
    protocol: 0x0800,
    bytes: bytesOf(MACS).subarray(0, 10),
    originalLength: 49,
    expected: framing.FRAMING_ETHERNET,
  },
  {
    name: 'a super-packet with total length 0',
    protocol: 0x0800,
    bytes: bytesOf('45000000 28f64000 4006fdff 0a000002 0a000001'),
    originalLength: 80_000,
    expected: framing.FRAMING_RAW,
  },
  {
    name: 'IPoIB',
    protocol: 0x0800,
    bytes: bytesOf('00'.repeat(20), '08000000', IPV4),
    device: link.ARPHRD_INFINIBAND,
    expected: framing.FRAMING_IPOIB,
  },
  ...[
    ['IPv6', 0x86dd],
    ['ARP', 0x0806],
    ['MPLS', 0x8847],
    ['a VLAN tag', 0x8100],
    ['Ethernet (ETH_P_TEB)', 0x6558],
    ['802.2', 0x0004],
    ['802.3', 0x0001],
    ['another of Linux’s own protocols', 0x0017],
    ['a netlink family', 0x0010],
    ['nothing', 0],
  ].flatMap(([what, protocol]) =>
    [UNKNOWN, link.ARPHRD_IPGRE, link.ARPHRD_ETHER].map((device) => ({
      name: `an outer IPv4 header while the protocol says ${what}, device type ${device}`,
      protocol: Number(protocol),
      bytes: bytesOf(GRE_OUTER),
      device,
      expected: framing.FRAMING_RAW,
    })),
  ),
  ...[0x0800, 0x0806, 0x0004, 0x0017, 0].map((protocol) => ({
    name: `an outer IPv6 header while the protocol is ${protocol}`,
    protocol,
    bytes: bytesOf(IPV6),
    expected: framing.FRAMING_RAW,
  })),
  {
    name: 'an outer IPv4 header from 134.221.x.x of protocol IPv6',
    protocol: 0x86dd,
    bytes: bytesOf(GRE_FROM_86DD),
    expected: framing.FRAMING_RAW,
  },
  {
    name: 'an outer IPv4 header from 129.0.x.x of protocol ARP',
    protocol: 0x0806,
    bytes: bytesOf(GRE_FROM_8100),
    expected: framing.FRAMING_RAW,
  },
  {
    name: 'an outer IPv4 header from 0.46.x.x of protocol 802.2',
    protocol: 0x0004,
    bytes: bytesOf(GRE_FROM_LENGTH),
    expected: framing.FRAMING_RAW,
  },
  {
    name: 'an outer IPv4 header with a wrong checksum, of protocol IPv6',
    protocol: 0x86dd,
    bytes: bytesOf(GRE_OUTER.replace('1c8d', '1c8e')),
    expected: framing.FRAMING_SLL,
  },
  {
    name: 'an outer IPv4 header that says more bytes than there are, of protocol IPv6',
    protocol: 0x86dd,
    bytes: bytesOf(GRE_OUTER.replace('0040 09f64000 402f1c8d', '0041 09f64000 402f1c8c')),
    expected: framing.FRAMING_SLL,
  },
  {
    name: 'an outer IPv4 header of total length 0 in a small packet, of protocol IPv6',
    protocol: 0x86dd,
    bytes: bytesOf(GRE_OUTER.replace('0040 09f64000 402f1c8d', '0000 09f64000 402f1ccd')),
    expected: framing.FRAMING_SLL,
  },
  {
    name: 'an outer IPv4 header cut to 19 bytes, of protocol IPv6',
    protocol: 0x86dd,
    bytes: bytesOf(GRE_OUTER).subarray(0, 19),
    originalLength: 64,
    expected: framing.FRAMING_SLL,
  },
  {
    name: 'an outer IPv6 header whose length is not exact, of protocol IPv4',
    protocol: 0x0800,
    bytes: bytesOf(IPV6, '00'),
    expected: framing.FRAMING_SLL,
  },
  ...[0, 0x86dd, 0x0800].map((type) => ({
    name: `an unfinished outer IPv4 header before GRE of protocol 0x86dd, protocol ${type}`,
    protocol: type,
    bytes: bytesOf(UNSENT_GRE),
    device: link.ARPHRD_IPGRE,
    originalLength: 92,
    // For IPv4, a header whose checksum is wrong.
    expected: type === 0 ? framing.FRAMING_SLL : framing.FRAMING_RAW,
  })),
  {
    name: 'an unfinished outer IPv6 header before GRE of IPv4',
    protocol: 0x0800,
    bytes: bytesOf(UNSENT_GRE6),
    originalLength: 99,
    expected: framing.FRAMING_RAW,
  },
  {
    name: 'an unfinished outer IPv6 header before GRE of another protocol',
    protocol: 0x0800,
    bytes: bytesOf(UNSENT_GRE6.replace('20000800', '20000806')),
    originalLength: 99,
    expected: framing.FRAMING_SLL,
  },
  ...[23, 24].map((length) => ({
    name: `an unfinished outer IPv4 header and GRE, cut to ${length} bytes`,
    protocol: 0x86dd,
    bytes: bytesOf(UNSENT_GRE).subarray(0, length),
    originalLength: 92,
    expected: length === 24 ? framing.FRAMING_RAW : framing.FRAMING_SLL,
  })),
  ...[43, 44].map((length) => ({
    name: `an unfinished outer IPv6 header and GRE, cut to ${length} bytes`,
    protocol: 0x0800,
    bytes: bytesOf(UNSENT_GRE6).subarray(0, length),
    originalLength: 99,
    expected: length === 44 ? framing.FRAMING_RAW : framing.FRAMING_SLL,
  })),
  { name: 'ARP', protocol: 0x0806, bytes: bytesOf(MACS, '0806', ARP), expected: framing.FRAMING_ETHERNET },
  {
    name: 'MPLS in Ethernet',
    protocol: 0x8847,
    bytes: bytesOf(MACS, '8847', '00010140', IPV4),
    expected: framing.FRAMING_ETHERNET,
  },
  { name: 'bare MPLS', protocol: 0x8847, bytes: bytesOf('00010140', IPV4), expected: framing.FRAMING_SLL },
  {
    name: 'a second VLAN tag',
    protocol: 0x8100,
    bytes: bytesOf(MACS, '8100', '002a0800', IPV4),
    expected: framing.FRAMING_ETHERNET,
  },
  {
    name: 'a tag before the protocol',
    protocol: 0x88cc,
    bytes: bytesOf(MACS, '88a8', '002a88cc', '0000'),
    expected: framing.FRAMING_ETHERNET,
  },
  {
    name: 'STP',
    protocol: 0x0004,
    bytes: bytesOf('0180c2000000 020000000001 0026 424203 000000', '00'.repeat(32)),
    expected: framing.FRAMING_ETHERNET,
  },
  {
    name: 'raw 802.3 IPX',
    protocol: 0x0001,
    bytes: bytesOf(MACS, '001e', 'ffff', '00'.repeat(28)),
    expected: framing.FRAMING_ETHERNET,
  },
  {
    name: 'radiotap',
    protocol: 0x0004,
    bytes: bytesOf('00000800 00000000 80000000', 'ff'.repeat(20)),
    expected: framing.FRAMING_RADIOTAP,
  },
  {
    name: 'a radiotap device',
    protocol: 0x0004,
    bytes: bytesOf(MACS, '0004'),
    device: 803,
    expected: framing.FRAMING_RADIOTAP,
  },
  {
    name: 'an 802.11 device',
    protocol: 0x0004,
    bytes: bytesOf(MACS, '0004'),
    device: 801,
    expected: framing.FRAMING_IEEE802_11,
  },
  {
    name: 'a Prism device',
    protocol: 0x0004,
    bytes: bytesOf(MACS, '0004'),
    device: 802,
    expected: framing.FRAMING_PRISM,
  },
  {
    name: 'CAN',
    protocol: 0x000c,
    bytes: bytesOf('23010000 02000000 aabb000000000000'),
    expected: framing.FRAMING_CAN,
  },
  { name: '802.15.4', protocol: 0x00f6, bytes: bytesOf('41880134'), expected: framing.FRAMING_IEEE802_15_4 },
  {
    name: 'an 802.15.4 monitor',
    protocol: 0x00f6,
    bytes: bytesOf('41880134 abcd'),
    device: 805,
    expected: framing.FRAMING_IEEE802_15_4_FCS,
  },
  {
    name: 'a DSA conduit',
    protocol: 0x00f8,
    bytes: bytesOf(MACS, '00000000'),
    expected: framing.FRAMING_ETHERNET,
  },
  { name: 'IPv4 of protocol 0', protocol: 0, bytes: bytesOf(IPV4), expected: framing.FRAMING_RAW },
  {
    name: 'IPv4 in Ethernet of protocol 0',
    protocol: 0,
    bytes: bytesOf(MACS, '0800', IPV4),
    expected: framing.FRAMING_ETHERNET,
  },
  {
    name: 'a netlink message',
    protocol: 0,
    bytes: bytesOf('14000000 02000001 f810036b fc0000ed 00000000'),
    expected: framing.FRAMING_SLL,
  },
  {
    name: 'a netlink message of a known family',
    protocol: 0x0010,
    bytes: bytesOf('14000000 02000001 f810036b fc0000ed 00000000'),
    expected: framing.FRAMING_NETLINK,
  },
  {
    name: 'bytes like a netlink message, but from an AX.25 device',
    protocol: 0x0002,
    bytes: bytesOf('14000000 02000001 f810036b fc0000ed 00000000'),
    device: 3,
    expected: framing.FRAMING_SLL,
  },
  {
    name: 'a protocol that no netlink family has',
    protocol: 0x0020,
    bytes: bytesOf('14000000 02000001 f810036b fc0000ed 00000000'),
    expected: framing.FRAMING_SLL,
  },
  { name: 'no byte at all', protocol: -1, bytes: new Uint8Array(0), expected: framing.FRAMING_SLL },
  {
    name: 'another of Linux’s own protocols',
    protocol: 0x0017,
    bytes: bytesOf('0102'),
    expected: framing.FRAMING_SLL,
  },
];

describe('resolveFraming', () => {
  test.each(cases)('$name', ({ protocol, bytes, device = UNKNOWN, originalLength, expected }) => {
    // The payload is in the middle of an arena, between other bytes.
    const arena = new Uint8Array(bytes.length + 20).fill(0xee);
    arena.set(bytes, 10);
    const result = resolveFraming(
      arena,
      10,
      bytes.length,
      protocol,
      originalLength ?? bytes.length,
      device,
      true,
    );
    expect(framing.FRAMINGS[result]!.description).toBe(framing.FRAMINGS[expected]!.description);
    expect(result).toBe(expected);
  });

  test('never takes bare IPv4 for Ethernet, nor Ethernet for bare IPv4, by chance', () => {
    let seed = 20_261_122;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const packet = new Uint8Array(14 + 64);
    let wrong = 0;
    for (let i = 0; i < 50_000; i++) {
      for (let at = 0; at < packet.length; at++) packet[at] = random(256);
      packet.set([0x45, 0, 0, 64], 14);
      if (i % 3 === 0) packet[0] = [0x45, 0x46, 0x60, 0x6a][random(4)]!;
      if (i % 4 === 0) packet.set([8, 0], 26);
      packet.set([8, 0], 12);
      packet.set([0, 0], 24);
      let sum = 0;
      for (let at = 14; at < 34; at += 2) sum += packet[at]! * 256 + packet[at + 1]!;
      sum = (sum & 0xffff) + (sum >> 16);
      sum = ~((sum & 0xffff) + (sum >> 16));
      packet.set([(sum >> 8) & 0xff, sum & 0xff], 24);
      const cut = [64, 34, 20][i % 3]!;
      const ethernet = resolveFraming(packet, 0, Math.min(14 + cut, 78), 0x0800, 78, UNKNOWN, true);
      const bare = resolveFraming(packet, 14, cut, 0x0800, 64, UNKNOWN, true);
      if (ethernet !== framing.FRAMING_ETHERNET || bare !== framing.FRAMING_RAW) wrong++;
    }
    expect(wrong).toBe(0);
  });
});

describe('copyFramed', () => {
  const framed = (
    kind: number,
    payload: Uint8Array,
    protocol: number,
    device = UNKNOWN,
    littleEndian = true,
  ) => {
    const target = new Uint8Array(payload.length + framing.FRAMINGS[kind]!.lengthChange);
    copyFramed(kind, payload, 0, payload.length, protocol, device, littleEndian, target, 0);
    return Buffer.from(target).toString('hex');
  };

  test('writes a cooked header with device type and protocol before the packet', () => {
    expect(framed(framing.FRAMING_SLL, bytesOf('00010140'), 0x8847, 778)).toBe(
      `0000 030a 0000 0000000000000000 8847 00010140`.replaceAll(' ', ''),
    );
    expect(framed(framing.FRAMING_SLL, new Uint8Array(0), -1, 824)).toBe(`0000ffff${'00'.repeat(12)}`);
  });

  test('writes the netlink family into the cooked header', () => {
    expect(framed(framing.FRAMING_NETLINK, bytesOf('10000000'), 0x0010)).toBe(
      `0000 0338 0000 0000000000000000 0010 10000000`.replaceAll(' ', ''),
    );
  });

  test('removes the pseudo header of IPoIB', () => {
    expect(framed(framing.FRAMING_IPOIB, bytesOf('00'.repeat(20), '08000000', '4500'), 0x0800)).toBe('4500');
  });

  const can = [
    {
      name: 'classic CAN',
      protocol: 0x000c,
      payload: '23010080 82 04 0000 aabb',
      expected: '80000123 02 00 0000 aabb',
    },
    {
      name: 'CAN FD',
      protocol: 0x000d,
      payload: '23010000 02 00 0000 aabb',
      expected: '00000123 02 04 0000 aabb',
    },
    {
      name: 'CAN XL',
      protocol: 0x000e,
      payload: '23010000 80 03 0200 78563412 aabb',
      expected: '00000123 80 03 0200 78563412 aabb',
    },
  ];
  test.each(can)('gives $name the byte order and flags of files', ({ protocol, payload, expected }) => {
    expect(framed(framing.FRAMING_CAN, bytesOf(payload), protocol)).toBe(expected.replaceAll(' ', ''));
  });

  test("swaps CAN XL's length and acceptance field of a big-endian host", () => {
    const payload = bytesOf('00000123 80 03 0002 12345678 aabb');
    expect(framed(framing.FRAMING_CAN, payload, 0x000e, UNKNOWN, false)).toBe('000001238003020078563412aabb');
  });
});
