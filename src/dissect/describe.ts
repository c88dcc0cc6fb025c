import { be16, be32 } from '../bytes.js';
import { writeIpv4, writeIpv6, writeMac } from './addresses.js';
import type { AsciiWriter } from './asciiWriter.js';
import { hasPorts, writeTransport } from './transport.js';

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_ARP = 0x0806;
const ETHERTYPE_IPV6 = 0x86dd;
const ETHERTYPE_802_1Q = 0x8100;
const ETHERTYPE_802_1AD = 0x88a8;
const ETHERTYPE_Q_IN_Q = 0x9100;
/** Bytes of a frame before its VLAN tags and its packet. */
export const ETHERNET_HEADER_BYTES = 14;
/** Up to this value, the type field of a frame is the length of an 802.3 frame. */
export const MAX_802_3_LENGTH = 1500;
/** IPv6 extension headers that are skipped: hop-by-hop, routing, fragment, destination options. */
const IPV6_EXTENSIONS: readonly number[] = [0, 43, 44, 60];
const IPV6_FRAGMENT = 44;
/** Most VLAN tags, or extension headers, that are read. This limit bounds the work that a hostile packet causes. */
export const MAX_HEADERS = 8;

/**
 * Most bytes that a description takes. The longest has two MAC addresses and MAX_HEADERS tags of 55 bytes (linkHeader.ts),
 * two IPv6 addresses of 39 bytes, two ports, and a text of transport.ts of 60 bytes: 690 bytes.
 */
export const MAX_DESCRIPTION_BYTES = 768;

/** Whether a VLAN tag follows this Ethernet type. */
export function isVlan(type: number): boolean {
  return type === ETHERTYPE_802_1Q || type === ETHERTYPE_802_1AD || type === ETHERTYPE_Q_IN_Q;
}

/**
 * Describes an Ethernet frame in one line, in the style of tcpdump. All characters are printable ASCII.
 * @param line has room for MAX_DESCRIPTION_BYTES.
 * @param originalLength length before truncation.
 */
export function describeEthernet(line: AsciiWriter, bytes: Uint8Array, originalLength: number): void {
  let type = be16(bytes, 12);
  let at = ETHERNET_HEADER_BYTES;
  for (let i = 0; i < MAX_HEADERS && isVlan(type) && bytes.length >= at + 4; i++) {
    line
      .text('vlan ')
      .number(be16(bytes, at) & 0xfff)
      .text(', ');
    type = be16(bytes, at + 2);
    at += 4;
  }
  if (bytes.length < at) {
    writeLength(line, 'Ethernet (truncated)', originalLength);
    return;
  }
  const is802 = type <= MAX_802_3_LENGTH;
  if (!is802 && describeProtocol(line, type, bytes.subarray(at), Math.max(originalLength - at, 0))) return;
  writeMac(line, bytes, 6);
  line.text(' > ');
  writeMac(line, bytes, 0);
  if (is802) line.text(', 802.3');
  else line.text(', ethertype 0x').hex(type, 4);
  writeLength(line, '', originalLength);
}

/**
 * Describes in one line a packet that begins with the header of the protocol `type`, an Ethernet type. Writes nothing
 * and returns false for a protocol that is not known here.
 * @param line has room for MAX_DESCRIPTION_BYTES.
 * @param originalLength length before truncation.
 * @param named whether the description begins with the protocol's name.
 */
export function describeProtocol(
  line: AsciiWriter,
  type: number,
  bytes: Uint8Array,
  originalLength: number,
  named = true,
): boolean {
  if (type === ETHERTYPE_IPV4) describeIpv4(line, bytes, originalLength, named);
  else if (type === ETHERTYPE_IPV6) describeIpv6(line, bytes, originalLength, named);
  else if (type === ETHERTYPE_ARP) describeArp(line, bytes, originalLength, named);
  else return false;
  return true;
}

/**
 * Describes an IP packet of either version in one line.
 * @param line has room for MAX_DESCRIPTION_BYTES.
 * @param originalLength length before truncation.
 * @param named whether the description begins with the protocol's name.
 */
export function describeIp(line: AsciiWriter, bytes: Uint8Array, originalLength: number, named = true): void {
  if ((bytes[0] ?? 0) >> 4 === 6) describeIpv6(line, bytes, originalLength, named);
  else describeIpv4(line, bytes, originalLength, named);
}

