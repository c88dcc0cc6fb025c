import type { Explanation, Explanations } from '../explanation.js';

const UNHANDLED_PROTO: Explanation = {
  what: 'Nothing on this host takes packets of this protocol. Mostly the protocol is the EtherType of a frame. The protocol can also be an ICMP type, an IPv6 option or an IP version.',
  causes: [
    [
      'The frame has an EtherType without a receiver, such as LLDP, a switch protocol or IPX.',
      '/proc/net/ptype does not list the EtherType, and the function is __netif_receive_skb_core.',
    ],
    [
      'The device does not pass frames on, because it is an inactive port of a bond or team.',
      'The device is such a port, and ip -s -s link shows a rising nohandler for it.',
    ],
    [
      'An ICMP message has a type above 18, but not 42 or 43.',
      'The function is icmp_rcv, and IcmpInErrors rises.',
    ],
    [
      'An IPv6 header has a version that is not 6, or an option that this kernel does not know.',
      'The packet is IPv6, and Ip6InHdrErrors rises.',
    ],
  ],
  sender:
    'Not told. Only for an unknown IPv6 option that asks for it, the sender gets an ICMPv6 parameter problem.',
  counters:
    'Frames: rx_dropped of the device, or rx_nohandler for an inactive port. ICMP: IcmpInErrors. IPv6: Ip6InHdrErrors.',
  next: [
    'cat /proc/net/ptype',
    'ip -s -s link show dev IFACE',
    "dropcap -r FILE 'reason = UNHANDLED_PROTO'",
    'nstat -az IcmpInErrors Ip6InHdrErrors',
  ],
  source: [
    '6.12 net/core/dev.c __netif_receive_skb_core',
    '6.12 net/ipv4/icmp.c icmp_rcv',
    '6.12 net/ipv6/ip6_input.c ip6_rcv_core',
    '6.12 net/ipv6/exthdrs.c ip6_tlvopt_unknown',
  ],
};

