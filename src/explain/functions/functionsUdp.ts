import type { Explanation, Explanations } from '../explanation.js';

/** The functions that find the socket of a UDP datagram. */
function udpReceive(
  name: string,
  version: string,
  snmp: string,
  source: string,
  policy = 'none',
): Explanation {
  return {
    what: `A UDP datagram over ${version} came for this host, and no socket got it. The reason says why.`,
    causes: [
      [
        'The datagram is multicast or broadcast, and no program has opened the port.',
        `No reason, and ${snmp}IgnoredMulti rises.`,
      ],
      ['No program listens on the port.', `The reason is NO_SOCKET, and ${snmp}NoPorts rises.`],
      ['The checksum is wrong.', `The reason is UDP_CSUM, and ${snmp}InCsumErrors rises.`],
      [
        'The datagram is shorter than its header says, or an IPsec policy refuses it.',
        `The reason is PKT_TOO_SMALL, or ${policy} for the policy. ${snmp}InErrors rises, and ${snmp}NoPorts does not.`,
      ],
    ],
    sender: 'No program at the port: the sender gets a port unreachable, limited in rate. Otherwise nothing.',
    counters: `${snmp}NoPorts, ${snmp}IgnoredMulti, or ${snmp}InErrors.`,
    next: [
      `dropcap -r FILE --summary 'symbol = ${name}'`,
      'ss -uanp',
      `nstat -az ${snmp}NoPorts ${snmp}IgnoredMulti ${snmp}InErrors ${snmp}InCsumErrors`,
    ],
    source: [source],
  };
}

/** The functions that give a UDP datagram to its socket. */
function udpQueue(name: string, snmp: string, source: string): Explanation {
  return {
    what: 'A UDP datagram came for an open socket, and the socket did not take it. The reason says why.',
    causes: [
      [
        'A filter of the program or of its cgroup refused the datagram.',
        'The reason is SOCKET_FILTER. ss -uab shows filters of programs, as root.',
      ],
      ['The checksum is wrong.', `The reason is UDP_CSUM, and ${snmp}InCsumErrors rises.`],
      ['An IPsec policy refuses the datagram.', 'The reason is XFRM_POLICY. /proc/net/xfrm_stat counts it.'],
      [
        'The receive buffer of the socket is full, or memory is short.',
        `The reason is SOCKET_RCVBUFF or PROTO_MEM, and ${snmp}RcvbufErrors or ${snmp}MemErrors rises.`,
      ],
    ],
    sender: 'The sender is not told.',
    counters: `${snmp}InErrors, and the drops of the socket (d in ss -um).`,
    next: [
      `dropcap -r FILE --summary 'symbol = ${name}'`,
      'ss -uampb',
      `nstat -az ${snmp}InErrors ${snmp}InCsumErrors ${snmp}RcvbufErrors ${snmp}MemErrors`,
    ],
    source: [source],
  };
}

/** The functions that give a packet to a raw socket. */
function rawReceive(
  name: string,
  source: string,
  extra: readonly (readonly [string, string])[],
): Explanation {
  return {
    what: 'A copy of a packet for a raw socket was dropped. The packet itself went on.',
    causes: [
      [
        'The receive buffer of the raw socket is full: the program reads too slowly or not at all.',
        'The reason is SOCKET_RCVBUFF.',
      ],
      [
        'A filter of the program refused the copy, as ping does with answers to other pings.',
        'The reason is SOCKET_FILTER.',
      ],
      ['An IPsec policy refuses the packet.', 'The reason is XFRM_POLICY.'],
      ...extra,
    ],
    sender: 'The sender is not told.',
    counters:
      'Full buffer, policy and checksum: only the drops of the socket (d in ss -wm, and the last column of /proc/net/raw or /proc/net/raw6). Filter: none.',
    next: [`dropcap -r FILE --summary 'symbol = ${name}'`, 'ss -wampb'],
    source: [source],
  };
}

/** UDP functions and those of raw sockets that drop packets with several causes. */
export const UDP_FUNCTIONS: Explanations = {
  __udp4_lib_rcv: udpReceive('__udp4_lib_rcv', 'IPv4', 'Udp', '6.12 net/ipv4/udp.c __udp4_lib_rcv'),
  udp_rcv: udpReceive('udp_rcv', 'IPv4', 'Udp', '7.3 net/ipv4/udp.c udp_rcv'),
  __udp6_lib_rcv: udpReceive(
    '__udp6_lib_rcv',
    'IPv6',
    'Udp6',
    '6.12 net/ipv6/udp.c __udp6_lib_rcv',
    'NO_SOCKET',
  ),
  udpv6_rcv: udpReceive('udpv6_rcv', 'IPv6', 'Udp6', '7.3 net/ipv6/udp.c udpv6_rcv', 'NO_SOCKET'),
  udp_queue_rcv_one_skb: udpQueue(
    'udp_queue_rcv_one_skb',
    'Udp',
    '6.12 net/ipv4/udp.c udp_queue_rcv_one_skb',
  ),
  udpv6_queue_rcv_one_skb: udpQueue(
    'udpv6_queue_rcv_one_skb',
    'Udp6',
    '6.12 net/ipv6/udp.c udpv6_queue_rcv_one_skb',
  ),
  raw_rcv: rawReceive('raw_rcv', '6.12 net/ipv4/raw.c raw_rcv', []),
  rawv6_rcv: rawReceive('rawv6_rcv', '6.12 net/ipv6/raw.c rawv6_rcv', [
    ['The socket asks for a checksum, and the checksum is wrong.', 'The reason is SKB_CSUM.'],
  ]),
};
