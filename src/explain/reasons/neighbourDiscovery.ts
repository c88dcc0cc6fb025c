import type { Explanations } from '../explanation.js';

const NOT_TOLD = 'The sender is not told. Hosts repeat solicitations, and routers repeat advertisements.';
const COUNTERS =
  'None for the drop. The counter of the message type rises, such as Icmp6InType135 for neighbour solicitations.';

/** Drop reasons of IPv6 neighbour discovery: solicitations, advertisements and redirects. */
export const NEIGHBOUR_DISCOVERY: Explanations = {
  IPV6_NDISC_FRAG: {
    what: 'A neighbour discovery message came in fragments. The host refuses such messages, as RFC 6980 asks.',
    causes: [
      [
        'Somebody tries to pass a filter for router advertisements (RA guard) with fragments.',
        'The source is no known router, and the message has a fragment header.',
      ],
      [
        'A router advertisement has so many options that the router sends fragments.',
        'The source is a known router, and its advertisements exceed the MTU.',
      ],
    ],
    sender: NOT_TOLD,
    counters: COUNTERS,
    next: [
      "journalctl -k -g 'fragmented ndisc'",
      'sysctl net.ipv6.conf.IFACE.suppress_frag_ndisc',
      "dropcap -r FILE 'reason = IPV6_NDISC_FRAG'",
      'ip -6 neigh show dev IFACE',
    ],
    source: ['6.12 net/ipv6/ndisc.c ndisc_rcv'],
  },
  IPV6_NDISC_HOP_LIMIT: {
    what: 'A neighbour discovery message had a hop limit other than 255. Such a message may have passed a router, and then its sender is no neighbour.',
    causes: [
      [
        'Somebody outside of the link forges neighbour discovery messages.',
        'The hop limit is below 255, and the source is not on this link.',
      ],
      [
        'A device on the link forwards the messages like a router, and lowers the hop limit.',
        'The hop limit is 254, and the source is on this link.',
      ],
      [
        'A program or an old device sends the messages with another hop limit.',
        'All messages of one neighbour have the same wrong hop limit.',
      ],
    ],
    sender: NOT_TOLD,
    counters: COUNTERS,
    next: [
      "dropcap -r FILE 'reason = IPV6_NDISC_HOP_LIMIT'",
      'ip -6 neigh show dev IFACE',
      "tcpdump -n -e -v -i IFACE 'icmp6 and ip6[7] != 255'",
      'nstat -az | grep Icmp6InType13',
    ],
    source: ['6.12 net/ipv6/ndisc.c ndisc_rcv'],
  },
  IPV6_NDISC_BAD_CODE: {
    what: 'A neighbour discovery message had an ICMPv6 code other than 0. No such code is defined.',
    causes: [
      [
        'A program sends self-made messages, by mistake or as an attack.',
        'All such messages come from one MAC address.',
      ],
      [
        'The message was damaged, and its checksum fits by chance.',
        'Such drops are rare, and Icmp6InCsumErrors rises too.',
      ],
    ],
    sender: NOT_TOLD,
    counters: COUNTERS,
    next: [
      "dropcap -r FILE 'reason = IPV6_NDISC_BAD_CODE'",
      'ip -6 neigh show dev IFACE',
      'nstat -az | grep Icmp6InType13',
    ],
    source: ['6.12 net/ipv6/ndisc.c ndisc_rcv'],
  },
  IPV6_NDISC_BAD_OPTIONS: {
    what: 'The options of a neighbour discovery message could not be read: an option has length 0, or exceeds the message.',
    causes: [
      [
        'A router or host has a fault in its neighbour discovery.',
        'All messages of one source are wrong, and that host has trouble with IPv6.',
      ],
      ['Somebody sends such messages to test or attack hosts.', 'The source is not a known host.'],
      [
        'A device in between cut the message.',
        'The message is shorter than its options need, and long messages of others fail too.',
      ],
    ],
    sender: NOT_TOLD,
    counters: COUNTERS,
    next: [
      "dropcap -r FILE 'reason = IPV6_NDISC_BAD_OPTIONS'",
      'tcpdump -n -e -vv -i IFACE icmp6',
      'ip -6 neigh show dev IFACE',
    ],
    source: [
      '6.12 net/ipv6/ndisc.c ndisc_recv_ns',
      '6.12 net/ipv6/ndisc.c ndisc_recv_na',
      '6.12 net/ipv6/ndisc.c ndisc_recv_rs',
      '6.12 net/ipv6/ndisc.c ndisc_router_discovery',
      '6.12 net/ipv6/ndisc.c ndisc_redirect_rcv',
    ],
  },
  IPV6_NDISC_NS_OTHERHOST: {
    what: 'Somebody asks for the MAC address of an IPv6 address that this host does not have. This is normal and no loss.',
    causes: [
      [
        'The question is for another host. The multicast group of its address has several hosts, or the switch floods multicast.',
        'ip -6 addr does not list the target address of the message.',
      ],
      [
        'The address was on this host before, or should be.',
        'The target address is one that this host is expected to have.',
      ],
      [
        'This host should answer for another one (proxy), and is not set to.',
        'The host forwards, and ip -6 neigh show proxy or proxy_ndp does not fit.',
      ],
    ],
    sender: 'Not told by this host. The owner of the address answers.',
    counters: 'None for the drop. Icmp6InType135 counts the message.',
    next: [
      'ip -6 addr show dev IFACE',
      'ip -6 neigh show proxy',
      'sysctl net.ipv6.conf.IFACE.proxy_ndp',
      "dropcap -r FILE 'reason = IPV6_NDISC_NS_OTHERHOST'",
    ],
    source: ['6.12 net/ipv6/ndisc.c ndisc_recv_ns'],
  },
};
