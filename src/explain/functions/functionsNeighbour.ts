import type { Explanation, Explanations } from '../explanation.js';

const COUNTERS = 'UDP or ICMP of this host: IpOutDiscards or Ip6OutDiscards. Otherwise none.';

/** The functions that put the link-level header before a packet. */
function headerOutput(name: string): Explanation {
  return {
    what: 'The device could not build the link-level header for a packet. Linux 6.12 gives no reason, Linux 7.3 NEIGH_HH_FILLFAIL.',
    causes: [
      [
        'A GRE tunnel with many remote ends does not know the outer address of the next hop.',
        'The device is of type gre without remote, and ip neigh show dev IFACE has no address for the next hop.',
      ],
      ['Another kind of device refused.', 'ip -d link show dev IFACE shows another type of device.'],
    ],
    sender: 'A program of this host can get EINVAL from its send. Other senders are not told.',
    counters: COUNTERS,
    next: ['ip -d link show dev IFACE', 'ip -s neigh show dev IFACE', 'ip route get ADDRESS'],
    source: [`6.12 net/core/neighbour.c ${name}`],
  };
}

/** Functions of the neighbour table that drop packets. */
export const NEIGHBOUR_FUNCTIONS: Explanations = {
  neigh_resolve_output: headerOutput('neigh_resolve_output'),
  neigh_connected_output: headerOutput('neigh_connected_output'),

  neigh_blackhole: {
    what: 'The entry of the next hop was deleted from the neighbour table, and a packet still used it.',
    causes: [
      [
        'The device went down, or is being removed.',
        'ip monitor link shows it at the same time. The drops end after a moment.',
      ],
      [
        'The MAC address of the device was changed.',
        'ip monitor link shows another link/ether, and the device stayed up.',
      ],
    ],
    sender: 'A program of this host can get ENETDOWN from its send. Other senders are not told.',
    counters: COUNTERS,
    next: ['ip monitor link neigh', 'ip -s neigh show dev IFACE'],
    source: ['6.12 net/core/neighbour.c neigh_blackhole'],
  },

  neigh_invalidate: {
    what: 'The next hop did not answer ARP or neighbour discovery. The packets that waited for its MAC address were dropped.',
    causes: [
      [
        'The host with this address is down or does not exist.',
        'ip neigh show ADDRESS shows FAILED. Only this address is concerned.',
      ],
      [
        'The host is in another VLAN, or the prefix of the device is too wide.',
        'Many addresses of the device are FAILED.',
      ],
      [
        'Something between drops ARP or the multicast of neighbour discovery.',
        'tcpdump -eni IFACE arp or icmp6 shows requests without answers.',
      ],
    ],
    sender:
      'The sender gets an ICMP host unreachable or an ICMPv6 address unreachable. A program of this host can get EHOSTUNREACH.',
    counters:
      'res_failed in /proc/net/stat/arp_cache or ndisc_cache. IcmpOutDestUnreachs or Icmp6OutDestUnreachs counts the errors that were sent.',
    next: [
      'ip -s neigh show dev IFACE',
      'ip -6 -s neigh show dev IFACE',
      'tcpdump -eni IFACE arp or icmp6',
      'lnstat -f arp_cache,ndisc_cache -c 1',
    ],
    source: ['6.12 net/core/neighbour.c neigh_invalidate'],
  },
};
