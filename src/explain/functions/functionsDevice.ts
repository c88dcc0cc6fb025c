import type { Explanations } from '../explanation.js';

/** Functions of network devices and the core that drop packets with several causes. */
export const DEVICE_FUNCTIONS: Explanations = {
  __netif_receive_skb_core: {
    what: 'A received frame found nobody who handles it, or a tc filter at ingress dropped it. The reason says which.',
    causes: [
      [
        'Nothing on this host handles the protocol: for example LLDP, STP, CDP, or IPX frames.',
        'The reason is UNHANDLED_PROTO, and the EtherType of the frame shows it.',
      ],
      [
        'A filter of tc or a BPF program at ingress dropped the frame.',
        'The reason is TC_INGRESS, or another one that begins with TC_. bpftool net show dev IFACE lists BPF programs.',
      ],
      [
        'The frame came on an inactive device of a bond.',
        'nohandler in ip -s -s link rises instead of dropped.',
      ],
      [
        'The host is short of memory, and the frame lay in the emergency reserve.',
        'vmstat 1 shows hardly any free memory.',
      ],
    ],
    sender: 'The sender is not told.',
    counters:
      'RX dropped of the device, or nohandler in ip -s -s link. A tc filter: dropped of the clsact or ingress qdisc. A BPF program attached with tcx: none.',
    next: [
      "dropcap -r FILE --summary 'symbol = __netif_receive_skb_core'",
      'ip -s -s link show dev IFACE',
      'tc -s filter show dev IFACE ingress',
      'bpftool net show dev IFACE',
    ],
    source: ['6.12 net/core/dev.c __netif_receive_skb_core', '6.12 net/core/dev.c sch_handle_ingress'],
  },

  __dev_queue_xmit: {
    what: 'A packet was dropped on its way to the driver of the output device. The reason says why.',
    causes: [
      [
        'A device without a queue, such as a tunnel, is down or sends to itself in a loop.',
        'Linux 6.12: no reason. A loop: the kernel log says "Dead loop on virtual device".',
      ],
      [
        'The queue of the device is full, or its queueing discipline drops early.',
        'The reason is QDISC_DROP, or begins with FQ_ or QDISC_. dropped in tc -s qdisc show dev IFACE rises.',
      ],
      [
        'A filter of tc or a BPF program at egress dropped the packet.',
        'The reason is TC_EGRESS. tc -s filter show dev IFACE egress counts.',
      ],
      ['A segment for the network card to split is malformed.', 'The reason is SKB_BAD_GSO.'],
    ],
    sender:
      'TCP slows down and repeats the segment. UDP of this host: ENOBUFS if IP_RECVERR is set. A remote sender is not told.',
    counters:
      'Queue: dropped in tc -s qdisc. Device down, loop, malformed: TX dropped of the device. UDP or ICMP of this host: also IpOutDiscards or Ip6OutDiscards.',
    next: [
      "dropcap -r FILE --summary 'symbol = __dev_queue_xmit'",
      'tc -s qdisc show dev IFACE',
      'ip -s link show dev IFACE',
      'tc -s filter show dev IFACE egress',
      'journalctl -k --since -1h',
    ],
    source: ['6.12 net/core/dev.c __dev_queue_xmit', '6.12 net/core/dev.c sch_handle_egress'],
  },

  __dev_xmit_skb: {
    what: 'The queueing discipline (qdisc) of the output device did not take a packet.',
    causes: [
      [
        'The queue is full: packets come faster than the device sends.',
        'dropped in tc -s qdisc show dev IFACE rises, and backlog is near the limit.',
      ],
      [
        'A shaper or a fair queue drops to keep its limits.',
        'The qdisc is one such as tbf, htb, fq, fq_codel or cake, and backlog is below the limit.',
      ],
      ['The device is being shut down.', 'ip monitor link shows it at the same time.'],
      ['A rule of tc sends the packet back to the same queue.', 'The reason is TC_RECLASSIFY_LOOP.'],
    ],
    sender:
      'TCP slows down and repeats the segment. UDP of this host: ENOBUFS if IP_RECVERR is set. A remote sender is not told.',
    counters:
      'dropped in tc -s qdisc show dev IFACE, except for a device that is shut down and a loop. UDP or ICMP of this host: also IpOutDiscards or Ip6OutDiscards.',
    next: [
      'tc -s qdisc show dev IFACE',
      "dropcap -r FILE --summary 'symbol = __dev_xmit_skb'",
      'ip -s link show dev IFACE',
    ],
    source: ['6.12 net/core/dev.c __dev_xmit_skb'],
  },

  net_tx_action: {
    what: 'Code in an interrupt gave up a packet, and the kernel freed it a moment later. The place that dropped the packet is not known.',
    causes: [
      [
        'A driver freed a packet after it was sent, with the call for drops. Nothing was lost.',
        'TX packets of the device count the packet, and TX dropped does not rise.',
      ],
      [
        'A driver could not send the packet, or the device was stopped.',
        'TX errors or TX dropped of the device rises.',
      ],
    ],
    sender: 'The sender is not told.',
    counters: 'Those of the driver: ip -s -s link and ethtool -S.',
    next: [
      "dropcap -r FILE -v 'symbol = net_tx_action'",
      'ip -s -s link show dev IFACE',
      'ethtool -S IFACE',
      'journalctl -k --since -1h',
    ],
    source: ['6.12 net/core/dev.c net_tx_action'],
  },

  tun_net_xmit: {
    what: 'A packet was sent to a tun or tap device, and its program did not get it. The reason says why.',
    causes: [
      [
        'The program, such as a virtual machine or a VPN, reads too slowly: its ring is full.',
        'The reason is FULL_RING. The length of the ring is qlen in ip link show dev IFACE.',
      ],
      [
        'No program has opened the device, or this queue of the device.',
        'The reason is DEV_READY. ip -d tuntap show lists no program, or the device has multi_queue.',
      ],
      [
        'A filter of the program refuses the packet.',
        'The reason is TAP_FILTER, TAP_TXFILTER or SOCKET_FILTER.',
      ],
      ['There is no memory for a copy.', 'The reason is NOMEM or SKB_UCOPY_FAULT.'],
    ],
    sender: 'The sender is not told. A TCP sender repeats its segment.',
    counters: 'TX dropped of the device.',
    next: [
      'ip -s link show dev IFACE',
      "dropcap -r FILE --summary 'symbol = tun_net_xmit'",
      'ip -d tuntap show',
    ],
    source: ['6.12 drivers/net/tun.c tun_net_xmit'],
  },

  veth_xmit: {
    what: 'A packet was sent into a veth device, and the other end could not take it.',
    causes: [
      [
        'The two devices are being removed: a container or namespace stopped.',
        'ip monitor link shows the device deleted at the same time.',
      ],
      [
        'The ring of the other end is full, because its processor does not keep up. Only with XDP or GRO at that end.',
        'The drops come in bursts, and ethtool -k of the other end shows generic-receive-offload: on.',
      ],
      ['The packet is shorter than an Ethernet header.', 'The length of the packet is below 14 bytes.'],
    ],
    sender: 'TCP slows down and repeats the segment. A remote sender is not told.',
    counters: 'TX dropped of the veth device.',
    next: ['ip -s link show dev IFACE', 'ip -d link show type veth', 'ethtool -k IFACE', 'ethtool -S IFACE'],
    source: ['6.12 drivers/net/veth.c veth_xmit'],
  },

  vxlan_rcv: {
    what: 'A VXLAN packet came for this host and could not be unpacked or delivered. The reason says why.',
    causes: [
      [
        'No VXLAN device has the network identifier (VNI) of the packet.',
        'The reason is VXLAN_VNI_NOT_FOUND. ip -d link show type vxlan does not list the VNI.',
      ],
      [
        'The header has flags that the device does not use: the other end has an extension such as GBP or GPE.',
        'The reason is VXLAN_INVALID_HDR.',
      ],
      [
        'A MAC address is wrong: the frame came back, or a static entry says another end.',
        'The reason is LOCAL_MAC, MAC_INVALID_SOURCE or VXLAN_ENTRY_EXISTS.',
      ],
      [
        'The device is down, or the inner packet is cut short or has an ECN field that does not fit.',
        'The reason is DEV_READY, PKT_TOO_SMALL or IP_TUNNEL_ECN.',
      ],
    ],
    sender: 'The sender is not told.',
    counters:
      'Inner packet cut short or with a bad ECN field: RX errors of the device. Device down: RX dropped. The others: none.',
    next: [
      "dropcap -r FILE --summary 'symbol = vxlan_rcv'",
      'ip -d link show type vxlan',
      'bridge fdb show dev IFACE',
      'ip -s -s link show dev IFACE',
    ],
    source: [
      '6.12 drivers/net/vxlan/vxlan_core.c vxlan_rcv',
      '6.12 drivers/net/vxlan/vxlan_core.c vxlan_set_mac',
    ],
  },
};
