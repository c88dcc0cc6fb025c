import type { Explanation, Explanations } from '../explanation.js';

/** The functions that queue MLD messages for a worker. */
function mldEvent(name: string, message: string, source: string): Explanation {
  return {
    what: `An MLD ${message} (IPv6 multicast membership) was dropped before it was handled. Some kernels, such as 6.12 of Debian, report icmpv6_rcv instead.`,
    causes: [
      [
        `Too many messages of this kind wait for the kernel's worker.`,
        'The messages come in a flood, from one or many senders.',
      ],
      [
        'The device is about to lose IPv6, or has lost it.',
        'ip -6 addr show dev IFACE is empty, or ip monitor link shows the device go.',
      ],
    ],
    sender: 'The sender is not told. Queriers and members repeat their messages.',
    counters: 'No counter of drops. Icmp6InMsgs counts the message.',
    next: [
      `dropcap -r FILE --summary 'symbol = ${name}'`,
      'ip -6 maddr show dev IFACE',
      'tcpdump -vni IFACE icmp6',
    ],
    source: [source],
  };
}

/** ICMP, IGMP and MLD functions that drop packets with several causes. */
export const ICMP_FUNCTIONS: Explanations = {
  icmp_rcv: {
    what: 'An ICMP message came for this host and was dropped. The reason says why.',
    causes: [
      [
        'The message is an echo reply, and no ping socket wants it. A ping with a raw socket got its own copy, so nothing is lost.',
        'The reason is NO_SOCKET, and the type is 0. Linux 7.3 reports these at ping_rcv.',
      ],
      [
        'The message was sent to a broadcast or multicast address, and this host does not answer such messages.',
        'The reason is INVALID_PROTO. net.ipv4.icmp_echo_ignore_broadcasts is 1.',
      ],
      ['The checksum is wrong, or the type is not known.', 'The reason is ICMP_CSUM or UNHANDLED_PROTO.'],
      [
        'An error message is cut short, or an IPsec policy refuses it.',
        'The reason is IP_INHDR, PKT_TOO_SMALL, XFRM_POLICY or none.',
      ],
    ],
    sender: 'The sender is not told.',
    counters:
      'IcmpInErrors for errors, IcmpInCsumErrors for checksums. NO_SOCKET and XFRM_POLICY: not these.',
    next: [
      "dropcap -r FILE --summary 'symbol = icmp_rcv'",
      'nstat -az IcmpInErrors IcmpInCsumErrors',
      'sysctl net.ipv4.icmp_echo_ignore_broadcasts',
    ],
    source: ['6.12 net/ipv4/icmp.c icmp_rcv'],
  },

  icmpv6_rcv: {
    what: 'An ICMPv6 message was freed as a drop. Without a reason, many of these are messages that this host needs not answer.',
    causes: [
      [
        'The kernel ignores the message on purpose, such as an MLDv2 report or an MLD done of another host.',
        'No reason. The type is 143, 132, or another one of information. MLD queries and reports (130, 131): too many waited.',
      ],
      [
        'The message is an echo request, and this host is set not to answer.',
        'No reason, the type is 128, and a sysctl such as icmp.echo_ignore_all is 1.',
      ],
      [
        'The message is an echo reply without a ping socket.',
        'The reason is NO_SOCKET, and the type is 129. Linux 7.3 reports these at ping_rcv.',
      ],
      [
        'A message of neighbour discovery, or an error message, is wrong or not for this host.',
        'The reason is one of IPV6_NDISC_*, PKT_TOO_SMALL, ICMP_CSUM or IPV6_BAD_EXTHDR.',
      ],
    ],
    sender: 'The sender is not told.',
    counters:
      'Icmp6InErrors for wrong error messages and checksums, and Icmp6InCsumErrors for checksums. Messages that are ignored, and neighbour discovery: none.',
    next: [
      "dropcap -r FILE --summary 'symbol = icmpv6_rcv'",
      "dropcap -r FILE -v 'symbol = icmpv6_rcv'",
      'nstat -az Icmp6InErrors Icmp6InCsumErrors',
      'sysctl net.ipv6.icmp.echo_ignore_all net.ipv6.icmp.echo_ignore_multicast',
    ],
    source: ['6.12 net/ipv6/icmp.c icmpv6_rcv'],
  },

  ping_rcv: {
    what: 'Linux 7.3: an echo reply came for this host, and no ping socket wants it. Older kernels report icmp_rcv or icmpv6_rcv.',
    causes: [
      [
        'A ping with a raw socket got its own copy. Nothing is lost.',
        'ss -wanp lists a raw socket of the program.',
      ],
      [
        'The ping ended before the reply came, or the reply answers a packet that this host did not send.',
        'No ping runs, and no program has a raw socket for ICMP.',
      ],
    ],
    sender: 'The sender is not told.',
    counters: 'No counter of drops. IcmpInEchoReps or Icmp6InEchoReplies counts the message.',
    next: ["dropcap -r FILE -v 'symbol = ping_rcv'", 'ss -wanp', 'sysctl net.ipv4.ping_group_range'],
    source: ['7.3 net/ipv4/ping.c ping_rcv'],
  },

  igmp_rcv: {
    what: 'An IGMP message was freed as a drop. Most of these are messages that this host needs not answer.',
    causes: [
      [
        'The message is an IGMPv3 report or a leave message of another host.',
        'The IGMP type is 0x22 or 0x17.',
      ],
      [
        'The message is a report that this host sent itself and got back.',
        'The source is an address of this host.',
      ],
      [
        'The message is a query that is too short, or a general query that lists sources.',
        'The IGMP type is 0x11.',
      ],
      ['The checksum is wrong, or the message is too short.', 'Wireshark marks the checksum.'],
    ],
    sender: 'The sender is not told.',
    counters: 'No counter rises.',
    next: ["dropcap -r FILE -v 'symbol = igmp_rcv'", 'cat /proc/net/igmp', 'ip maddr show dev IFACE'],
    source: ['6.12 net/ipv4/igmp.c igmp_rcv'],
  },

  igmp6_event_query: mldEvent('igmp6_event_query', 'query', '6.12 net/ipv6/mcast.c igmp6_event_query'),
  igmp6_event_report: mldEvent('igmp6_event_report', 'report', '6.12 net/ipv6/mcast.c igmp6_event_report'),
};
