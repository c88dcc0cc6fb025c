import type { Explanations } from '../explanation.js';
import { dropTrap } from './trapRow.js';

const SAME_HOST =
  'All packets have the same source MAC address: the station, or the router before it, that sends them.';

/** Packets that a device had to route and dropped: trap group l3_drops. */
export const ROUTING_TRAPS: Explanations = {
  blackhole_route: dropTrap('blackhole_route', {
    id: 'BLACKHOLE_ROUTE',
    drivers: ['mlxsw'],
    what:
      'The packet matched a route of type blackhole, and the device dropped it silently, as the route ' +
      'says.',
    causes: [
      [
        'An administrator or a routing daemon set the route, for example against an attack.',
        'ip route show type blackhole lists it; proto shows who set it.',
      ],
      [
        'The route covers a network of which a part is not in use.',
        'The destination is inside the network, and no more specific route exists for it.',
      ],
    ],
    next: [
      'ip route show table all type blackhole',
      'ip -6 route show table all type blackhole',
      'ip route get ADDRESS',
    ],
    source: ['6.12 drivers/net/ethernet/mellanox/mlxsw/spectrum_router.c mlxsw_sp_fib_entry_op_blackhole'],
  }),
  blackhole_nexthop: dropTrap('blackhole_nexthop', {
    id: 'BLACKHOLE_NEXTHOP',
    drivers: ['mlxsw'],
    what:
      'The packet matched a route whose nexthop object is a blackhole, and the device dropped it ' +
      'silently.',
    causes: [
      [
        'An administrator or a routing daemon put a blackhole into the nexthop object.',
        'ip nexthop show lists an object with blackhole, and a route with its nhid.',
      ],
    ],
    next: ['ip nexthop show', 'ip -d route show table all', 'ip monitor nexthop'],
    source: ['6.12 drivers/net/ethernet/mellanox/mlxsw/spectrum_router.c MLXSW_SP_NEXTHOP_ACTION_DISCARD'],
  }),
  non_ip: dropTrap('non_ip', {
    id: 'NON_IP_PACKET',
    drivers: ['mlxsw'],
    what:
      "The frame is for the router's own MAC address, so the device had to route it, but it is neither " +
      'IP nor MPLS.',
    causes: [
      [
        'A station speaks another protocol to the router.',
        'The EtherType in the packet is that of the protocol.',
      ],
      ['A program or a test tool sends frames with a wrong EtherType.', SAME_HOST],
    ],
    next: ["dropcap -r FILE 'trap = non_ip'", 'ip neigh show'],
  }),
  uc_dip_over_mc_dmac: dropTrap('uc_dip_over_mc_dmac', {
    id: 'UC_DIP_MC_DMAC',
    drivers: ['mlxsw'],
    what:
      'The packet has a unicast destination address of IP, but a multicast or broadcast destination ' +
      'MAC address. ' +
      'Routing such packets would multiply them, so the device dropped it.',
    causes: [
      [
        'A cluster for load balancing answers ARP with a multicast MAC address.',
        'ip neigh show lists a MAC address whose first octet is odd.',
      ],
      [
        'A station sends unicast packets to the broadcast MAC address.',
        'The destination MAC address is ff:ff:ff:ff:ff:ff.',
      ],
    ],
    next: ["dropcap -r FILE 'trap = uc_dip_over_mc_dmac'", 'ip neigh show'],
  }),
  dip_is_loopback_address: dropTrap('dip_is_loopback_address', {
    id: 'DIP_LB',
    drivers: ['mlxsw'],
    what:
      'A packet that came over the network has a destination in 127.0.0.0/8 or ::1. ' +
      'Such addresses exist only inside a host.',
    causes: [
      [
        'A NAT rule or a proxy of the sender rewrites the destination to a loopback address.',
        'nft list ruleset on the sending host shows a dnat to 127.0.0.1.',
      ],
      [
        'Somebody tests whether the device forwards forged packets.',
        'Many ports or sources, in a short time.',
      ],
    ],
    next: ["dropcap -r FILE 'trap = dip_is_loopback_address'", 'ip neigh show'],
  }),
  sip_is_mc: dropTrap('sip_is_mc', {
    id: 'SIP_MC',
    drivers: ['mlxsw'],
    what: 'The source address of the packet is a multicast address. No host may send from such an address.',
    causes: [
      ['A program or a test tool builds packets with a wrong source address.', SAME_HOST],
      [
        'Somebody forges source addresses.',
        'Sources differ from packet to packet, and other traps for forged addresses count, too.',
      ],
    ],
    next: ["dropcap -r FILE 'trap = sip_is_mc'", 'devlink -s trap group show DEVICE group l3_drops'],
  }),
  sip_is_loopback_address: dropTrap('sip_is_loopback_address', {
    id: 'SIP_LB',
    drivers: ['mlxsw'],
    what:
      'A packet that came over the network has a source in 127.0.0.0/8 or ::1. ' +
      'No answer could reach that source.',
    causes: [
      [
        'A NAT rule on the sending host lets packets of a local program out with the loopback address.',
        'net.ipv4.conf.IFACE.route_localnet is 1 on the sending host.',
      ],
      ['Somebody forges source addresses.', 'Many sources or ports, in a short time.'],
    ],
    next: ["dropcap -r FILE 'trap = sip_is_loopback_address'", 'ip neigh show'],
  }),
  ip_header_corrupted: dropTrap('ip_header_corrupted', {
    id: 'CORRUPTED_IP_HDR',
    drivers: ['mlxsw'],
    what:
      'The IP header of the packet is damaged: wrong checksum, wrong version, or a header length that ' +
      'is too short.',
    causes: [
      [
        'A program or a test tool builds packets with a wrong header.',
        'The same error in each packet, from one source.',
      ],
      [
        'A sender or a tunnel changes the header and does not correct the checksum.',
        'Only the checksum is wrong, in packets of one sender; ethtool -S IFACE shows no other errors.',
      ],
      [
        'Memory of a switch or a sender on the path damages packets.',
        'Errors differ from packet to packet, and the frame checksum was right.',
      ],
    ],
    next: ["dropcap -r FILE 'trap = ip_header_corrupted'", 'ethtool -S IFACE'],
  }),
  ipv4_sip_is_limited_bc: dropTrap('ipv4_sip_is_limited_bc', {
    id: 'IPV4_SIP_BC',
    drivers: ['mlxsw'],
    what: 'The source address of the IPv4 packet is 255.255.255.255. No host may send from that address.',
    causes: [
      ['A program or a test tool builds packets with a wrong source address.', SAME_HOST],
      [
        'Somebody forges source addresses.',
        'Other traps for forged addresses count, too, such as sip_is_mc.',
      ],
    ],
    next: [
      "dropcap -r FILE 'trap = ipv4_sip_is_limited_bc'",
      'devlink -s trap group show DEVICE group l3_drops',
    ],
  }),
  ipv6_mc_dip_reserved_scope: dropTrap('ipv6_mc_dip_reserved_scope', {
    id: 'IPV6_MC_DIP_RESERVED_SCOPE',
    drivers: ['mlxsw'],
    what:
      'The IPv6 packet is for a multicast address with the reserved scope 0: the fourth digit of ' +
      'ffX0:: is 0.',
    causes: [
      [
        'A program uses a multicast address that somebody typed wrongly.',
        'The destination is the same each time, and is in the configuration of a program.',
      ],
    ],
    next: ["dropcap -r FILE 'trap = ipv6_mc_dip_reserved_scope'", 'ip -6 neigh show'],
  }),
  ipv6_mc_dip_interface_local_scope: dropTrap('ipv6_mc_dip_interface_local_scope', {
    id: 'IPV6_MC_DIP_INTERFACE_LOCAL_SCOPE',
    drivers: ['mlxsw'],
    what:
      'The IPv6 packet is for a multicast address with interface-local scope: the fourth digit of ' +
      'ffX1:: is 1. ' +
      'Such a packet must not leave the interface of its sender, so the device does not route it.',
    causes: [
      [
        'A program sends to ff01:: over the network, where ff02:: (the link) was meant.',
        'The destination is the same each time, and is in the configuration of a program.',
      ],
    ],
    next: ["dropcap -r FILE 'trap = ipv6_mc_dip_interface_local_scope'", 'ip -6 neigh show'],
  }),
  non_routable_packet: dropTrap('non_routable_packet', {
    id: 'NON_ROUTABLE',
    drivers: ['mlxsw'],
    what:
      'The packet reached the router in the device and is of a kind that is not routed. ' +
      'An example is an IGMP query, which the bridge floods to all ports and thereby also to the router.',
    causes: [
      [
        'Control packets of the link, such as IGMP queries, are flooded. That is as intended.',
        'The packet is IGMP or has another link-local destination, and comes at regular intervals.',
      ],
    ],
    next: ["dropcap -r FILE 'trap = non_routable_packet'", 'ip -d link show type bridge'],
  }),
};
