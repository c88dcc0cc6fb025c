import { be16, be32 } from '../bytes.js';

const IPPROTO_ICMP = 1;
const IPPROTO_IGMP = 2;
const IPPROTO_TCP = 6;
const IPPROTO_UDP = 17;
const IPPROTO_GRE = 47;
const IPPROTO_ESP = 50;
const IPPROTO_ICMPV6 = 58;
const IPPROTO_SCTP = 132;

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

/** What the transport layer adds to the line about an IP packet. */
export interface Transport {
  /** The ports; undefined for protocols without ports. */
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly text: string;
}

/**
 * Describes the content of an IP packet.
 * @param at offset of the first byte after the IP header. This offset may be after the end of a truncated packet.
 * @param length length of the packet from `at` on, from the IP header.
 */
export function describeTransport(
  protocol: number,
  bytes: Uint8Array,
  at: number,
  length: number,
): Transport {
  const there = bytes.length - at;
  const cut = there < Math.min(length, 4) ? ' (truncated)' : '';
  switch (protocol) {
    case IPPROTO_UDP:
      if (there < 4) break;
      return { ...ports(bytes, at), text: `UDP, length ${Math.max(0, length - 8)}` };
    case IPPROTO_TCP: {
      if (there < 14) break;
      const headerBytes = (bytes[at + 12]! >> 4) * 4;
      const payload = `length ${Math.max(0, length - headerBytes)}`;
      return {
        ...ports(bytes, at),
        text: `Flags [${tcpFlags(bytes[at + 13]!)}], seq ${be32(bytes, at + 4)}, ${payload}`,
      };
    }
    case IPPROTO_SCTP:
      if (there < 4) break;
      return { ...ports(bytes, at), text: `SCTP, length ${length}` };
    case IPPROTO_ICMP:
      if (there < 1) break;
      return { text: `ICMP ${ICMP_TYPES[bytes[at]!] ?? `type ${bytes[at]}`}, length ${length}` };
    case IPPROTO_ICMPV6:
      if (there < 1) break;
      return { text: `ICMP6, ${ICMPV6_TYPES[bytes[at]!] ?? `type ${bytes[at]}`}, length ${length}` };
  }
  return { text: `${PROTOCOL_NAMES[protocol] ?? `ip-proto-${protocol}`}${cut}, length ${length}` };
}

function ports(bytes: Uint8Array, at: number): { sourcePort: number; destinationPort: number } {
  return { sourcePort: be16(bytes, at), destinationPort: be16(bytes, at + 2) };
}

function tcpFlags(flags: number): string {
  const names = TCP_FLAGS.filter((_, bit) => (flags & (1 << bit)) !== 0).join('');
  return names === '' ? 'none' : names;
}
