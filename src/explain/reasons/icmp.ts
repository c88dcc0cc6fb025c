import type { Explanations } from '../explanation.js';

/** Drop reasons of ICMP and ICMPv6 messages. */
export const ICMP: Explanations = {
  ICMP_CSUM: {
    what: 'The checksum of a received ICMP or ICMPv6 message was wrong.',
    causes: [
      [
        'The message was damaged on its way, by a cable, a switch or a network card.',
        'Other checksum counters rise too, such as TcpInCsumErrors, and ip -s -s link shows errors.',
      ],
      [
        'A device in between, such as NAT or a tunnel, changed the message without a new checksum.',
        'All messages from one network or through one device are wrong, and nothing else is.',
      ],
      [
        'A program sends self-made messages with a wrong checksum.',
        'All wrong messages come from one address.',
      ],
    ],
    sender: 'The sender is not told. A ping shows the message as lost.',
    counters: 'IPv4: IcmpInCsumErrors and IcmpInErrors. IPv6: Icmp6InCsumErrors and Icmp6InErrors.',
    next: [
      'nstat -az IcmpInCsumErrors Icmp6InCsumErrors TcpInCsumErrors UdpInCsumErrors',
      "dropcap -r FILE 'reason = ICMP_CSUM'",
      'ip -s -s link show dev IFACE',
      'ethtool -K IFACE rx off',
    ],
    source: ['6.12 net/ipv4/icmp.c icmp_rcv', '6.12 net/ipv6/icmp.c icmpv6_rcv'],
  },
  INVALID_PROTO: {
    what: 'An ICMP message to a broadcast or multicast address was dropped, as the host is set to do. In rare cases, an IPv6 home address option held an address that is not unicast.',
    causes: [
      [
        'Somebody pings a broadcast or multicast address.',
        'The packet is an echo request (type 8) or timestamp request (type 13), and net.ipv4.icmp_echo_ignore_broadcasts is 1.',
      ],
      [
        'An ICMP message of another type came to a broadcast or multicast address.',
        'The ICMP type is none of 8, 13, 17 and 18. Such messages are dropped with any setting.',
      ],
      [
        'A mobile IPv6 packet has a multicast address as home address.',
        'The packet is IPv6 with a destination options header, and Ip6InHdrErrors rises.',
      ],
    ],
    sender: 'The sender is not told. A broadcast ping gets no answer from this host.',
    counters: 'ICMP: IcmpInErrors. IPv6: Ip6InHdrErrors.',
    next: [
      'sysctl net.ipv4.icmp_echo_ignore_broadcasts',
      "dropcap -r FILE 'reason = INVALID_PROTO'",
      'nstat -az IcmpInErrors Ip6InHdrErrors',
    ],
    source: ['6.12 net/ipv4/icmp.c icmp_rcv', '6.12 net/ipv6/exthdrs.c ipv6_dest_hao'],
  },
  IPV6_BAD_EXTHDR: {
    what: 'An ICMPv6 error message came, and the extension headers of the packet inside the message could not be read. The error does not reach the connection that caused it.',
    causes: [
      [
        'The sender of the error cut the packet inside the message too short.',
        'The message ends within the extension headers of the inner packet.',
      ],
      [
        'The message is forged or damaged.',
        'The addresses of the inner packet belong to no connection of this host.',
      ],
    ],
    sender:
      'Not told: no error is sent for an error. The program that caused the error does not learn of the error.',
    counters: 'Icmp6InErrors.',
    next: [
      "dropcap -r FILE 'reason = IPV6_BAD_EXTHDR'",
      'nstat -az Icmp6InErrors Icmp6InDestUnreachs Icmp6InPktTooBigs Icmp6InTimeExcds',
    ],
    source: ['6.12 net/ipv6/icmp.c icmpv6_notify'],
  },
  IPV6_TOO_MANY_EXTHDRS: {
    what: 'An IPv6 packet for this host has more than 12 extension headers. The kernel stops to read such packets.',
    causes: [
      [
        'Somebody sends such packets to load the host or to pass a filter.',
        'The same header, mostly destination options, is repeated many times.',
      ],
      ['A test program sends such packets.', 'The packets come from a known test host.'],
    ],
    sender: 'The sender is not told.',
    counters: 'Ip6InDiscards.',
    next: ["dropcap -r FILE 'reason = IPV6_TOO_MANY_EXTHDRS'", 'nstat -az Ip6InDiscards'],
    source: ['7.3 net/ipv6/ip6_input.c ip6_protocol_deliver_rcu'],
  },
};
