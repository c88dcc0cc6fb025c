import {
  FRAMING_CAN,
  FRAMING_ETHERNET,
  FRAMING_IEEE802_11,
  FRAMING_IPOIB,
  FRAMING_RAW,
  FRAMING_SLL,
  FRAMING_SLL2,
} from '../../src/linktype/framing.js';
import { ip, mac } from './addresses.js';

/** Hosts of the packets. No output may have their addresses. */
export const MACS = ['00:1b:21:a1:b2:c3', '3c:fd:fe:d4:e5:f6'] as const;
export const IPV4 = ['198.51.100.77', '203.0.113.88', '10.77.66.55', '172.31.99.87'] as const;
export const IPV6 = [
  '2001:db8:aaaa:bbbb:1234:5678:9abc:def1',
  '2001:db8:aaaa:cccc:1111:2222:3333:4444',
  // Of the first hardware address.
  'fe80::21b:21ff:fea1:b2c3',
  // Solicited node of the first address.
  'ff02::1:ffbc:def1',
] as const;
const GROUPS = ['239.195.34.56', 'ff3e:30:2001:db8:aaaa:bbbb:4321:8765'] as const;
const PAYLOAD = 'www.customer.example';

const [macA, macB] = MACS.map(mac) as [Uint8Array, Uint8Array];
const [v4A, v4B, innerA, innerB] = IPV4.map(ip) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
const [v6A, v6B, linkLocal, solicited] = IPV6.map(ip) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
const [group4, group6] = GROUPS.map(ip) as [Uint8Array, Uint8Array];

/** Byte sequences that no output may have. */
export const SECRETS: readonly Buffer[] = [
  ...[...MACS, '33:33:ff:bc:de:f1', '01:00:5e:43:22:38'].map((address) => Buffer.from(mac(address))),
  ...[...IPV4, ...IPV6, ...GROUPS].map((address) => Buffer.from(ip(address))),
  Buffer.from(PAYLOAD),
  // Ends of addresses.
  ...['1234 5678 9abc def1', '021b 21ff fea1 b2c3', 'bcdef1', '43218765', 'a1b2c3', 'd4e5f6'].map((text) =>
    bytes(text),
  ),
];

export interface SecretPacket {
  readonly name: string;
  readonly packet: Buffer;
  readonly framing: number;
  readonly protocol: number;
  /** Bytes that stay. */
  readonly kept: number;
}

/** Bytes of hex digits. */
export function bytes(...parts: string[]): Buffer {
  return Buffer.from(parts.join('').replaceAll(' ', ''), 'hex');
}

function u16(...values: number[]): Buffer {
  return Buffer.from(values.flatMap((value) => [(value >> 8) & 0xff, value & 0xff]));
}

const cat = (...parts: Uint8Array[]): Buffer => Buffer.concat(parts);
const text = (length = PAYLOAD.length) => Buffer.alloc(length, PAYLOAD);