function describeIpv4(line: AsciiWriter, bytes: Uint8Array, originalLength: number, named: boolean): void {
  const headerBytes = (bytes[0]! & 0x0f) * 4;
  const total = be16(bytes, 2) || originalLength;
  if (bytes.length < 20 || bytes[0]! >> 4 !== 4 || headerBytes < 20 || total < headerBytes) {
    writeLength(line, 'IP (truncated or malformed)', originalLength);
    return;
  }
  const fragmentOffset = (be16(bytes, 6) & 0x1fff) * 8;
  const length = Math.max(0, total - headerBytes);
  const protocol = bytes[9]!;
  if (named) line.text('IP ');
  writeFlow(line, bytes, writeIpv4, 12, 16, protocol, headerBytes, length, fragmentOffset);
}

function describeIpv6(line: AsciiWriter, bytes: Uint8Array, originalLength: number, named: boolean): void {
  if (bytes.length > 0 && bytes[0]! >> 4 !== 6) {
    writeLength(line, 'IP6 (malformed)', originalLength);
    return;
  }
  if (bytes.length < 40) {
    writeLength(line, 'IP6 (truncated)', originalLength);
    return;
  }
  const end = 40 + (be16(bytes, 4) || Math.max(0, originalLength - 40));
  let next = bytes[6]!;
  let at = 40;
  let fragmentOffset = 0;
  for (let i = 0; i < MAX_HEADERS && IPV6_EXTENSIONS.includes(next) && bytes.length >= at + 8; i++) {
    const isFragment = next === IPV6_FRAGMENT;
    if (isFragment && be16(bytes, at + 2) >= 8) fragmentOffset = be16(bytes, at + 2) & 0xfff8;
    next = bytes[at]!;
    at += isFragment ? 8 : (bytes[at + 1]! + 1) * 8;
  }
  const length = Math.max(0, end - at);
  if (named) line.text('IP6 ');
  writeFlow(line, bytes, writeIpv6, 8, 24, next, at, length, fragmentOffset);
}

/**
 * Addresses, ports and what the transport header says.
 * @param source offset of the source address; `destination` is that of the other one.
 * @param at offset of the transport header, and `length` that of what begins there.
 */
function writeFlow(
  line: AsciiWriter,
  bytes: Uint8Array,
  writeAddress: (line: AsciiWriter, bytes: Uint8Array, at: number) => void,
  source: number,
  destination: number,
  protocol: number,
  at: number,
  length: number,
  fragmentOffset: number,
): void {
  const withPorts = fragmentOffset === 0 && hasPorts(protocol, bytes, at);
  writeAddress(line, bytes, source);
  if (withPorts) line.text('.').number(be16(bytes, at));
  line.text(' > ');
  writeAddress(line, bytes, destination);
  if (withPorts) line.text('.').number(be16(bytes, at + 2));
  line.text(': ');
  if (fragmentOffset === 0) writeTransport(line, protocol, bytes, at, length);
  else writeFragment(line, fragmentOffset, length);
}

function describeArp(line: AsciiWriter, bytes: Uint8Array, originalLength: number, named: boolean): void {
  const ethernetIpv4 = bytes.length >= 28 && be32(bytes, 0) === 0x00010800 && be16(bytes, 4) === 0x0604;
  const operation = be16(bytes, 6);
  if (!ethernetIpv4) {
    writeLength(line, 'ARP', originalLength);
    return;
  }
  if (named) line.text('ARP, ');
  if (operation === 1) {
    line.text('Request who-has ');
    writeIpv4(line, bytes, 24);
    line.text(' tell ');
    writeIpv4(line, bytes, 14);
  } else if (operation === 2) {
    line.text('Reply ');
    writeIpv4(line, bytes, 14);
    line.text(' is-at ');
    writeMac(line, bytes, 8);
  } else {
    line.text('operation ').number(operation);
  }
  writeLength(line, '', originalLength);
}

function writeFragment(line: AsciiWriter, offset: number, length: number): void {
  writeLength(line.text('fragment at ').number(offset), '', length);
}

function writeLength(line: AsciiWriter, text: string, length: number): void {
  line.text(text).text(', length ').number(length);
}
