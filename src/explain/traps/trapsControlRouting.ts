import { controlTrap } from './controlTrapRow.js';
import type { Explanations } from '../explanation.js';

const BFD_NEXT = ['vtysh -c "show bfd peers"', 'birdc show bfd sessions'];
const BFD_FLOOD = [
  'There are many sessions, or sessions with very short intervals.',
  'The rate is the number of sessions divided by their interval.',
] as const;

/** Control traps of routing protocols, and of packets that the kernel has to deliver or to route itself. */
export const ROUTING_CONTROL_TRAPS: Explanations = {
  ipv4_bfd: controlTrap('ipv4_bfd', {
    id: 'IPV4_BFD',
    group: 'bfd',
    packet: 'The packet is of BFD over IPv4, by which routers check many times a second that a path works.',
    reader: 'bfdd of FRR or BIRD needs it: some lost packets in a row take the session and its routes down.',
    flood: BFD_FLOOD,
    next: [...BFD_NEXT, 'tcpdump -n -i IFACE udp port 3784 or udp port 4784'],
  }),
  ipv6_bfd: controlTrap('ipv6_bfd', {
    id: 'IPV6_BFD',
    group: 'bfd',
    packet: 'The packet is of BFD over IPv6, by which routers check many times a second that a path works.',
    reader: 'bfdd of FRR or BIRD needs it: some lost packets in a row take the session and its routes down.',
    flood: BFD_FLOOD,
    next: [...BFD_NEXT, "tcpdump -n -i IFACE 'ip6 and (udp port 3784 or udp port 4784)'"],
  }),
  ipv4_ospf: controlTrap('ipv4_ospf', {
    id: 'IPV4_OSPF',
    group: 'ospf',
    packet: 'The packet is of OSPFv2 (IP protocol 89), a routing protocol.',
    reader:
      'ospfd of FRR or BIRD needs it: without hellos the neighbour is taken for dead, and its routes ' +
      'go.',
    flood: [
      'The network changes without pause, or many neighbours exchange their databases at once.',
      'Most packets are link state updates, not hellos.',
    ],
    next: ['vtysh -c "show ip ospf neighbor"', 'birdc show ospf neighbors', 'tcpdump -n -i IFACE proto 89'],
  }),
  ipv6_ospf: controlTrap('ipv6_ospf', {
    id: 'IPV6_OSPF',
    group: 'ospf',
    packet: 'The packet is of OSPFv3 (next header 89), a routing protocol.',
    reader:
      'ospf6d of FRR or BIRD needs it: without hellos the neighbour is taken for dead, and its routes ' +
      'go.',
    flood: [
      'The network changes without pause, or many neighbours exchange their databases at once.',
      'Most packets are link state updates, not hellos.',
    ],
    next: [
      'vtysh -c "show ipv6 ospf6 neighbor"',
      'birdc show ospf neighbors',
      'tcpdump -n -i IFACE ip6 proto 89',
    ],
  }),
  ipv4_bgp: controlTrap('ipv4_bgp', {
    id: 'IPV4_BGP',
    group: 'bgp',
    packet: 'The packet is of a BGP session over IPv4 (TCP port 179).',
    reader: 'bgpd of FRR or BIRD needs it: without keepalives the session ends, and its routes go.',
    flood: [
      'A session sends a whole table, or somebody attacks port 179.',
      'ss shows a session with a full receive queue, or tcpdump shows SYN packets of strangers.',
    ],
    next: ['ss -tni sport = :179 or dport = :179', 'vtysh -c "show bgp summary"', 'birdc show protocols'],
  }),
  ipv6_bgp: controlTrap('ipv6_bgp', {
    id: 'IPV6_BGP',
    group: 'bgp',
    packet: 'The packet is of a BGP session over IPv6 (TCP port 179).',
    reader: 'bgpd of FRR or BIRD needs it: without keepalives the session ends, and its routes go.',
    flood: [
      'A session sends a whole table, or somebody attacks port 179.',
      'ss shows a session with a full receive queue, or tcpdump shows SYN packets of strangers.',
    ],
    next: ['ss -6tni sport = :179 or dport = :179', 'vtysh -c "show bgp summary"', 'birdc show protocols'],
  }),
  ipv4_vrrp: controlTrap('ipv4_vrrp', {
    id: 'IPV4_VRRP',
    group: 'vrrp',
    packet: 'The packet is of VRRP over IPv4 (IP protocol 112), by which routers share one address.',
    reader:
      'keepalived or vrrpd of FRR needs it: without it a backup takes the address while the master ' +
      'still has it.',
    flood: [
      'There are many virtual routers, or two masters argue.',
      'tcpdump shows two senders for one virtual router.',
    ],
    next: ['journalctl -u keepalived', 'tcpdump -n -i IFACE ip proto 112', 'ip address show dev IFACE'],
  }),
  ipv6_vrrp: controlTrap('ipv6_vrrp', {
    id: 'IPV6_VRRP',
    group: 'vrrp',
    packet: 'The packet is of VRRP over IPv6 (next header 112), by which routers share one address.',
    reader:
      'keepalived or vrrpd of FRR needs it: without it a backup takes the address while the master ' +
      'still has it.',
    flood: [
      'There are many virtual routers, or two masters argue.',
      'tcpdump shows two senders for one virtual router.',
    ],
    next: ['journalctl -u keepalived', 'tcpdump -n -i IFACE ip6 proto 112', 'ip -6 address show dev IFACE'],
  }),
  ipv4_pim: controlTrap('ipv4_pim', {
    id: 'IPV4_PIM',
    group: 'pim',
    packet: 'The packet is of PIM over IPv4 (IP protocol 103), the routing protocol of multicast.',
    reader:
      'pimd of FRR needs it: without it the tree of a group is not built, or is cut after some minutes.',
    flood: [
      'Many groups join at once, or a source sends register packets to the rendezvous point.',
      'Most packets are of type register, and carry data.',
    ],
    next: ['vtysh -c "show ip pim neighbor"', 'ip -s mroute show', 'tcpdump -n -i IFACE ip proto 103'],
  }),
  ipv6_pim: controlTrap('ipv6_pim', {
    id: 'IPV6_PIM',
    group: 'pim',
    packet: 'The packet is of PIM over IPv6 (next header 103), the routing protocol of multicast.',
    reader:
      'pim6d of FRR needs it: without it the tree of a group is not built, or is cut after some ' +
      'minutes.',
    flood: [
      'Many groups join at once, or a source sends register packets to the rendezvous point.',
      'Most packets are of type register, and carry data.',
    ],
    next: ['vtysh -c "show ipv6 pim neighbor"', 'ip -6 -s mroute show', 'tcpdump -n -i IFACE ip6 proto 103'],
  }),
  uc_loopback: controlTrap('uc_loopback', {
    id: 'UC_LB',
    group: 'uc_loopback',
    packet: 'The packet leaves the router through the interface on which it came.',
    copy: true,
    reader: 'The kernel may send an ICMP redirect to the sender, so that it uses the better way.',
    flood: [
      'The router has one arm: all traffic between two networks uses one interface.',
      'Redirects are off or ignored, and the rate is that of the traffic.',
    ],
    causes: [
      [
        'A host has no route of its own to a network that another router on the same link serves.',
        'The destination is reached through a next hop in the network of the source: ip route get ADDRESS names it.',
      ],
    ],
    next: ['ip route get ADDRESS from SOURCE iif IFACE', 'sysctl net.ipv4.conf.IFACE.send_redirects'],
    source: ['6.12 net/ipv4/ip_forward.c ip_forward'],
  }),
  local_route: controlTrap('local_route', {
    id: 'LOCAL_ROUTE',
    group: 'local_delivery',
    drivers: ['prestera'],
    packet: 'The packet is for an address of this host, and no more specific trap took it.',
    reader: 'The kernel delivers it to a program, such as sshd or an SNMP agent.',
    flood: [
      'Somebody attacks or scans the host itself, or a large transfer goes to it.',
      'ss shows the transfer; without one, tcpdump shows many ports or sources.',
    ],
    next: ['ss -tunp', 'tcpdump -n -i IFACE dst host ADDRESS', 'nstat -az IpInDelivers Ip6InDelivers'],
  }),
  external_route: controlTrap('external_route', {
    id: 'EXTERNAL_ROUTE',
    group: 'external_delivery',
    packet:
      'The route of the packet leads to an interface that is not part of the device, such as the ' +
      'management port.',
    reader: 'The kernel forwards it in software, at the speed of the processor.',
    flood: [
      'A route sends bulk traffic to a management port, a tunnel or another network card.',
      'ip route get ADDRESS names an interface that is not of the device.',
    ],
    next: ['ip route get ADDRESS', 'ip -d route show', 'devlink port show'],
    source: ['6.12 drivers/net/ethernet/mellanox/mlxsw/spectrum_router.c MLXSW_TRAP_ID_RTR_INGRESS0'],
  }),
  ipv4_router_alert: controlTrap('ipv4_router_alert', {
    id: 'IPV4_ROUTER_ALERT',
    group: 'local_delivery',
    packet:
      'The IPv4 packet had to be routed, and has the option Router Alert: each router shall look at it.',
    reader:
      'The kernel gives it to raw sockets with the option IP_ROUTER_ALERT, such as that of an RSVP ' +
      'daemon.',
    flood: [
      'A sender sets the option on bulk traffic.',
      'tcpdump -v shows RA in the options, of one source.',
    ],
    next: ['ss -w -a -p', "tcpdump -v -n -i IFACE 'ip[0] & 15 > 5'"],
    source: ['6.12 net/ipv4/ip_input.c ip_call_ra_chain'],
  }),
  ipv6_router_alert: controlTrap('ipv6_router_alert', {
    id: 'IPV6_ROUTER_ALERT',
    group: 'local_delivery',
    packet:
      'The IPv6 packet had to be routed, and has the hop-by-hop option Router Alert: each router shall ' +
      'look at it.',
    reader:
      'The kernel gives it to raw sockets with the option IPV6_ROUTER_ALERT, such as that of an RSVP ' +
      'daemon.',
    flood: [
      'A sender sets the option on bulk traffic.',
      'tcpdump -v shows a hop-by-hop header, of one source.',
    ],
    next: ['ss -6 -w -a -p', "tcpdump -v -n -i IFACE 'ip6[6] = 0'"],
    source: ['6.12 net/ipv6/ip6_output.c ip6_call_ra_chain'],
  }),
};