/** The checksum of RFC 1071. */
export function checksum(...parts: Uint8Array[]): number {
  const all = cat(...parts);
  let sum = 0;
  for (let i = 0; i < all.length; i++) sum += all[i]! << (i % 2 === 0 ? 8 : 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return 0xffff - sum;
}

const OFFSETS: Readonly<Record<number, number>> = { 1: 2, 2: 2, 6: 16, 17: 6, 58: 2 };
const WITH_PSEUDO = [6, 17, 58];

/** Writes the checksum of a transport. */
function checked(protocol: number, source: Uint8Array, destination: Uint8Array, content: Uint8Array): Buffer {
  const copy = Buffer.from(content);
  const at = OFFSETS[protocol];
  if (at === undefined || copy.length < at + 2) return copy;
  copy.writeUInt16BE(0, at);
  const pseudo = WITH_PSEUDO.includes(protocol) ? [source, destination, u16(0, protocol, copy.length)] : [];
  // UDP's checksum 0 is none.
  const sum = checksum(...pseudo, copy);
  copy.writeUInt16BE(protocol === 17 && sum === 0 ? 0xffff : sum, at);
  return copy;
}

export function ipv4(
  source: Uint8Array,
  destination: Uint8Array,
  protocol: number,
  content: Uint8Array,
  options: Uint8Array = Buffer.alloc(0),
  fragment = 0,
): Buffer {
  const headerBytes = 20 + options.length;
  const inner = fragment === 0 ? checked(protocol, source, destination, content) : Buffer.from(content);
  const header = cat(
    Buffer.of(0x40 | (headerBytes / 4), 0),
    u16(headerBytes + inner.length, 0x1234, fragment),
    Buffer.of(64, protocol, 0, 0),
    source,
    destination,
    options,
  );
  header.writeUInt16BE(checksum(header), 10);
  return cat(header, inner);
}

export function ipv6(
  source: Uint8Array,
  destination: Uint8Array,
  protocol: number,
  content: Uint8Array,
  extension?: { readonly type: number; readonly bytes: Uint8Array; readonly last?: Uint8Array },
): Buffer {
  const inner = checked(protocol, source, extension?.last ?? destination, content);
  const rest = extension ? cat(extension.bytes, inner) : inner;
  const next = extension?.type ?? protocol;
  return cat(bytes('60000000'), u16(rest.length), Buffer.of(next, 64), source, destination, rest);
}

export function ethernet(
  type: number,
  content: Uint8Array,
  destination: Uint8Array = macA,
  source: Uint8Array = macB,
): Buffer {
  return cat(destination, source, u16(type), content);
}

export function udp(content: Uint8Array, destination = 53): Buffer {
  return cat(u16(43_210, destination, 8 + content.length, 0), content);
}

export function tcp(content: Uint8Array, options: Uint8Array = Buffer.alloc(0)): Buffer {
  const words = 5 + options.length / 4;
  return cat(
    u16(43_210, 443),
    bytes('01020304 05060708'),
    Buffer.of(words << 4, 0x18),
    u16(512, 0, 0),
    options,
    content,
  );
}

/** TCP's options: MSS, SACK permitted, time stamps, NOP, window scale; Fast Open's cookie; an address of Multipath TCP. */
const TCP_OPTIONS = bytes(
  '020405b4 0402 080a 0000000100000002 01 030307',
  '220a',
  'c001d00dc001d00d',
  '1e08 3001',
  Buffer.from(v4A).toString('hex'),
  '01 00',
);
const GRE_KEYED = bytes('3000 0800 00000007 00000001');
const vxlan = (content: Uint8Array) => cat(bytes('08000000 00002a00'), content);
const geneve = (content: Uint8Array) => cat(bytes('0600 6558 00002a00'), bytes('0102 8005'), text(), content);
const icmp = (type: number, code: number, rest: Uint8Array) => cat(Buffer.of(type, code, 0, 0), rest);
const linkOption = (type: number, address: Uint8Array) => cat(Buffer.of(type, 1), address);

const innerTcp = ipv4(innerA, innerB, 6, tcp(text()));
const innerFrame = ethernet(0x0800, innerTcp, macB, macA);
const embedded = ipv4(v4B, v4A, 17, udp(text()));
const embedded6 = ipv6(v6B, v6A, 6, tcp(text()));
const arp = cat(bytes('0001 0800 06 04 0001'), macA, v4A, mac('00:00:00:00:00:00'), v4B);
/** With a reserved field that is not 0. */
const prefix = cat(bytes('0304 40c0 00000e10 00000e10 a1b2c3d4'), v6A.subarray(0, 8), Buffer.alloc(8));
/** With a TLV that has a text. */
const segmentRouting = cat(bytes('06 07 04 02 01 00 0000'), v6B, v6A, bytes('0516 0000'), text());

function eth(
  name: string,
  type: number,
  content: Uint8Array,
  kept: number,
  destination?: Uint8Array,
): SecretPacket {
  return {
    name,
    packet: ethernet(type, content, destination),
    framing: FRAMING_ETHERNET,
    protocol: type,
    kept: 14 + kept,
  };
}

const of4 = (name: string, protocol: number, content: Uint8Array, kept: number) =>
  eth(name, 0x0800, ipv4(v4A, v4B, protocol, content), 20 + kept);
const of6 = (name: string, protocol: number, content: Uint8Array, kept: number) =>
  eth(name, 0x86dd, ipv6(v6A, v6B, protocol, content), 40 + kept);

/** Packets with secrets, each of another form. */
export const SECRET_PACKETS: readonly SecretPacket[] = [
  of4('DNS', 17, udp(text()), 8),
  of4('UDP with an odd payload', 17, udp(text(3)), 8),
  of4('TCP', 6, tcp(text(), TCP_OPTIONS), 20 + TCP_OPTIONS.length),
  of4('TCP without a payload', 6, tcp(Buffer.alloc(0)), 20),
  of6('TCP over IPv6', 6, tcp(text(), TCP_OPTIONS), 20 + TCP_OPTIONS.length),
  of6('UDP over IPv6', 17, udp(text()), 8),
  eth(
    'IPv4 options: record route, router alert',
    0x0800,
    ipv4(v4A, v4B, 17, udp(text()), cat(bytes('0707 04'), v4A, bytes('94040000 00'))),
    32 + 8,
  ),
  eth('first fragment', 0x0800, ipv4(v4A, v4B, 17, udp(text()), undefined, 0x2000), 28),
  eth('later fragment', 0x0800, ipv4(v4A, v4B, 17, text(), undefined, 0x0010), 20),
  eth('padding of a frame', 0x0800, cat(ipv4(v4A, v4B, 6, tcp(Buffer.alloc(0))), text(6)), 40),
  of4('SCTP', 132, cat(u16(1000, 2000), bytes('0badcafe deadbeef 01000040'), text()), 16),
  of4('ESP', 50, cat(bytes('00001000 00000001'), text()), 8),
  of4('OSPF', 89, cat(bytes('0201 0020'), v4A, text()), 0),
  of4('VRRP', 112, cat(bytes('2101 6401 0001 0000'), v4A), 0),
  of4('DCCP', 33, cat(u16(1000, 2000), text()), 4),
  of4('UDP-Lite', 136, cat(u16(1000, 2000), text()), 4),
  // Control messages
  of4('echo request', 1, icmp(8, 0, cat(bytes('00010002'), text())), 8),
  of4('ICMP error', 1, icmp(3, 3, cat(bytes('00000000'), embedded)), 8 + 28),
  of4(
    'ICMP error with 8 bytes of TCP',
    1,
    icmp(11, 0, cat(bytes('00000000'), innerTcp.subarray(0, 28))),
    8 + 28,
  ),
  of4('ICMP redirect', 1, icmp(5, 1, cat(innerA, embedded)), 8 + 28),
  of4('router advertisement of IPv4', 1, icmp(9, 0, cat(bytes('0102 0708'), v4A, bytes('00000000'))), 4),
  of6('ICMPv6 error', 58, icmp(1, 4, cat(bytes('00000000'), embedded6)), 8 + 60),
  of6('packet too big', 58, icmp(2, 0, cat(bytes('00000500'), embedded6)), 8 + 60),
  eth(
    'neighbor solicitation',
    0x86dd,
    ipv6(linkLocal, solicited, 58, icmp(135, 0, cat(bytes('00000000'), v6A, linkOption(1, macB)))),
    40 + 32,
    mac('33:33:ff:bc:de:f1'),
  ),
  of6('neighbor advertisement', 58, icmp(136, 0, cat(bytes('60000000'), v6A, linkOption(2, macA))), 32),
  of6(
    'router advertisement',
    58,
    icmp(
      134,
      0,
      cat(
        bytes('40000708 00000000 00000000'),
        linkOption(1, macA),
        bytes('0501 0000 000005dc'),
        prefix,
        bytes('1903 0000 00000e10'),
        v6B,
        bytes('1f04 0000 00000e10'),
        text(24),
      ),
    ),
    16 + 8 + 8 + 32 + 24,
  ),
  of6(
    'redirect',
    58,
    icmp(137, 0, cat(bytes('00000000'), linkLocal, v6A, linkOption(2, macA), bytes('0401 0000 00000000'))),
    48,
  ),
  of6('MLDv2 report', 58, icmp(143, 0, cat(bytes('0000 0001 0400 0001'), group6, v6A)), 8 + 36),
  of6('MLDv1 query', 58, icmp(130, 0, cat(bytes('03e80000'), group6)), 24),
  of4('IGMPv2 report', 2, cat(bytes('1600 0000'), group4), 8),
  of4('IGMPv3 report', 2, cat(bytes('2200 0000 0000 0001 0100 0001'), group4, v4A), 20),
  of4('IGMPv3 query', 2, cat(bytes('1164 0000'), group4, bytes('0a7d 0001'), v4A), 16),
  eth('ARP', 0x0806, cat(arp, text(18)), 28, mac('ff:ff:ff:ff:ff:ff')),
  eth('ARP reply', 0x0806, cat(bytes('0001 0800 06 04 0002'), macA, v4A, macB, v4B), 28),
  eth('multicast of IPv4', 0x0800, ipv4(v4A, group4, 17, udp(text())), 28, mac('01:00:5e:43:22:38')),
  // Tunnels
  of4('IP in IP', 4, innerTcp, 40),
  of4('IPv6 in IPv4', 41, embedded6, 60),
  of6('IPv4 in IPv6', 4, innerTcp, 40),
  of4('GRE with key and sequence number', 47, cat(GRE_KEYED, innerTcp), 12 + 40),
  of4('GRE with Ethernet', 47, cat(bytes('0000 6558'), innerFrame), 4 + 54),
  of4('GRE with a source route', 47, cat(bytes('4000 0800 00000000'), v4A, innerTcp), 4),
  of4('VXLAN', 17, udp(vxlan(innerFrame), 4789), 8 + 8 + 54),
  of4('VXLAN with a group policy', 17, udp(cat(bytes('88a1b2c3 00002a00'), innerFrame), 4789), 8 + 8 + 54),
  of4('what only looks like VXLAN by its port', 17, udp(text(), 4789), 8),
  of4('Geneve with an option', 17, udp(geneve(innerFrame), 6081), 8 + 32 + 54),
  of4('MPLS in IPv4', 137, cat(bytes('00010140'), innerTcp), 44),
  eth('VLANs', 0x88a8, cat(bytes('0064 8100 000a 0800'), innerTcp), 8 + 40),
  eth('MPLS', 0x8847, cat(bytes('00010040 00020140'), innerTcp), 8 + 40),
  eth('PPPoE', 0x8864, cat(bytes('1100 0001'), u16(innerTcp.length + 2, 0x0021), innerTcp), 8 + 40),
  eth('PPPoE discovery', 0x8863, cat(bytes('1109 0000 0018 0103 0014'), text()), 6),
  // Extension headers
  eth(
    'IPv6 segment routing',
    0x86dd,
    ipv6(v6A, v6A, 6, tcp(text()), { type: 43, bytes: segmentRouting, last: v6B }),
    40 + 64 + 20,
  ),
  eth(
    'IPv6 source route',
    0x86dd,
    ipv6(v6A, linkLocal, 6, tcp(text()), {
      type: 43,
      bytes: cat(bytes('06 02 00 01 00000000'), v6B),
      last: v6B,
    }),
    40 + 24 + 20,
  ),
  eth(
    'IPv6 source route of another type',
    0x86dd,
    ipv6(v6A, v6B, 17, udp(text()), { type: 43, bytes: cat(bytes('11 02 03 01'), text()) }),
    40 + 24 + 8,
  ),
  eth(
    'IPv6 authentication header',
    0x86dd,
    ipv6(v6A, v6B, 17, udp(text()), { type: 51, bytes: cat(bytes('11 06 0000 00001000 00000001'), text()) }),
    40 + 32 + 8,
  ),
  eth(
    'IPv6 destination options with a home address',
    0x86dd,
    ipv6(v6A, v6B, 17, udp(text()), { type: 60, bytes: cat(bytes('1102 0102 0000 c910'), v6A) }),
    40 + 24 + 8,
  ),
  eth(
    'IPv6 later fragment',
    0x86dd,
    ipv6(v6A, v6B, 99, text(), { type: 44, bytes: bytes('11000010 00000001') }),
    40 + 8,
  ),
  // Others
  eth('LLDP', 0x88cc, cat(bytes('0207 04'), macA, bytes('0a14'), text()), 0, mac('01:80:c2:00:00:0e')),
  eth(
    'spanning tree',
    38,
    cat(bytes('424203 0000000000 8000'), macA, Buffer.alloc(27)),
    3,
    mac('01:80:c2:00:00:00'),
  ),
  eth('CDP', 30, cat(bytes('aaaa03 00000c 2000'), text(22)), 8, mac('01:00:0c:cc:cc:cc')),
  eth('an unknown type', 0x88b5, text(), 0),
  { name: 'raw IP', packet: innerTcp, framing: FRAMING_RAW, protocol: 0x0800, kept: 40 },
  { name: 'raw bytes', packet: text(), framing: FRAMING_RAW, protocol: 0x0800, kept: 0 },
  { name: 'a cooked packet', packet: innerTcp, framing: FRAMING_SLL, protocol: 0x0800, kept: 40 },
  {
    name: 'a cooked packet with an address',
    packet: cat(bytes('0800 0000 00000002 0001 00 06'), macA, u16(0x6162), innerTcp),
    framing: FRAMING_SLL2,
    protocol: 0x0800,
    kept: 60,
  },
  {
    name: 'a cooked packet of a tunnel',
    packet: cat(bytes('0800 0000 00000002 0300 00 04'), v4A, bytes('61626364'), innerTcp),
    framing: FRAMING_SLL2,
    protocol: 0x0800,
    kept: 60,
  },
  {
    name: 'IP over InfiniBand',
    packet: cat(text(20), bytes('0800 0000'), innerTcp),
    framing: FRAMING_IPOIB,
    protocol: 0x0800,
    kept: 24 + 40,
  },
  {
    name: 'CAN',
    packet: cat(bytes('23010000 08000000'), text(8)),
    framing: FRAMING_CAN,
    protocol: 0x000c,
    kept: 8,
  },
  {
    name: 'a beacon of 802.11',
    packet: cat(bytes('8000 0000 ffffffffffff'), macA, macA, bytes('0000'), text()),
    framing: FRAMING_IEEE802_11,
    protocol: 0x0001,
    kept: 0,
  },
];
