import type { Explanation, Explanations } from '../explanation.js';

/** ip_protocol_deliver_rcu, and the function into which compilers put it. */
function ipDeliver(name: string): Explanation {
  return {
    what: 'An IPv4 packet came for this host and could not be given to its protocol.',
    causes: [
      [
        'The kernel does not handle the protocol, and no raw socket wants it.',
        'The reason is IP_NOPROTO, and IpInUnknownProtos rises.',
      ],
      ['An IPsec policy refuses the packet.', 'The reason is XFRM_POLICY. /proc/net/xfrm_stat counts it.'],
      [
        'Linux 7.3: no memory for a copy of the content.',
        'The reason is NOMEM, and the function is ip_local_deliver_finish.',
      ],
    ],
    sender: 'IP_NOPROTO: the sender gets an ICMP protocol unreachable. Otherwise nothing.',
    counters: 'IpInUnknownProtos, one of /proc/net/xfrm_stat, or IpInDiscards.',
    next: [
      `dropcap -r FILE --summary 'symbol = ${name}'`,
      'ss -wan',
      'nstat -az IpInUnknownProtos IpInDiscards',
    ],
    source: [`6.12 net/ipv4/ip_input.c ${name}`],
  };
}

/** ip6_protocol_deliver_rcu, and the function from which kernels report its drops if its last call is a jump. */
const IP6_DELIVER: Explanation = {
  what: 'An IPv6 packet came for this host and could not be given to its protocol.',
  causes: [
    [
      'The kernel does not handle the next header, and no raw socket wants it.',
      'The reason is IP_NOPROTO, and Ip6InUnknownProtos rises.',
    ],
    [
      'The packet is multicast from a source that the programs of this host have excluded.',
      'The reason is IP_INADDRERRORS, and cat /proc/net/mcfilter6 lists the source.',
    ],
    ['An IPsec policy refuses the packet.', 'The reason is XFRM_POLICY. /proc/net/xfrm_stat counts it.'],
    [
      'The extension headers are in a wrong order or too many.',
      'No reason, or IPV6_TOO_MANY_EXTHDRS in Linux 7.3.',
    ],
  ],
  sender: 'IP_NOPROTO: the sender gets an ICMPv6 parameter problem. Otherwise nothing.',
  counters: 'Ip6InUnknownProtos for IP_NOPROTO, else Ip6InDiscards.',
  next: [
    "dropcap -r FILE --summary 'symbol = ip6_protocol_deliver_rcu,ip6_input_finish'",
    'cat /proc/net/mcfilter6',
    'ss -wan',
    'nstat -az Ip6InUnknownProtos Ip6InDiscards',
  ],
  source: [
    '6.12 net/ipv6/ip6_input.c ip6_protocol_deliver_rcu',
    '6.12 net/ipv6/ip6_input.c ip6_input_finish',
  ],
};

