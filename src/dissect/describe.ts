import { be16, be32 } from '../bytes.js';
import { ipv4Text, ipv6Text, macText } from './addresses.js';
import { describeTransport, type Transport } from './transport.js';

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_ARP = 0x0806;
const ETHERTYPE_IPV6 = 0x86dd;
const VLAN_TYPES: readonly number[] = [0x8100, 0x88a8, 0x9100];
const MAX_802_3_LENGTH = 1500;
/** IPv6 extension headers that are skipped: hop-by-hop, routing, fragment, destination options. */
const IPV6_EXTENSIONS: readonly number[] = [0, 43, 44, 60];
const IPV6_FRAGMENT = 44;
/** Most VLAN tags, or extension headers, that are read. This limit bounds the work that a hostile packet causes. */
const MAX_HEADERS = 8;

/**
 * Describes an Ethernet frame in one line, in the style of tcpdump. All characters are printable ASCII.
 * @param originalLength length before truncation.
 */
export function describeEthernet(bytes: Uint8Array, originalLength: number): string {
  let type = be16(bytes, 12);
  let at = 14;
  let tags = '';
  for (let i = 0; i < MAX_HEADERS && VLAN_TYPES.includes(type) && bytes.length >= at + 4; i++) {
    tags += `vlan ${be16(bytes, at) & 0xfff}, `;
    type = be16(bytes, at + 2);
    at += 4;
  }
  if (bytes.length < at) return `Ethernet (truncated), length ${originalLength}`;
  const inner = type > MAX_802_3_LENGTH && describeProtocol(type, bytes.subarray(at), originalLength - at);
  if (inner) return tags + inner; // The addresses are not made for most packets.
  const addresses = `${macText(bytes, 6)} > ${macText(bytes, 0)}`;
  if (type <= MAX_802_3_LENGTH) return `${tags}${addresses}, 802.3, length ${originalLength}`;
  return `${tags}${addresses}, ethertype 0x${type.toString(16).padStart(4, '0')}, length ${originalLength}`;
}

/**
 * Describes in one line a packet that begins with the header of the protocol `type`, an Ethernet type. Undefined for a
 * protocol that is not known here.
 * @param originalLength length before truncation.
 */
export function describeProtocol(
  type: number,
  bytes: Uint8Array,
  originalLength: number,
): string | undefined {
  if (type === ETHERTYPE_IPV4) return describeIpv4(bytes, originalLength);
  if (type === ETHERTYPE_IPV6) return describeIpv6(bytes, originalLength);
  return type === ETHERTYPE_ARP ? describeArp(bytes, originalLength) : undefined;
}

/** Describes an IP packet of either version in one line. @param originalLength length before truncation. */
export function describeIp(bytes: Uint8Array, originalLength: number): string {
  return (bytes[0] ?? 0) >> 4 === 6
    ? describeIpv6(bytes, originalLength)
    : describeIpv4(bytes, originalLength);
}

function describeIpv4(bytes: Uint8Array, originalLength: number): string {
  const headerBytes = (bytes[0]! & 0x0f) * 4;
  const malformed = `IP (truncated or malformed), length ${originalLength}`;
  if (bytes.length < 20 || bytes[0]! >> 4 !== 4 || headerBytes < 20) return malformed;
  const total = be16(bytes, 2) || originalLength;
  if (total < headerBytes) return malformed;
  const fragmentOffset = (be16(bytes, 6) & 0x1fff) * 8;
  const length = Math.max(0, total - headerBytes);
  const transport: Transport =
    fragmentOffset === 0
      ? describeTransport(bytes[9]!, bytes, headerBytes, length)
      : { text: `fragment at ${fragmentOffset}, length ${length}` };
  return `IP ${ends(ipv4Text(bytes, 12), ipv4Text(bytes, 16), transport)}`;
}

function describeIpv6(bytes: Uint8Array, originalLength: number): string {
  if (bytes.length > 0 && bytes[0]! >> 4 !== 6) return `IP6 (malformed), length ${originalLength}`;
  if (bytes.length < 40) return `IP6 (truncated), length ${originalLength}`;
  const end = 40 + (be16(bytes, 4) || Math.max(0, originalLength - 40));
  let next = bytes[6]!;
  let at = 40;
  let fragment = '';
  for (let i = 0; i < MAX_HEADERS && IPV6_EXTENSIONS.includes(next) && bytes.length >= at + 8; i++) {
    const isFragment = next === IPV6_FRAGMENT;
    if (isFragment && be16(bytes, at + 2) >= 8) fragment = `fragment at ${be16(bytes, at + 2) & 0xfff8}`;
    next = bytes[at]!;
    at += isFragment ? 8 : (bytes[at + 1]! + 1) * 8;
  }
  const length = Math.max(0, end - at);
  const transport: Transport =
    fragment === '' ? describeTransport(next, bytes, at, length) : { text: `${fragment}, length ${length}` };
  return `IP6 ${ends(ipv6Text(bytes, 8), ipv6Text(bytes, 24), transport)}`;
}

function describeArp(bytes: Uint8Array, originalLength: number): string {
  const ethernetIpv4 = bytes.length >= 28 && be32(bytes, 0) === 0x00010800 && be16(bytes, 4) === 0x0604;
  if (!ethernetIpv4) return `ARP, length ${originalLength}`;
  const operation = be16(bytes, 6);
  const [sender, target] = [ipv4Text(bytes, 14), ipv4Text(bytes, 24)];
  if (operation === 1) return `ARP, Request who-has ${target} tell ${sender}, length ${originalLength}`;
  if (operation === 2) return `ARP, Reply ${sender} is-at ${macText(bytes, 8)}, length ${originalLength}`;
  return `ARP, operation ${operation}, length ${originalLength}`;
}

function ends(source: string, destination: string, transport: Transport): string {
  const from = transport.sourcePort === undefined ? source : `${source}.${transport.sourcePort}`;
  const to =
    transport.destinationPort === undefined ? destination : `${destination}.${transport.destinationPort}`;
  return `${from} > ${to}: ${transport.text}`;
}
