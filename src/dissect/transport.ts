import { be32 } from '../bytes.js';
import type { AsciiWriter } from './asciiWriter.js';

const IPPROTO_ICMP = 1;
const IPPROTO_IGMP = 2;
const IPPROTO_TCP = 6;
const IPPROTO_UDP = 17;
const IPPROTO_GRE = 47;
const IPPROTO_ESP = 50;
const IPPROTO_ICMPV6 = 58;
const IPPROTO_SCTP = 132;

/** Bytes of a header that must be there before its ports are shown: for TCP, all up to the flags. */
const MIN_PORTS_BYTES = 4;
const MIN_TCP_BYTES = 14;
const UDP_HEADER_BYTES = 8;

const PROTOCOL_NAMES: Readonly<Record<number, string>> = {
  [IPPROTO_IGMP]: 'IGMP',
  [IPPROTO_GRE]: 'GRE',
  [IPPROTO_ESP]: 'ESP',
};
const ICMP_TYPES: Readonly<Record<number, string>> = {
  0: 'echo reply',
  3: 'unreachable',
  5: 'redirect',
  8: 'echo request',
  11: 'time exceeded',
};
const ICMPV6_TYPES: Readonly<Record<number, string>> = {
  1: 'unreachable',
  2: 'packet too big',
  3: 'time exceeded',
  128: 'echo request',
  129: 'echo reply',
  133: 'router solicitation',
  134: 'router advertisement',
  135: 'neighbor solicitation',
  136: 'neighbor advertisement',
  143: 'multicast listener report v2',
};
/** Letters of TCP's flags as tcpdump writes them, from the lowest bit. */
const TCP_FLAGS = ['F', 'S', 'R', 'P', '.', 'U', 'E', 'W'];

/** Whether the packet has ports: its protocol has them, and its bytes from `at` on were not cut off. */
export function hasPorts(protocol: number, bytes: Uint8Array, at: number): boolean {
  const there = bytes.length - at;
  if (protocol === IPPROTO_TCP) return there >= MIN_TCP_BYTES;
  return (protocol === IPPROTO_UDP || protocol === IPPROTO_SCTP) && there >= MIN_PORTS_BYTES;
}

/**
 * Writes what the content of an IP packet is, without its ports.
 * @param at offset of the first byte after the IP header. This offset may be after the end of a truncated packet.
 * @param length length of the packet from `at` on, from the IP header.
 */
export function writeTransport(
  line: AsciiWriter,
  protocol: number,
  bytes: Uint8Array,
  at: number,
  length: number,
): void {
  const there = bytes.length - at;
  if (hasPorts(protocol, bytes, at)) {
    if (protocol === IPPROTO_TCP) writeTcp(line, bytes, at, length);
    else if (protocol === IPPROTO_UDP)
      line.text('UDP, length ').number(Math.max(0, length - UDP_HEADER_BYTES));
    else line.text('SCTP, length ').number(length);
  } else if (protocol === IPPROTO_ICMP && there >= 1) {
    line.text('ICMP ');
    writeType(line, ICMP_TYPES, bytes[at]!, length);
  } else if (protocol === IPPROTO_ICMPV6 && there >= 1) {
    line.text('ICMP6, ');
    writeType(line, ICMPV6_TYPES, bytes[at]!, length);
  } else {
    const name = PROTOCOL_NAMES[protocol];
    if (name === undefined) line.text('ip-proto-').number(protocol);
    else line.text(name);
    if (there < Math.min(length, 4)) line.text(' (truncated)');
    line.text(', length ').number(length);
  }
}

function writeTcp(line: AsciiWriter, bytes: Uint8Array, at: number, length: number): void {
  const headerBytes = (bytes[at + 12]! >> 4) * 4;
  const flags = bytes[at + 13]!;
  line.text('Flags [');
  if (flags === 0) line.text('none');
  for (let bit = 0; bit < TCP_FLAGS.length; bit++) if (flags & (1 << bit)) line.text(TCP_FLAGS[bit]!);
  line.text('], seq ').number(be32(bytes, at + 4));
  line.text(', length ').number(Math.max(0, length - headerBytes));
}

function writeType(
  line: AsciiWriter,
  names: Readonly<Record<number, string>>,
  type: number,
  length: number,
): void {
  const name = names[type];
  if (name === undefined) line.text('type ').number(type);
  else line.text(name);
  line.text(', length ').number(length);
}
