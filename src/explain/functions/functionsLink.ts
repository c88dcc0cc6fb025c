import type { Explanations } from '../explanation.js';

/** Functions of bridges and ARP that drop packets with several causes. */
export const LINK_FUNCTIONS: Explanations = {
  br_handle_frame: {
    what: 'A bridge refused a frame at the port on which it came.',
    causes: [
      [
        'The port does not forward: the spanning tree blocks it, or it is just starting.',
        'bridge link show shows state blocking, listening or disabled. Linux 7.3: BRIDGE_INGRESS_STP_STATE.',
      ],
      [
        'The frame is a pause frame of Ethernet flow control.',
        'The destination is 01:80:c2:00:00:01. Linux 7.3: MAC_IEEE_MAC_CONTROL.',
      ],
      [
        'The source MAC address is multicast or all zero.',
        'The source address shows it. Linux 7.3: MAC_INVALID_SOURCE.',
      ],
    ],
    sender: 'The sender is not told.',
    counters: 'No counter rises.',
    next: [
      'bridge -d link show',
      'ip -d link show dev IFACE',
      "dropcap -r FILE -v 'symbol = br_handle_frame'",
    ],
    source: ['6.12 net/bridge/br_input.c br_handle_frame'],
  },

  br_handle_frame_finish: {
    what: 'A bridge took a frame from a port and did not forward it.',
    causes: [
      [
        'The port only learns addresses, or is disabled.',
        'bridge link show shows state learning or disabled. Linux 7.3: BRIDGE_INGRESS_STP_STATE.',
      ],
      [
        'No other port takes the frame, or the receiver is reached through the port on which the frame came. Some other kernels report br_flood or br_forward.',
        'The destination is unknown, or bridge fdb show br BRIDGE lists it at the same port. Linux 7.3: NO_TX_TARGET.',
      ],
      [
        'The port is locked, and the source MAC address is not allowed on it (802.1X).',
        'bridge -d link show shows locked on. bridge fdb show has no usable entry for the address.',
      ],
      [
        'An IGMP or MLD message is damaged, and the bridge snoops.',
        'ip -d link show dev BRIDGE shows mcast_snooping 1, and the frame is IGMP or MLD.',
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
    source: ['6.12 net/bridge/br_input.c br_handle_frame_finish'],
  },

  br_forward: {
    what: 'A bridge knows the port of the destination, and may not send the frame there. Some kernels, such as 6.12 of Debian, report br_handle_frame_finish or br_dev_xmit instead.',
    causes: [
      [
        'The destination is reached through the port on which the frame came, and hairpin is off. The receiver usually has the frame already.',
        'bridge fdb show br BRIDGE lists the destination at that port.',
      ],
      [
        'The port of the destination does not forward: the spanning tree blocks it, or it is down.',
        'bridge link show shows another state than forwarding for that port.',
      ],
      [
        'The port of the destination does not have the VLAN of the frame.',
        'bridge vlan show dev IFACE does not list the VLAN.',
      ],
      ['Both ports are isolated.', 'bridge -d link show shows isolated on at both ports.'],
    ],
    sender: 'The sender is not told.',
    counters: 'No counter rises.',
    next: ['bridge fdb show br BRIDGE', 'bridge -d link show', 'bridge vlan show'],
    source: ['6.12 net/bridge/br_forward.c br_forward'],
  },

  br_dev_xmit: {
    what: 'This host sent a packet out through a bridge, and the bridge had no port for the packet.',
    causes: [
      [
        'The bridge has no port that is up and forwards.',
        'bridge link show lists no port in state forwarding.',
      ],
      [
        'The other ports do not have the VLAN of the packet, or do not flood unknown addresses.',
        'bridge vlan show does not list the VLAN, or bridge -d link show shows flood off.',
      ],
      [
        'The packet is IGMP or MLD, is damaged, and the bridge snoops.',
        'ip -d link show dev BRIDGE shows mcast_snooping 1.',
      ],
    ],
    sender: 'The sender is not told. A TCP sender repeats its segment.',
    counters: 'No counter of drops. TX packets of the bridge counts the packet as sent.',
    next: ['bridge link show', 'bridge fdb show br BRIDGE', 'bridge vlan show', 'ip -s link show dev BRIDGE'],
    source: ['6.12 net/bridge/br_device.c br_dev_xmit', '6.12 net/bridge/br_forward.c br_flood'],
  },

  br_allowed_ingress: {
    what: 'A bridge with VLAN filtering refused a frame: its VLAN is not allowed at the port on which it came.',
    causes: [
      [
        'The port does not have the VLAN of the frame.',
        'bridge vlan show dev IFACE does not list the VLAN tag of the frame.',
      ],
      ['The frame has no VLAN tag, and the port has no PVID.', 'bridge vlan show dev IFACE shows no PVID.'],
      [
        'The spanning tree blocks this VLAN at the port.',
        'bridge -d vlan show dev IFACE shows a state that is not forwarding.',
      ],
    ],
    sender: 'The sender is not told.',
    counters:
      'No counter of drops. With vlan_stats_enabled, bridge -s vlan show counts only frames that were allowed.',
    next: [
      'bridge -d vlan show dev IFACE',
      'ip -d link show dev BRIDGE',
      "dropcap -r FILE -v 'symbol = br_allowed_ingress'",
    ],
    source: ['6.12 net/bridge/br_vlan.c br_allowed_ingress'],
  },

  arp_rcv: {
    what: 'An ARP packet has a wrong form: it is too short, or its address lengths do not fit the device.',
    causes: [
      [
        'The sender built it wrongly, or it was cut on its way.',
        'The packet is shorter than 28 bytes on Ethernet, or arp.hw.size is not 6.',
      ],
      ['The packet is ARP for another kind of network.', 'arp.proto.size is not 4.'],
    ],
    sender: 'The sender is not told.',
    counters: 'No counter rises.',
    next: ["dropcap -r FILE -v 'symbol = arp_rcv'", 'tcpdump -eXni IFACE arp'],
    source: ['6.12 net/ipv4/arp.c arp_rcv'],
  },

  arp_process: {
    what: 'An ARP packet arrived whole, and the kernel does not accept what it says.',
    causes: [
      [
        'The packet is neither a request nor a reply, or not for IPv4.',
        'arp.opcode is not 1 or 2, or arp.proto.type is not 0x0800.',
      ],
      ['The packet asks for a multicast or loopback address.', 'arp.dst.proto_ipv4 shows it.'],
      [
        'The packet announces an address, and such announcements are off.',
        'Source and target address are equal, and drop_gratuitous_arp of the device is 1.',
      ],
      [
        'This host answers for others (proxy ARP), and too many answers wait for their delay. Some kernels report pneigh_enqueue.',
        'The packets are requests in a flood, and proxy_arp of the device is 1.',
      ],
    ],
    sender: 'The sender gets no answer, and may ask again.',
    counters: 'No counter rises.',
    next: [
      "dropcap -r FILE -v 'symbol = arp_process'",
      'ip -4 addr show dev IFACE',
      'sysctl net.ipv4.conf.IFACE.drop_gratuitous_arp net.ipv4.conf.IFACE.route_localnet',
      'sysctl net.ipv4.conf.IFACE.proxy_arp net.ipv4.neigh.IFACE.proxy_qlen',
    ],
    source: ['6.12 net/ipv4/arp.c arp_process', '6.12 net/core/neighbour.c pneigh_enqueue'],
  },
};
