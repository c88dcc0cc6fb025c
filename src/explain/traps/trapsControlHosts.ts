import { controlTrap } from './controlTrapRow.js';
import type { Explanations } from '../explanation.js';

const NDISC = '6.12 net/ipv6/ndisc.c';

/** Control traps of packets by which hosts get their addresses and find each other. */
export const HOST_CONTROL_TRAPS: Explanations = {
  ipv4_dhcp: controlTrap('ipv4_dhcp', {
    id: 'IPV4_DHCP',
    group: 'dhcp',
    packet: 'The packet is of DHCP: a host asks for an IPv4 address, or a server answers.',
    reader:
      'A DHCP server, client or relay on this host needs it: without it hosts at the device get no ' +
      'address.',
    flood: [
      'Many hosts come up at once, or somebody exhausts the pool with invented clients.',
      'Client addresses (chaddr) are all different, and random in an attack.',
    ],
    next: [
      'journalctl -u isc-dhcp-relay',
      'tcpdump -e -n -i IFACE udp port 67 or udp port 68',
      'ss -lunp sport = :67',
    ],
  }),
  ipv6_dhcp: controlTrap('ipv6_dhcp', {
    id: 'IPV6_DHCP',
    group: 'dhcp',
    packet: 'The packet is of DHCPv6: a host asks for an IPv6 address or prefix, or a server answers.',
    reader:
      'A DHCPv6 server, client or relay on this host needs it: without it hosts get no address or ' +
      'prefix.',
    flood: [
      'Many hosts come up at once, or a client asks without pause since no answer suits it.',
      'Solicits of many hosts, or of one host again and again.',
    ],
    next: ['tcpdump -e -n -i IFACE udp port 546 or udp port 547', 'ss -lunp sport = :547'],
  }),
  arp_request: controlTrap('arp_request', {
    id: 'ARP_REQUEST',
    group: 'neigh_discovery',
    packet: 'The packet is an ARP request: a host asks for the MAC address of an IPv4 address.',
    copy: true,
    reader:
      'The kernel answers it if the address is its own, and learns the MAC address of the host that ' +
      'asks.',
    flood: [
      'Somebody scans the network, or a loop multiplies broadcasts.',
      'A scan: one source, and destinations that count up. A loop: the same request many times.',
    ],
    next: ['tcpdump -e -n -i IFACE arp', 'ip -s neigh show dev IFACE'],
    source: ['6.12 net/ipv4/arp.c arp_process'],
  }),
  arp_response: controlTrap('arp_response', {
    id: 'ARP_RESPONSE',
    group: 'neigh_discovery',
    drivers: ['prestera'],
    packet: 'The packet is an ARP reply: a host gives the MAC address of an IPv4 address.',
    reader:
      'The kernel needs it to send to that host: without it packets wait, and end with reason ' +
      'NEIGH_FAILED.',
    flood: [
      'This router asks many neighbours, or somebody sends replies that nobody asked for.',
      'Replies for one address with different MAC addresses are an attack or a duplicate address.',
    ],
    next: ['tcpdump -e -n -i IFACE arp', 'ip -s neigh show dev IFACE', 'ip monitor neigh'],
    source: ['6.12 net/ipv4/arp.c arp_process'],
  }),
  arp_overlay: controlTrap('arp_overlay', {
    id: 'ARP_OVERLAY',
    group: 'neigh_discovery',
    packet: 'The device took an ARP packet out of a tunnel (VXLAN), and it reached the overlay network.',
    reader: 'The kernel needs it if the address that is asked for is its own.',
    flood: [
      'Hosts on other tunnel endpoints scan, or a loop goes through the overlay.',
      'tcpdump on the bridge shows one source, or the same request many times.',
    ],
    next: ['tcpdump -e -n -i BRIDGE arp', 'bridge fdb show dev VXLAN', 'ip -d link show type vxlan'],
  }),
  ipv6_neigh_solicit: controlTrap('ipv6_neigh_solicit', {
    id: 'IPV6_NEIGH_SOLICIT',
    group: 'neigh_discovery',
    packet: 'The packet is a neighbour solicitation: a host asks for the MAC address of an IPv6 address.',
    reader: 'The kernel answers it if the address is its own; it also serves to detect duplicate addresses.',
    flood: [
      'Somebody scans the network, or many hosts come up at once.',
      'A scan: one source, and many targets. Hosts that come up: source ::.',
    ],
    next: ['tcpdump -e -n -i IFACE icmp6', 'ip -6 -s neigh show dev IFACE'],
    source: [`${NDISC} ndisc_recv_ns`],
  }),
  ipv6_neigh_advert: controlTrap('ipv6_neigh_advert', {
    id: 'IPV6_NEIGH_ADVERT',
    group: 'neigh_discovery',
    packet: 'The packet is a neighbour advertisement: a host gives the MAC address of an IPv6 address.',
    reader:
      'The kernel needs it to send to that host: without it packets wait, and are dropped after some ' +
      'seconds.',
    flood: [
      'This router asks many neighbours, or somebody sends advertisements that nobody asked for.',
      'Advertisements of one address with different MAC addresses are an attack or a duplicate address.',
    ],
    next: ['tcpdump -e -n -i IFACE icmp6', 'ip -6 -s neigh show dev IFACE', 'ip -6 monitor neigh'],
    source: [`${NDISC} ndisc_recv_na`],
  }),
  ipv6_router_solicit: controlTrap('ipv6_router_solicit', {
    id: 'IPV6_ROUTER_SOLICIT',
    group: 'ipv6',
    packet: 'The packet is a router solicitation: a host that came up asks for IPv6 routers.',
    reader:
      'A daemon such as radvd answers it: without an answer the host waits for the next periodic ' +
      'advertisement.',
    flood: ['Many hosts come up at once.', 'Many different sources, and the rate falls after some seconds.'],
    next: ['journalctl -u radvd', 'tcpdump -e -n -i IFACE icmp6'],
    source: [`${NDISC} ndisc_rcv`],
  }),
  ipv6_router_advert: controlTrap('ipv6_router_advert', {
    id: 'IPV6_ROUTER_ADVERT',
    group: 'ipv6',
    packet: 'The packet is a router advertisement: an IPv6 router announces itself, prefixes and MTU.',
    reader: 'The kernel uses it if the interface accepts advertisements; radvd watches for other routers.',
    flood: [
      'A host announces itself as a router without being one.',
      'tcpdump shows a router address that you do not know.',
    ],
    next: [
      'tcpdump -e -v -n -i IFACE icmp6',
      'sysctl net.ipv6.conf.IFACE.accept_ra',
      'ip -6 route show default',
    ],
    source: [`${NDISC} ndisc_router_discovery`],
  }),
  ipv6_redirect: controlTrap('ipv6_redirect', {
    id: 'IPV6_REDIRECT',
    group: 'ipv6',
    packet:
      'The packet is an ICMPv6 redirect: a router says that another neighbour is a better way to a ' +
      'destination.',
    reader: 'The kernel follows it if the interface accepts redirects; a router usually does not.',
    flood: [
      'Two routers are in one network, and a route leads over both.',
      'Redirects name destinations whose route could go to the other router directly.',
    ],
    next: [
      'sysctl net.ipv6.conf.IFACE.accept_redirects',
      'ip -6 route get ADDRESS',
      'tcpdump -e -v -n -i IFACE icmp6',
    ],
    source: [`${NDISC} ndisc_redirect_rcv`],
  }),
  ipv6_uc_dip_link_local_scope: controlTrap('ipv6_uc_dip_link_local_scope', {
    id: 'IPV6_UC_DIP_LINK_LOCAL_SCOPE',
    group: 'local_delivery',
    packet: 'The IPv6 packet is for a unicast address of the link (fe80::/10).',
    reader: 'The kernel delivers it if the address is its own; the device itself does not know which are.',
    flood: [
      'A program sends much to a link-local address of this host.',
      'tcpdump shows one pair of addresses and a port.',
    ],
    next: ['tcpdump -n -i IFACE dst net fe80::/10', 'ip -6 address show dev IFACE scope link'],
  }),
  ipv6_dip_all_nodes: controlTrap('ipv6_dip_all_nodes', {
    id: 'IPV6_DIP_ALL_NODES',
    group: 'ipv6',
    packet: 'The IPv6 packet is for ff02::1, all nodes of the link.',
    reader: 'The kernel takes it as any node does: it may be a router advertisement, an MLD query or a ping.',
    flood: [
      'Somebody pings all nodes, or a loop multiplies multicast.',
      'Echo requests of one source, or the same packet many times.',
    ],
    next: ['tcpdump -e -n -i IFACE dst host ff02::1'],
  }),
  ipv6_dip_all_routers: controlTrap('ipv6_dip_all_routers', {
    id: 'IPV6_DIP_ALL_ROUTERS',
    group: 'ipv6',
    packet: 'The IPv6 packet is for ff02::2, all routers of the link.',
    reader: 'The kernel takes it as any router does: most are router solicitations and MLD messages.',
    flood: [
      'Many hosts come up at once.',
      'Router solicitations of many sources; the rate falls after some seconds.',
    ],
    next: ['tcpdump -e -n -i IFACE dst host ff02::2'],
  }),
};
