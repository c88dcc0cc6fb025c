import type { Explanations } from '../explanation.js';
import { exceptionTrap } from './trapRow.js';

const FORWARD = '6.12 net/ipv4/ip_forward.c ip_forward';
const FORWARD6 = '6.12 net/ipv6/ip6_output.c ip6_forward';
const ERROR4 = '6.12 net/ipv4/route.c ip_error';
const DROP6 = '6.12 net/ipv6/route.c ip6_pkt_drop';

/**
 * Packets that a device could not forward and gave to the kernel's own stack: trap groups l3_exceptions and
 * tunnel_drops. The stack forwards such a packet, or drops it with a reason of its own.
 */
export const EXCEPTION_TRAPS: Explanations = {
  ttl_value_is_too_small: exceptionTrap('ttl_value_is_too_small', {
    id: 'TTL_ERROR',
    drivers: ['mlxsw', 'prestera'],
    what:
      'The time to live (hop limit) of a packet that the device had to forward ran out here. ' +
      'The device gives the packet to the kernel, which drops it with reason IP_INHDR.',
    causes: [
      [
        'Somebody runs traceroute or mtr through this router. That is normal.',
        'UDP to ports from 33434, ICMP echo or TCP SYN with a small TTL, few packets a second.',
      ],
      [
        'Two routers send packets to each other in a loop.',
        'The same packet (IP identification) comes many times, with any destination port; the rate is high.',
      ],
      [
        'A program sends with a TTL that is too small, for example multicast with TTL 1.',
        'All packets are of one program, and their TTL is 1 on arrival.',
      ],
    ],
    sender: 'The kernel sends an ICMP time exceeded (ICMPv6 hop limit exceeded), limited in rate.',
    counters: 'IpInHdrErrors or Ip6InHdrErrors, and IcmpOutTimeExcds or Icmp6OutTimeExcds.',
    next: ['nstat -az IpInHdrErrors Ip6InHdrErrors', 'ip route get ADDRESS', 'traceroute -n ADDRESS'],
    source: [FORWARD, FORWARD6],
  }),
  mtu_value_is_too_small: exceptionTrap('mtu_value_is_too_small', {
    id: 'MTU_ERROR',
    drivers: ['mlxsw', 'prestera'],
    what:
      'The packet is larger than the MTU of the interface where it had to go out. ' +
      'The device gives it to the kernel: ' +
      'an IPv4 packet without DF is fragmented and sent, all others are dropped with reason PKT_TOO_BIG.',
    causes: [
      [
        'The MTU of the outgoing interface is smaller than that of the incoming one.',
        'ip link show has different mtu for the two; the packet is larger than the smaller one.',
      ],
      ['A tunnel on the way out takes a part of the MTU.', 'ip route get ADDRESS names a tunnel interface.'],
      [
        'The sender does not learn the path MTU, since a firewall drops ICMP.',
        'The same large packets come again and again, with the DF bit.',
      ],
    ],
    sender:
      'The kernel sends ICMP fragmentation needed (ICMPv6 packet too big) with the MTU, limited in rate.',
    counters:
      'IpFragFails, or Ip6InTooBigErrors and Ip6FragFails; IpFragOKs for packets that were fragmented.',
    next: [
      'nstat -az IpFragFails IpFragOKs Ip6InTooBigErrors',
      'ip route get ADDRESS',
      'ip link show dev IFACE',
    ],
    source: [FORWARD, FORWARD6],
  }),
  unresolved_neigh: exceptionTrap('unresolved_neigh', {
    id: 'UNRESOLVED_NEIGH',
    drivers: ['mlxsw'],
    what:
      'The device found a route for the packet, but no MAC address of the next hop or of the destination. ' +
      'The kernel takes the packet, asks by ARP or neighbour discovery, and sends it when the answer comes.',
    causes: [
      [
        'The neighbour is new or was silent for long. That is normal.',
        'Few packets for each destination; ip neigh show has the neighbour as REACHABLE afterwards.',
      ],
      [
        'The neighbour is down, or has another address.',
        'ip neigh show has it as FAILED or INCOMPLETE; software drops with reason NEIGH_FAILED follow.',
      ],
      [
        'Somebody scans a network that is connected here.',
        'Destinations count up or are random; ip -s neigh show lists many FAILED entries.',
      ],
      [
        'The table of neighbours in the kernel or the device is full.',
        'journalctl -k shows: neighbor table overflow.',
      ],
    ],
    sender:
      'If nobody answers, the kernel sends ICMP host unreachable (ICMPv6 address unreachable). ' +
      'Otherwise nothing is lost.',
    counters:
      'res_failed and unresolved_discards in /proc/net/stat/arp_cache or ndisc_cache, if nobody answers.',
    next: [
      'ip -s neigh show nud failed nud incomplete',
      'ip route get ADDRESS',
      'cat /proc/net/stat/arp_cache',
    ],
    source: ['6.12 net/ipv4/arp.c arp_error_report', '6.12 net/ipv6/ndisc.c ndisc_error_report'],
  }),
  mc_reverse_path_forwarding: exceptionTrap('mc_reverse_path_forwarding', {
    id: 'RPF',
    drivers: ['mlxsw'],
    what:
      'A multicast packet came in on another interface than its multicast route says. ' +
      'The kernel takes the packet and does not forward it, so that no copies circle.',
    causes: [
      [
        'The unicast route to the source points to another interface than the one the packet took.',
        'ip route get SOURCE names another interface than the packet.',
      ],
      [
        'Two routers forward the same group into one network, and PIM has not yet chosen one.',
        'The drops end after some seconds; the source MAC address is that of another router.',
      ],
      [
        'The multicast routing daemon has an old route.',
        'ip -s mroute show has another Iif than the packet, and its count arrived on wrong iif rises.',
      ],
    ],
    sender: 'The sender is not told: nothing sends ICMP errors for multicast.',
    counters: 'ip -s mroute show counts packets that arrived on wrong iif. No SNMP counter rises.',
    next: ['ip -s mroute show', 'ip route get SOURCE', 'ip mroute show table all'],
    source: ['6.12 net/ipv4/ipmr.c ip_mr_forward', '6.12 net/ipv6/ip6mr.c ip6_mr_forward'],
  }),
  reject_route: exceptionTrap('reject_route', {
    id: 'REJECT_ROUTE',
    drivers: ['mlxsw'],
    what:
      'The packet matched a route of type unreachable or prohibit. ' +
      'The kernel takes the packet, and answers with an ICMP error.',
    causes: [
      [
        'An administrator or a routing daemon set the route.',
        'ip route get ADDRESS answers with an error; ip route show type unreachable or prohibit ' +
          'lists the route.',
      ],
      [
        'A VRF ends with an unreachable default route, and the destination has no route in the VRF.',
        'ip route show vrf VRF lists unreachable default, and no route for the destination.',
      ],
    ],
    sender:
      'The kernel sends ICMP host unreachable for type unreachable, and packet filtered for ' +
      'prohibit, limited in rate. ' +
      'IPv6 sends no route, and administratively prohibited.',
    counters: 'IPv6: Ip6InNoRoutes. IPv4: IcmpOutDestUnreachs counts only the answer.',
    next: [
      'ip route get ADDRESS',
      'ip route show table all type unreachable',
      'ip route show table all type prohibit',
      'nstat -az Ip6InNoRoutes IcmpOutDestUnreachs',
    ],
    source: [
      ERROR4,
      DROP6,
      '6.12 drivers/net/ethernet/mellanox/mlxsw/spectrum_router.c mlxsw_sp_fib_entry_op_unreachable',
    ],
  }),
  ipv4_lpm_miss: exceptionTrap('ipv4_lpm_miss', {
    id: 'IPV4_LPM_UNICAST_MISS',
    drivers: ['mlxsw'],
    what:
      'No route in the device matches the destination of the IPv4 packet. ' +
      'The kernel takes the packet and looks itself: ' +
      'without a route it drops the packet with reason IP_INNOROUTES.',
    causes: [
      [
        'The router has no default route, and the destination is outside its networks.',
        'ip route get ADDRESS says Network is unreachable.',
      ],
      [
        'A routing session is down, and its routes are gone.',
        'ip monitor route shows withdrawals; the drops began at one moment.',
      ],
      [
        'The route is in the kernel and not in the device.',
        'ip route get ADDRESS finds a route, and ip route show lists it without offload.',
      ],
    ],
    sender: 'The kernel sends ICMP network unreachable, limited in rate.',
    counters: 'IpExtInNoRoutes.',
    next: ['ip route get ADDRESS', 'nstat -az IpExtInNoRoutes', 'ip route show'],
    source: [ERROR4],
  }),
  ipv6_lpm_miss: exceptionTrap('ipv6_lpm_miss', {
    id: 'IPV6_LPM_UNICAST_MISS',
    drivers: ['mlxsw'],
    what:
      'No route in the device matches the destination of the IPv6 packet. ' +
      'The kernel takes the packet and looks itself: ' +
      'without a route it drops the packet with reason IP_INNOROUTES.',
    causes: [
      [
        'The router has no default route for IPv6, and the destination is outside its networks.',
        'ip -6 route get ADDRESS says Network is unreachable.',
      ],
      [
        'A routing session is down, and its routes are gone.',
        'ip -6 monitor route shows withdrawals; the drops began at one moment.',
      ],
      [
        'The route is in the kernel and not in the device.',
        'ip -6 route get ADDRESS finds a route, and ip -6 route show lists it without offload.',
      ],
    ],
    sender: 'The kernel sends ICMPv6 no route to destination, limited in rate.',
    counters: 'Ip6InNoRoutes.',
    next: ['ip -6 route get ADDRESS', 'nstat -az Ip6InNoRoutes', 'ip -6 route show'],
    source: [DROP6],
  }),
  decap_error: exceptionTrap('decap_error', {
    id: 'DECAP_ERROR',
    drivers: ['mlxsw'],
    what:
      'The device could not take the inner packet out of a VXLAN or IP-in-IP tunnel. ' +
      'It gives the outer packet to the kernel, which tries the same and usually drops it.',
    causes: [
      [
        'No tunnel is configured for the addresses of the outer packet.',
        'ip -d link show type ipip or type gre lists no tunnel with these addresses.',
      ],
      [
        'The packet is too short, or reserved bits of the VXLAN header are set.',
        'The outer packet is UDP to the VXLAN port, and its VXLAN flags are not 0x08.',
      ],
      [
        'ECN does not fit: the outer header is marked for ECN, and the inner packet does not support ECN.',
        'The two low bits of the outer TOS are not 0, and those of the inner one are 0.',
      ],
    ],
    sender:
      'If the kernel has no tunnel for an IP-in-IP or GRE packet, it sends ICMP port unreachable. ' +
      'For VXLAN it sends nothing.',
    counters: 'rx_errors or rx_frame_errors of the tunnel interface, if the kernel has one for the packet.',
    next: [
      'ip -s -s link show type vxlan',
      'ip -s -s -d tunnel show',
      "dropcap -r FILE 'trap = decap_error'",
    ],
    source: [
      '6.12 drivers/net/ethernet/mellanox/mlxsw/spectrum_nve.c MLXSW_TRAP_ID_DECAP_ECN0',
      '6.12 net/ipv4/tunnel4.c tunnel4_rcv',
      '6.12 net/ipv4/ip_gre.c gre_rcv',
    ],
  }),
};