/** Drop reasons of network devices of any kind. */
export const DEVICES: Explanations = {
  UNHANDLED_PROTO,
  // 5.18 had this name.
  PTYPE_ABSENT: UNHANDLED_PROTO,
  DEV_READY: {
    what: 'A network device was down, was being removed, or no program had it open. The packet was for that device, or came from there.',
    causes: [
      [
        'The device is down, or has no carrier.',
        'ip link shows DOWN or NO-CARRIER for the device. For Open vSwitch this is the output port.',
      ],
      [
        'No program has the tun or tap device open, for example because a virtual machine or VPN ended.',
        'The function is tun_net_xmit, and ip -d tuntap show lists no process for the device.',
      ],
      [
        'The device was removed while packets waited in the queue of a processor.',
        'The drops fall together with a removal in ip monitor link. The function is flush_backlog.',
      ],
      [
        'A port left its bridge while br_netfilter worked on a packet.',
        'The function is one of br_netfilter, and the time fits a change in bridge monitor link.',
      ],
    ],
    sender: 'The sender is not told. A program that writes to a tun device that is down gets the error EIO.',
    counters:
      'tun and tap output: tx_dropped. tun and tap input, VXLAN input and enqueue_to_backlog: rx_dropped. Output in 7.3: tx_dropped of a device without a queue, tx_errors of VXLAN. Open vSwitch, br_netfilter and flush_backlog: none.',
    next: ['ip -s link show dev IFACE', 'ip -d tuntap show', 'ip monitor link', 'ovs-vsctl show'],
    source: [
      '6.12 drivers/net/tun.c tun_net_xmit',
      '6.12 drivers/net/vxlan/vxlan_core.c vxlan_rcv',
      '6.12 net/openvswitch/actions.c do_output',
      '6.12 net/core/dev.c enqueue_to_backlog',
      '6.12 net/core/dev.c flush_backlog',
      '6.12 net/bridge/br_netfilter_hooks.c br_nf_pre_routing',
      '7.3 net/core/dev.c __dev_queue_xmit',
    ],
  },
  RECURSION_LIMIT: {
    what: 'Sending the packet led from one virtual device to the next, and too many devices were nested. Usually the way of the packet is a circle.',
    causes: [
      [
        'The route to the remote end of a tunnel leads through the tunnel itself.',
        'ip route get for the remote address shows the tunnel device.',
      ],
      [
        'Virtual devices, tc mirred or eBPF redirects send packets around in a circle.',
        'The kernel log has "Dead loop on virtual device" with the name of the device.',
      ],
      [
        'The driver of a virtual device could not take the packet and asked for a queue.',
        'The kernel log has "asks to queue packet!" with the name of the device.',
      ],
      [
        'A received frame has more than eight nested VLAN tags of VLAN 0.',
        'The function is __netif_receive_skb_core, and the frame begins with these tags.',
      ],
    ],
    sender: 'The sender is not told. TCP sends again, into the same circle.',
    counters: 'Tunnels: tx_errors of the device. Other output: tx_dropped. Nested VLAN tags: rx_dropped.',
    next: [
      "journalctl -k -g 'dead loop|asks to queue'",
      'ip route get REMOTE',
      'ip -d link show dev IFACE',
      'tc -s filter show dev IFACE egress',
      'ip -s -s link show dev IFACE',
    ],
    source: [
      '7.3 net/core/dev.c __dev_queue_xmit',
      '7.3 net/ipv4/ip_tunnel_core.c iptunnel_xmit',
      '7.3 include/net/ip6_tunnel.h ip6tunnel_xmit',
      '7.3 net/core/dev.c __netif_receive_skb_core',
    ],
  },
  SKB_BAD_GSO: {
    what: 'A large packet, which the kernel or the network card must cut into segments, has headers that do not fit its length. The packet is not sent.',
    causes: [
      [
        'A virtual machine or a program gave a large packet with a wrong description (virtio header) to a tap device or packet socket.',
        'The packets come from one virtual machine or program.',
      ],
      [
        'The TCP header is damaged or incomplete.',
        'The header length in the TCP header is below 20 bytes, or exceeds the packet.',
      ],
      ['The packet has headers, but no data to cut.', 'The packet ends right after its TCP or UDP header.'],
    ],
    sender: 'The program or virtual machine that sent the packet is not told.',
    counters: 'tx_dropped of the output device.',
    next: [
      "dropcap -r FILE 'reason = SKB_BAD_GSO'",
      'ip -s link show dev IFACE',
      'ethtool -k IFACE',
      'ethtool -K IFACE tso off gso off',
    ],
    source: ['6.12 net/core/dev.c qdisc_pkt_len_init', '7.3 net/core/dev.c qdisc_pkt_len_segs_init'],
  },
  SKB_CSUM: {
    what: 'The checksum of the packet was wrong for a raw IPv6 socket, or could not be computed for a macvtap or ipvtap device.',
    causes: [
      [
        'A raw IPv6 socket for ICMPv6 or with IPV6_CHECKSUM checks checksums, and the packet was damaged on its way.',
        'The function is rawv6_rcv or rawv6_rcv_skb, and ss -6 -w -a -m shows a rising d for a socket.',
      ],
      [
        'A program set IPV6_CHECKSUM on its raw socket, and the protocol has no checksum that covers the IPv6 addresses.',
        'Every packet to that socket is dropped.',
      ],
      [
        'The checksum for a packet to a virtual machine could not be computed, because its position is wrong or memory ran out.',
        'The function is tap_handle_frame.',
      ],
    ],
    sender: 'The sender is not told.',
    counters:
      'Raw sockets: the drop count of the socket (d in ss -m, and the last column of /proc/net/raw6). macvtap and ipvtap: rx_errors and rx_dropped.',
    next: [
      'ss -6 -w -a -m -p',
      'cat /proc/net/raw6',
      "dropcap -r FILE 'reason = SKB_CSUM'",
      'ip -s -s link show dev IFACE',
    ],
    source: [
      '6.12 net/ipv6/raw.c rawv6_rcv',
      '6.12 net/ipv6/raw.c rawv6_rcv_skb',
      '6.12 drivers/net/tap.c tap_handle_frame',
    ],
  },
};