/** IP functions that drop packets with several causes. */
export const IP_FUNCTIONS: Explanations = {
  ip_rcv_core: {
    what: 'An IPv4 packet was dropped by the first checks after its arrival. The reason says why.',
    causes: [
      ['The frame is for another host.', 'The reason is OTHERHOST.'],
      ['The checksum of the header is wrong.', 'The reason is IP_CSUM, and IpExtInCsumErrors rises.'],
      ['The packet was cut short.', 'The reason is PKT_TOO_SMALL, and IpExtInTruncatedPkts rises.'],
      ['The header is wrong.', 'The reason is IP_INHDR, and IpInHdrErrors rises.'],
    ],
    sender: 'The sender is not told.',
    counters:
      'IpInHdrErrors, IpExtInCsumErrors, IpExtInTruncatedPkts, or otherhost of the device for OTHERHOST.',
    next: [
      "dropcap -r FILE --summary 'symbol = ip_rcv_core'",
      'nstat -az IpInHdrErrors IpExtInCsumErrors IpExtInTruncatedPkts',
      'ip -s -s link show dev IFACE',
    ],
    source: ['6.12 net/ipv4/ip_input.c ip_rcv_core'],
  },

  ip_rcv_finish_core: {
    what: 'A received IPv4 packet has addresses that this host does not accept, or its way in was refused.',
    causes: [
      [
        'The packet is multicast for a group that nobody on this host has joined.',
        'No reason. ip maddr show dev IFACE does not list the group.',
      ],
      [
        'The source or destination is impossible (martian): this host itself, loopback, multicast, or 0.0.0.0.',
        'Linux 6.12: no reason. Linux 7.3: such as IP_LOCAL_SOURCE or IP_INVALID_SOURCE.',
      ],
      ['Answers would leave through another device.', 'The reason is IP_RPFILTER.'],
      [
        'The header has options with an error, or a source route, which is not allowed.',
        'The header length is above 20 bytes. Linux 6.12 gives no reason.',
      ],
    ],
    sender: 'The sender is not told.',
    counters:
      'IP_RPFILTER: TcpExtIPReversePathFilter. Bad options: IpInHdrErrors. The others: none but those of /proc/net/stat/rt_cache.',
    next: [
      "dropcap -r FILE --summary 'symbol = ip_rcv_finish_core'",
      'ip maddr show dev IFACE',
      'sysctl net.ipv4.conf.IFACE.rp_filter net.ipv4.conf.IFACE.log_martians',
      'lnstat -f rt_cache -c 1',
    ],
    source: ['6.12 net/ipv4/ip_input.c ip_rcv_finish_core'],
  },

  ip6_rcv_core: {
    what: 'An IPv6 packet was dropped by the first checks after its arrival. The reason says why.',
    causes: [
      [
        'The device has no IPv6 at all, for example because its MTU is below 1280.',
        'No reason, and Ip6InDiscards rises. ip -6 addr show dev IFACE is empty.',
      ],
      ['IPv6 is switched off on the device.', 'The reason is IPV6DISABLED, and Ip6InDiscards rises.'],
      ['The frame is for another host.', 'The reason is OTHERHOST.'],
      [
        'The header or the addresses are wrong, or the packet was cut short.',
        'The reason is IP_INHDR or PKT_TOO_SMALL.',
      ],
    ],
    sender: 'The sender is not told.',
    counters: 'Ip6InDiscards, Ip6InHdrErrors, Ip6InTruncatedPkts, or otherhost of the device for OTHERHOST.',
    next: [
      "dropcap -r FILE --summary 'symbol = ip6_rcv_core'",
      'sysctl net.ipv6.conf.IFACE.disable_ipv6',
      'ip link show dev IFACE',
      'nstat -az Ip6InDiscards Ip6InHdrErrors Ip6InTruncatedPkts',
    ],
    source: ['6.12 net/ipv6/ip6_input.c ip6_rcv_core'],
  },

  ip_forward: {
    what: 'An IPv4 packet was to be forwarded, and this host did not send it on. The reason says why.',
    causes: [
      ['Its TTL ran out.', 'The reason is IP_INHDR, and the TTL is 1.'],
      [
        'The packet is larger than the MTU of the way on, and must not be fragmented (DF).',
        'The reason is PKT_TOO_BIG, and IpFragFails rises.',
      ],
      ['An IPsec policy refuses the packet.', 'The reason is XFRM_POLICY. /proc/net/xfrm_stat counts it.'],
      [
        'Large receive offload joined packets that must not be joined on a router.',
        'No reason, and the kernel log says that the driver has LRO on.',
      ],
    ],
    sender:
      'TTL: ICMP time exceeded. MTU: ICMP fragmentation needed. A strict source route that cannot be kept: ICMP source route failed. Otherwise nothing.',
    counters: 'TTL: IpInHdrErrors. MTU: IpFragFails. IPsec: one of /proc/net/xfrm_stat.',
    next: [
      "dropcap -r FILE --summary 'symbol = ip_forward'",
      'ip route get ADDRESS from SOURCE iif IFACE',
      'nstat -az IpInHdrErrors IpFragFails',
      'ethtool -k IFACE',
    ],
    source: ['6.12 net/ipv4/ip_forward.c ip_forward'],
  },

  ip6_forward: {
    what: 'An IPv6 packet was to be forwarded, and this host did not send it on. The reason says why.',
    causes: [
      [
        'An IPsec policy refuses the packet.',
        'No reason, or XFRM_POLICY. Ip6InDiscards rises, and one of /proc/net/xfrm_stat.',
      ],
      [
        'This host does not forward IPv6.',
        'The reason is IP_INADDRERRORS. net.ipv6.conf.all.forwarding is 0, and Ip6InAddrErrors rises.',
      ],
      [
        'The packet is larger than the MTU of the way on.',
        'The reason is PKT_TOO_BIG, and Ip6InTooBigErrors rises.',
      ],
      [
        'Its source is link-local, multicast, loopback or unspecified, which a router must not pass on.',
        'The reason is IP_INADDRERRORS, and the source shows it.',
      ],
    ],
    sender:
      'MTU: ICMPv6 packet too big. Hop limit: ICMPv6 time exceeded. Link-local source: ICMPv6 beyond scope of source address. Otherwise nothing.',
    counters:
      'Ip6InAddrErrors, Ip6InTooBigErrors with Ip6FragFails, Ip6InHdrErrors, or Ip6InDiscards for IPsec policies.',
    next: [
      "dropcap -r FILE --summary 'symbol = ip6_forward'",
      'sysctl net.ipv6.conf.all.forwarding',
      'ip -6 route get ADDRESS from SOURCE iif IFACE',
      'nstat -az Ip6InAddrErrors Ip6InTooBigErrors Ip6InHdrErrors Ip6InDiscards',
    ],
    source: ['6.12 net/ipv6/ip6_output.c ip6_forward'],
  },

  ip_protocol_deliver_rcu: ipDeliver('ip_protocol_deliver_rcu'),
  ip_local_deliver_finish: ipDeliver('ip_local_deliver_finish'),

  ip6_protocol_deliver_rcu: IP6_DELIVER,
  ip6_input_finish: IP6_DELIVER,

  ip6_pkt_drop: {
    what: 'IPv6 has no usable route for a packet: there is no route, or the route says unreachable or prohibit.',
    causes: [
      [
        'There is no route to the destination of a received packet.',
        'The reason is IP_INNOROUTES, and Ip6InNoRoutes rises.',
      ],
      [
        'There is no route for a packet of this host.',
        'The reason is IP_OUTNOROUTES, and Ip6OutNoRoutes rises.',
      ],
      ['A route of type unreachable or prohibit fits.', 'ip -6 route get ADDRESS shows the type.'],
      ['The destination is the unspecified address (::).', 'The reason is IP_INADDRERRORS.'],
    ],
    sender: 'The sender gets an ICMPv6 destination unreachable: no route, or administratively prohibited.',
    counters: 'Ip6InNoRoutes, Ip6OutNoRoutes or Ip6InAddrErrors.',
    next: [
      'ip -6 route get ADDRESS',
      'ip -6 rule',
      'ip -6 route show table all',
      'nstat -az Ip6InNoRoutes Ip6OutNoRoutes Ip6InAddrErrors',
    ],
    source: ['6.12 net/ipv6/route.c ip6_pkt_drop'],
  },

  ip_defrag: {
    what: 'A fragment of an IPv4 datagram was not taken for reassembly.',
    causes: [
      [
        'The memory for fragments is full.',
        'No reason. FRAG memory in /proc/net/sockstat is near net.ipv4.ipfrag_high_thresh.',
      ],
      ['Fragments overlap.', 'No reason, and IpExtReasmOverlaps rises.'],
      [
        'A fragment contradicts those before: it goes beyond the end, or is empty.',
        'No reason, and IpReasmFails rises without IpExtReasmOverlaps.',
      ],
      ['The fragment came before: it is a duplicate.', 'Linux 6.12 and 7.3: the reason is DUP_FRAG.'],
    ],
    sender: 'The sender is not told. Without the whole datagram, TCP repeats its data.',
    counters: 'IpReasmFails, except for duplicates. Overlaps: also IpExtReasmOverlaps.',
    next: [
      "dropcap -r FILE --summary 'symbol = ip_defrag'",
      'nstat -az IpReasmReqds IpReasmFails IpExtReasmOverlaps',
      'cat /proc/net/sockstat',
      'sysctl net.ipv4.ipfrag_high_thresh',
    ],
    source: ['6.12 net/ipv4/ip_fragment.c ip_defrag'],
  },
};
