import type { Explanations } from '../explanation.js';

/** Functions on the way of a packet through the host that drop it with one cause. */
export const PATH_PLACES: Explanations = {
  nf_hook_slow: {
    what: 'A firewall rule or another user of netfilter said drop. Rules that reject end here too, after their answer.',
    causes: [
      [
        'A rule of iptables (legacy) or ebtables has the target DROP or REJECT.',
        'iptables-save -c shows a DROP or REJECT rule whose counter rises.',
      ],
      [
        'On kernels such as 6.1: an nftables rule or chain policy. Linux 6.12 reports these at nft_do_chain.',
        'nft list ruleset has a rule that fits the packet.',
      ],
      [
        'A part of netfilter itself refused the packet, such as connection tracking, NAT or SYNPROXY.',
        'No rule fits. drop or insert_failed in conntrack -S rises.',
      ],
    ],
    sender:
      'DROP: the sender is not told. REJECT: the sender gets an ICMP error or a TCP RST. A local sender gets EPERM.',
    counters:
      'The counters of the rule. For connection tracking: drop and insert_failed in conntrack -S. For UDP or ICMP of this host also IpOutDiscards or Ip6OutDiscards.',
    next: [
      'iptables-save -c',
      'ip6tables-save -c',
      'nft -a list ruleset',
      'conntrack -S',
      'ebtables -t filter -L --Lc',
    ],
    source: ['6.12 net/netfilter/core.c nf_hook_slow'],
  },

  do_xdp_generic: {
    what: 'An XDP program dropped the packet. The program ran in generic mode: the driver has no XDP, or somebody asked for generic mode.',
    causes: [
      [
        'The program returned XDP_DROP.',
        'ip link show dev IFACE shows xdpgeneric, and no event xdp:xdp_exception comes.',
      ],
      [
        'The program returned XDP_ABORTED or an unknown action, which is an error of the program.',
        'perf trace -e xdp:xdp_exception shows events.',
      ],
      [
        'A redirect of the program failed.',
        'The reason is XDP. perf trace -e xdp:xdp_redirect_err shows events.',
      ],
    ],
    sender: 'The sender is not told.',
    counters: 'No counter of the kernel. The program may count in its maps.',
    next: [
      'ip -d link show dev IFACE',
      'bpftool net show dev IFACE',
      'bpftool prog show',
      "perf trace -e 'xdp:*'",
    ],
    source: ['6.12 net/core/dev.c do_xdp_generic', '6.12 net/core/dev.c netif_receive_generic_xdp'],
  },

  veth_xdp_rcv_skb: {
    what: 'An XDP program at a veth device dropped the packet.',
    causes: [
      [
        'The program returned XDP_DROP, or XDP_ABORTED after an error.',
        'rx_queue_N_xdp_drops rises in ethtool -S IFACE.',
      ],
      [
        'The kernel could not make the packet ready for the program.',
        'rx_queue_N_drops rises in ethtool -S IFACE.',
      ],
    ],
    sender: 'The sender is not told.',
    counters:
      'ethtool -S of the veth device: rx_queue_N_xdp_drops, or rx_queue_N_drops, which is also RX dropped in ip -s link.',
    next: ['ethtool -S IFACE', 'ip -d link show dev IFACE', 'bpftool net show dev IFACE'],
    source: ['6.12 drivers/net/veth.c veth_xdp_rcv_skb'],
  },

  dst_discard: {
    what: 'The route of the packet says discard: it is a blackhole, or the kernel is removing the route.',
    causes: [
      ['An IPv6 route of type blackhole fits the destination.', 'ip -6 route get ADDRESS shows blackhole.'],
      [
        'The output device of the route went down or away while packets still used the route.',
        'ip monitor link shows the device at the same time. The drops end after a moment.',
      ],
      ['The IPv6 packet has no content (next header 59).', 'The next header of the packet is 59.'],
      [
        'An IPsec policy wants a security association that does not exist yet. Packets are discarded until then.',
        'XfrmOutNoStates rises in /proc/net/xfrm_stat.',
      ],
    ],
    sender: 'The sender is not told.',
    counters: 'IPsec: XfrmOutNoStates in /proc/net/xfrm_stat. Otherwise none.',
    next: [
      'ip -6 route get ADDRESS',
      'ip route show type blackhole',
      'ip -6 route show type blackhole',
      'ip monitor link route',
    ],
    source: [
      '6.12 include/net/dst.h dst_discard',
      '6.12 net/ipv6/route.c ip6_rt_init_dst_reject',
      '6.12 net/core/dst.c dst_dev_put',
    ],
  },

  dst_discard_out: {
    what: 'The route of the packet says discard: it is a blackhole, or the kernel is removing the route.',
    causes: [
      ['An IPv6 route of type blackhole fits the destination.', 'ip -6 route get ADDRESS shows blackhole.'],
      [
        'The output device of the route went down or away while packets still used the route.',
        'ip monitor link shows the device at the same time. The drops end after a moment.',
      ],
      ['The IPv6 packet has no content (next header 59).', 'The next header of the packet is 59.'],
      [
        'An IPsec policy wants a security association that does not exist yet. Packets are discarded until then.',
        'XfrmOutNoStates rises in /proc/net/xfrm_stat.',
      ],
    ],
    sender: 'The sender is not told. TCP of this host repeats the segment.',
    counters: 'IPsec: XfrmOutNoStates in /proc/net/xfrm_stat. Otherwise none.',
    next: [
      'ip -6 route get ADDRESS',
      'ip route show type blackhole',
      'ip -6 route show type blackhole',
      'ip monitor link route',
    ],
    source: [
      '6.12 net/core/dst.c dst_discard_out',
      '6.12 net/ipv6/route.c ip6_rt_init_dst_reject',
      '6.12 net/core/dst.c dst_dev_put',
    ],
  },

  ip_error: {
    what: 'The host has no usable IPv4 route for a received packet, or does not forward packets.',
    causes: [
      [
        'A route of type unreachable, prohibit or blackhole fits.',
        'The host forwards, and the drop has no reason. ip route get ADDRESS from SOURCE iif IFACE shows the type.',
      ],
      [
        'The packet is for another host, and this host does not forward.',
        'net.ipv4.conf.IFACE.forwarding is 0. The reason is IP_INADDRERRORS, and IpInAddrErrors rises.',
      ],
      [
        'The host forwards, and has no route to the destination.',
        'The reason is IP_INNOROUTES, and IpExtInNoRoutes rises.',
      ],
    ],
    sender:
      'A host that forwards sends an ICMP destination unreachable, limited in rate: network, host, or prohibited. For blackhole, and without forwarding, nothing is sent.',
    counters:
      'Without forwarding IpInAddrErrors. With forwarding IpExtInNoRoutes if there is no route, else none.',
    next: [
      'ip route get ADDRESS from SOURCE iif IFACE',
      'sysctl net.ipv4.conf.all.forwarding net.ipv4.conf.IFACE.forwarding',
      'ip route show table all',
      'nstat -az IpInAddrErrors IpExtInNoRoutes',
    ],
    source: ['6.12 net/ipv4/route.c ip_error'],
  },

  ip6_mc_input: {
    what: 'An IPv6 multicast packet came for a group that nobody on this host has joined on this device.',
    causes: [
      [
        'The network card let other groups through, as many cards do with their inexact filters.',
        'ip -6 maddr show dev IFACE does not list the group.',
      ],
      [
        'A program that should receive the group joined it on another device, or not at all.',
        'ip -6 maddr show lists the group at another device.',
      ],
    ],
    sender: 'The sender is not told.',
    counters: 'No counter of drops. Ip6InMcastPkts counts the packet as received.',
    next: ['ip -6 maddr show dev IFACE', "dropcap -r FILE 'symbol = ip6_mc_input'"],
    source: ['6.12 net/ipv6/ip6_input.c ip6_mc_input'],
  },

  br_flood: {
    what: 'A bridge had no port to which it could send the frame, and the bridge itself did not want it either. Some kernels, such as 6.12 of Debian, report br_handle_frame_finish or br_dev_xmit instead.',
    causes: [
      [
        'The bridge does not know the destination MAC address, and has no other port that is up and forwards.',
        'bridge link shows only one port in state forwarding.',
      ],
      [
        'Flooding is off at the other ports.',
        'bridge -d link shows flood off, mcast_flood off or bcast_flood off.',
      ],
      [
        'The other ports are isolated, or do not have the VLAN of the frame.',
        'bridge -d link shows isolated on, or bridge vlan does not list the VLAN.',
      ],
    ],
    sender: 'The sender is not told.',
    counters: 'No counter rises.',
    next: [
      'bridge -d link show',
      'bridge fdb show br BRIDGE',
      'bridge vlan show',
      'ip -d link show dev BRIDGE',
    ],
    source: ['6.12 net/bridge/br_forward.c br_flood'],
  },

  inet_frag_rbtree_purge: {
    what: 'Fragments of a datagram waited for the missing ones, and were given up. The datagram is IPv4, IPv6 or 6LoWPAN.',
    causes: [
      [
        'A fragment was lost on its way, and the time for reassembly ran out.',
        'IpReasmTimeout or Ip6ReasmTimeout rises.',
      ],
      [
        'Fragments overlap or contradict each other.',
        'IpReasmFails or Ip6ReasmFails rises without ReasmTimeout.',
      ],
      [
        'A firewall or a NAT drops fragments without ports.',
        'Only first fragments, or only later ones, arrive.',
      ],
      ['The network namespace of the fragments is gone.', 'A container stopped at the same time.'],
    ],
    sender:
      'At a timeout the sender gets an ICMP time exceeded (fragment reassembly). The first fragment must have come, and this host must be the receiver.',
    counters:
      'IpReasmTimeout and IpReasmFails, or Ip6ReasmTimeout and Ip6ReasmFails. These counters count datagrams, not fragments.',
    next: [
      'nstat -az IpReasmTimeout IpReasmFails Ip6ReasmTimeout Ip6ReasmFails',
      "dropcap -r FILE -v 'symbol = inet_frag_rbtree_purge'",
      'cat /proc/net/sockstat',
    ],
    source: ['6.12 net/ipv4/inet_fragment.c inet_frag_rbtree_purge'],
  },
};
