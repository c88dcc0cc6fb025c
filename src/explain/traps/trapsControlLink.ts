import { controlTrap } from './controlTrapRow.js';
import type { Explanations } from '../explanation.js';

const SNOOPING = ['bridge -d mdb show', 'bridge -s vlan show', 'ip -d -s link show type bridge'];
const BRIDGE_MC = '6.12 net/bridge/br_multicast.c';

/** Control traps of protocols of a link: spanning tree, aggregation, discovery, login and clocks. */
export const LINK_CONTROL_TRAPS: Explanations = {
  stp: controlTrap('stp', {
    id: 'STP',
    group: 'stp',
    drivers: ['prestera'],
    packet: 'The frame is a BPDU of the spanning tree protocol.',
    reader:
      "The kernel's bridge or mstpd needs it: without BPDUs a blocked port begins to forward, and a " +
      'loop can arise.',
    flood: [
      'A loop, or many neighbours, send BPDUs without pause.',
      'Topology changes go on: ip -d link show type bridge has topology_change 1 again and again.',
    ],
    next: ['ip -d link show type bridge', 'bridge link show'],
    source: ['6.12 net/bridge/br_stp_bpdu.c br_stp_rcv'],
  }),
  lacp: controlTrap('lacp', {
    id: 'LACP',
    group: 'lacp',
    drivers: ['prestera'],
    packet: 'The frame is of LACP, the protocol that joins links to one (IEEE 802.3ad).',
    reader: 'The bonding driver or teamd needs it: without LACP the link leaves its aggregate.',
    flood: [
      'The neighbour sends LACP too often, or a loop brings the frames back.',
      'cat /proc/net/bonding/BOND shows a partner that changes.',
    ],
    next: ['cat /proc/net/bonding/BOND', 'ip -d link show type bond', 'teamdctl TEAM state'],
    source: ['6.12 drivers/net/bonding/bond_3ad.c bond_3ad_lacpdu_recv'],
  }),
  lldp: controlTrap('lldp', {
    id: 'LLDP',
    group: 'lldp',
    drivers: ['prestera'],
    packet: 'The frame is of LLDP, by which neighbours announce their name and port.',
    reader: 'A daemon such as lldpd wants it; without one nobody reads the frame, and nothing else fails.',
    flood: [
      'A neighbour announces itself far more often than each 30 seconds.',
      'tcpdump -e -n -i IFACE ether proto 0x88cc shows one sender.',
    ],
    next: ['lldpcli show neighbors', 'tcpdump -e -n -i IFACE ether proto 0x88cc'],
  }),
  eapol: controlTrap('eapol', {
    id: 'EAPOL',
    group: 'eapol',
    packet: 'The frame is EAPOL (EtherType 0x888e), by which a station logs in to a port (IEEE 802.1X).',
    reader: 'hostapd or wpa_supplicant needs it: without EAPOL no station can log in.',
    flood: [
      'A station tries to log in again and again.',
      'journalctl -u hostapd shows failures of one station.',
    ],
    next: [
      'journalctl -u hostapd',
      'tcpdump -e -n -i IFACE ether proto 0x888e',
      'bridge -d link show dev IFACE',
    ],
  }),
  ptp_event: controlTrap('ptp_event', {
    id: 'PTP_EVENT',
    group: 'ptp_event',
    packet:
      'The packet is a PTP message that carries a time stamp: Sync, Delay_Req, Pdelay_Req or ' +
      'Pdelay_Resp.',
    reader: 'ptp4l needs it, with the time of its arrival, to set the clock.',
    flood: [
      'Clocks send with a high rate, or there are many clocks at the port.',
      'tcpdump -n -i IFACE udp port 319 shows many senders.',
    ],
    next: ['pmc -u -b 0 "GET CURRENT_DATA_SET"', 'ethtool -T IFACE', 'tcpdump -n -i IFACE udp port 319'],
  }),
  ptp_general: controlTrap('ptp_general', {
    id: 'PTP_GENERAL',
    group: 'ptp_general',
    packet:
      'The packet is a PTP message without a time stamp of its own, such as Announce, Follow_Up or ' +
      'Delay_Resp.',
    reader: 'ptp4l needs it to choose the best clock, and for the times that Follow_Up carries.',
    flood: [
      'Clocks send with a high rate, or there are many clocks at the port.',
      'tcpdump -n -i IFACE udp port 320 shows many senders.',
    ],
    next: ['pmc -u -b 0 "GET PARENT_DATA_SET"', 'tcpdump -n -i IFACE udp port 320'],
  }),
  igmp_query: controlTrap('igmp_query', {
    id: 'IGMP_QUERY',
    group: 'mc_snooping',
    packet: 'The packet is an IGMP query: a router asks which IPv4 groups somebody wants.',
    copy: true,
    reader: "The bridge's multicast snooping needs it to know the ports with routers.",
    flood: [
      'Several queriers, or a querier with a short interval.',
      'Queries have different source addresses.',
    ],
    next: SNOOPING,
    source: [`${BRIDGE_MC} br_ip4_multicast_query`],
  }),
  igmp_v1_report: controlTrap('igmp_v1_report', {
    id: 'IGMP_V1_REPORT',
    group: 'mc_snooping',
    packet: 'The packet is an IGMP report of version 1: a very old host joins an IPv4 group.',
    reader: "The bridge's multicast snooping needs it to send the group to the port of the host.",
    flood: [
      'A host joins groups again and again.',
      'bridge monitor mdb shows the same port and group often.',
    ],
    next: SNOOPING,
    source: [`${BRIDGE_MC} br_multicast_ipv4_rcv`],
  }),
  igmp_v2_report: controlTrap('igmp_v2_report', {
    id: 'IGMP_V2_REPORT',
    group: 'mc_snooping',
    packet: 'The packet is an IGMP report of version 2: a host joins an IPv4 group, or answers a query.',
    reader: "The bridge's multicast snooping needs it to send the group to the port of the host.",
    flood: [
      'A host joins groups again and again.',
      'bridge monitor mdb shows the same port and group often.',
    ],
    next: SNOOPING,
    source: [`${BRIDGE_MC} br_multicast_ipv4_rcv`],
  }),
  igmp_v3_report: controlTrap('igmp_v3_report', {
    id: 'IGMP_V3_REPORT',
    group: 'mc_snooping',
    packet:
      'The packet is an IGMP report of version 3: a host joins or leaves IPv4 groups, or chooses their ' +
      'sources.',
    reader:
      "The bridge's multicast snooping needs it to send the groups to the port of the host, and to end " +
      'that.',
    flood: ['A host changes its groups again and again.', 'bridge monitor mdb shows the same port often.'],
    next: SNOOPING,
    source: [`${BRIDGE_MC} br_ip4_multicast_igmp3_report`],
  }),
  igmp_v2_leave: controlTrap('igmp_v2_leave', {
    id: 'IGMP_V2_LEAVE',
    group: 'mc_snooping',
    packet: 'The packet is an IGMP leave of version 2: a host no longer wants an IPv4 group.',
    reader: "The bridge's multicast snooping needs it to stop sending the group to the port.",
    flood: ['A set-top box or player changes channels quickly.', 'Leaves and reports of one host alternate.'],
    next: SNOOPING,
    source: [`${BRIDGE_MC} br_ip4_multicast_leave_group`],
  }),
  mld_query: controlTrap('mld_query', {
    id: 'MLD_QUERY',
    group: 'mc_snooping',
    packet: 'The packet is an MLD query: a router asks which IPv6 groups somebody wants.',
    copy: true,
    reader: "The bridge's multicast snooping needs it to know the ports with routers.",
    flood: [
      'Several queriers, or a querier with a short interval.',
      'Queries have different source addresses.',
    ],
    next: SNOOPING,
    source: [`${BRIDGE_MC} br_ip6_multicast_query`],
  }),
  mld_v1_report: controlTrap('mld_v1_report', {
    id: 'MLD_V1_REPORT',
    group: 'mc_snooping',
    packet: 'The packet is an MLD report of version 1: a host joins an IPv6 group.',
    reader: "The bridge's multicast snooping needs it to send the group to the port of the host.",
    flood: [
      'A host joins groups again and again.',
      'bridge monitor mdb shows the same port and group often.',
    ],
    next: SNOOPING,
    source: [`${BRIDGE_MC} br_multicast_ipv6_rcv`],
  }),
  mld_v2_report: controlTrap('mld_v2_report', {
    id: 'MLD_V2_REPORT',
    group: 'mc_snooping',
    packet:
      'The packet is an MLD report of version 2: a host joins or leaves IPv6 groups, or chooses their ' +
      'sources.',
    reader:
      "The bridge's multicast snooping needs it to send the groups to the port of the host, and to end " +
      'that.',
    flood: [
      'Many hosts come up at once: each address of IPv6 has a group of its own.',
      'Reports have many different source addresses, and the rate falls after some seconds.',
    ],
    next: SNOOPING,
    source: [`${BRIDGE_MC} br_ip6_multicast_mld2_report`],
  }),
  mld_v1_done: controlTrap('mld_v1_done', {
    id: 'MLD_V1_DONE',
    group: 'mc_snooping',
    packet: 'The packet is an MLD done of version 1: a host no longer wants an IPv6 group.',
    reader: "The bridge's multicast snooping needs it to stop sending the group to the port.",
    flood: ['A host joins and leaves groups quickly.', 'Dones and reports of one host alternate.'],
    next: SNOOPING,
    source: [`${BRIDGE_MC} br_ip6_multicast_leave_group`],
  }),
};
