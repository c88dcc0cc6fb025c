import type { Explanations } from '../explanation.js';

/** Packets that the IP layer received and refused. */
export const IP_INPUT: Explanations = {
  OTHERHOST: {
    what: 'The frame has the MAC address of another host, and this host saw it anyway. Nothing is lost for this host.',
    causes: [
      [
        'The device is in promiscuous mode: a capture tool, a bridge or a virtual machine uses it.',
        'ip -d link show dev IFACE shows promiscuity 1 or more.',
      ],
      [
        'A switch sends the frame to all ports, because it does not know the MAC address.',
        'Frames for many hosts arrive. These frames stop when the real receiver has sent something.',
      ],
      [
        'The sender has a wrong MAC address for this host, for example after a failover.',
        'The IP destination is an address of this host. The sender shows the old MAC address in ip neigh.',
      ],
      [
        'The frame has a VLAN tag, and no device has that VLAN.',
        'ip -d link show type vlan does not list the VLAN of the frame.',
      ],
    ],
    sender: 'The sender is not told.',
    counters: 'Only the counter otherhost of the device, in ip -s -s link.',
    next: [
      'ip -d link show dev IFACE',
      'ip -s -s link show dev IFACE',
      "dropcap -r FILE 'reason = OTHERHOST'",
    ],
    source: ['6.12 net/ipv4/ip_input.c ip_rcv_core', '6.12 net/ipv6/ip6_input.c ip6_rcv_core'],
  },

  IP_INHDR: {
    what: 'The IP header is wrong, or has an address that it must not have. At ip_forward and ip6_forward the TTL or hop limit ran out instead.',
    causes: [
      [
        'A packet to be forwarded came with TTL or hop limit 1.',
        'The function is ip_forward or ip6_forward.',
      ],
      [
        'The IPv4 header has a wrong version, a header length below 20, or a total length below its header. Linux 7.3: or wrong options.',
        'The function is ip_rcv_core, and ip.version, ip.hdr_len or ip.len is wrong. For options: ip_rcv_finish_core. In a bridge with br_netfilter: br_nf_pre_routing, also for a wrong checksum or a cut packet.',
      ],
      [
        'An IPv6 packet came from outside with a loopback address, a multicast source, or an interface-local group.',
        'The function is ip6_rcv_core. The addresses of the packet show the error.',
      ],
      [
        'An IPv6 extension header has options that are too many, too long, or with bad padding.',
        'The function is one of net/ipv6/exthdrs.c, such as ip6_parse_tlv.',
      ],
    ],
    sender:
      'TTL or hop limit: the sender gets an ICMP time exceeded. Bad IPv4 options and some bad IPv6 options: an ICMP parameter problem. Otherwise nothing.',
    counters:
      'IpInHdrErrors or Ip6InHdrErrors. In a bridge also IpExtInCsumErrors, or IpExtInTruncatedPkts alone for a cut packet. ICMP errors with a bad inner header: IcmpInErrors.',
    next: [
      "dropcap -r FILE -v 'reason = IP_INHDR'",
      'nstat -az IpInHdrErrors Ip6InHdrErrors',
      'ip -s -s link show dev IFACE',
    ],
    source: [
      '6.12 net/ipv4/ip_input.c ip_rcv_core',
      '6.12 net/ipv6/ip6_input.c ip6_rcv_core',
      '6.12 net/ipv4/ip_forward.c ip_forward',
      '6.12 net/ipv6/ip6_output.c ip6_forward',
      '6.12 net/ipv6/exthdrs.c ip6_parse_tlv',
      '6.12 net/ipv4/icmp.c icmp_unreach',
      '6.12 net/bridge/br_netfilter_hooks.c br_nf_pre_routing',
      '7.3 net/ipv4/ip_input.c ip_rcv_options',
    ],
  },

  IP_RPFILTER: {
    what: 'Reverse path filtering (rp_filter) refused the packet. This host would send answers through another device, or not at all. The larger one of the settings for all and for the device holds.',
    causes: [
      [
        'Routing is asymmetric, and rp_filter is 1 (strict): answers would leave through another device.',
        'ip route get SOURCE shows another device than the one on which the packet came.',
      ],
      [
        'There is no route back at all. rp_filter 2 (loose) refuses such packets too.',
        'ip route get SOURCE says that the network is unreachable.',
      ],
      [
        'The device has no IPv4 address, or its address is in another routing table or VRF.',
        'ip -4 addr show dev IFACE is empty, or ip rule lists a table that packets of the other direction use.',
      ],
      [
        'The sender forged its source address.',
        'The source is not an address of the network of this device.',
      ],
    ],
    sender: 'The sender is not told.',
    counters:
      'TcpExtIPReversePathFilter, for all protocols. With log_martians=1 the kernel log has a line "martian source".',
    next: [
      'ip route get SOURCE',
      'sysctl net.ipv4.conf.all.rp_filter net.ipv4.conf.IFACE.rp_filter',
      'nstat -az TcpExtIPReversePathFilter',
      'ip rule',
    ],
    source: [
      '6.12 net/ipv4/ip_input.c ip_rcv_finish_core',
      '7.3 net/ipv4/fib_frontend.c __fib_validate_source',
    ],
  },

  UNICAST_IN_L2_MULTICAST: {
    what: 'The frame was sent to a broadcast or multicast MAC address, but its IP destination is one host. A setting says to drop such packets.',
    causes: [
      [
        'drop_unicast_in_l2_multicast is 1, and somebody sends unicast packets in multicast frames. On wireless networks this can be an attack.',
        'The sysctl shows 1. The destination MAC address begins with 01, 33:33 or ff.',
      ],
      [
        'A cluster shares an IP address through a multicast MAC address, as some load balancers do.',
        'The packets go to the shared address of the cluster.',
      ],
    ],
    sender: 'The sender is not told.',
    counters: 'IPv4: none. IPv6: Ip6InHdrErrors.',
    next: [
      'sysctl net.ipv4.conf.all.drop_unicast_in_l2_multicast net.ipv4.conf.IFACE.drop_unicast_in_l2_multicast',
      'sysctl net.ipv6.conf.IFACE.drop_unicast_in_l2_multicast',
      "dropcap -r FILE -v 'reason = UNICAST_IN_L2_MULTICAST'",
    ],
    source: ['6.12 net/ipv4/ip_input.c ip_rcv_finish_core', '6.12 net/ipv6/ip6_input.c ip6_rcv_core'],
  },

  IP_NOPROTO: {
    what: 'The packet came for this host with an IP protocol that the kernel does not handle. No raw socket wants the packet.',
    causes: [
      [
        'A module is not loaded, for example for GRE (47), IPsec ESP (50), SCTP (132) or IP in IP (4).',
        'lsmod does not list ip_gre, esp4, sctp or ipip. The protocol number is in the IP header.',
      ],
      [
        'A daemon with a raw socket does not run, such as for OSPF (89), VRRP (112) or EIGRP (88).',
        'ss -wan does not list the protocol.',
      ],
      ['Somebody scans for protocols.', 'Many protocol numbers come from one source.'],
    ],
    sender:
      'IPv4: the sender gets an ICMP protocol unreachable. IPv6: an ICMPv6 parameter problem, unrecognized next header. Neither is sent for multicast.',
    counters: 'IpInUnknownProtos or Ip6InUnknownProtos.',
    next: [
      "dropcap -r FILE -v 'reason = IP_NOPROTO'",
      'ss -wan',
      'lsmod',
      'nstat -az IpInUnknownProtos Ip6InUnknownProtos',
    ],
    source: [
      '6.12 net/ipv4/ip_input.c ip_protocol_deliver_rcu',
      '6.12 net/ipv6/ip6_input.c ip6_protocol_deliver_rcu',
    ],
  },

  PKT_TOO_SMALL: {
    what: 'The packet has fewer bytes than its headers say, or a header says less than its own size.',
    causes: [
      [
        'The packet was cut on its way, by a driver, a tunnel or a device in the network.',
        'ip.len or the UDP length is larger than the frame. The function is ip_rcv_core, ip6_rcv_core or __udp4_lib_rcv.',
      ],
      [
        'The sender built the packet by hand, wrongly or as a scan.',
        'The TCP data offset is below 5, or the UDP length is below 8.',
      ],
      [
        'An ICMP, ICMPv6 or neighbour discovery message is too short, or a tunnel packet has no room for its inner header.',
        'The function is icmp_rcv, icmpv6_rcv, or one of a tunnel such as vxlan_rcv.',
      ],
    ],
    sender: 'The sender is not told. A TCP sender repeats its segment.',
    counters:
      'IP: IpExtInTruncatedPkts or Ip6InTruncatedPkts. UDP: UdpInErrors or Udp6InErrors. TCP: TcpInErrs. ICMP: IcmpInErrors. Neighbour discovery: none.',
    next: [
      "dropcap -r FILE -v 'reason = PKT_TOO_SMALL'",
      'nstat -az IpExtInTruncatedPkts Ip6InTruncatedPkts UdpInErrors Udp6InErrors TcpInErrs IcmpInErrors',
      'ip -s -s link show dev IFACE',
      'ethtool -S IFACE',
    ],
    source: [
      '6.12 net/ipv4/ip_input.c ip_rcv_core',
      '6.12 net/ipv6/ip6_input.c ip6_rcv_core',
      '6.12 net/ipv4/udp.c __udp4_lib_rcv',
      '6.12 net/ipv6/udp.c __udp6_lib_rcv',
      '6.12 net/ipv4/tcp_ipv4.c tcp_v4_rcv',
      '6.12 net/ipv4/tcp_input.c tcp_rcv_established',
      '6.12 net/ipv4/icmp.c icmp_redirect',
      '6.12 net/ipv6/ndisc.c ndisc_recv_ns',
      '6.12 include/linux/skbuff.h pskb_may_pull_reason',
    ],
  },
};
