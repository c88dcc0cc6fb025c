import type { Explanations } from '../explanation.js';

/** Packets whose next hop has no MAC address: ARP and neighbour discovery. */
export const NEIGHBOURS: Explanations = {
  NEIGH_FAILED: {
    what: 'The next hop did not answer ARP. The packet waited for its MAC address, and was dropped when the last request had no answer. With IPv6, this drop is NOT_SPECIFIED at ndisc_error_report.',
    causes: [
      [
        'The host with this address is down, does not exist, or has another address.',
        'ip neigh show ADDRESS shows FAILED. Only this address is concerned.',
      ],
      [
        'The host is in another VLAN or at a port that is down, or the netmask is too wide.',
        'Many or all addresses of the device are FAILED, or the address is in a network that a router reaches.',
      ],
      [
        'A switch, a wireless access point or a rule drops the ARP requests or the answers.',
        'tcpdump -ni IFACE arp shows requests without replies here, and none or unanswered ones there.',
      ],
      [
        'The device is set to send no requests (mcast_solicit and app_solicit are 0).',
        'The function is __neigh_event_send.',
      ],
    ],
    sender:
      'At arp_error_report the sender gets an ICMP host unreachable. A program of this host can get EHOSTUNREACH. At __neigh_event_send nobody is told.',
    counters:
      'res_failed in /proc/net/stat/arp_cache, once for a failed address. IcmpOutDestUnreachs counts the ICMP errors.',
    next: [
      'ip -s neigh show dev IFACE',
      'arping -I IFACE ADDRESS',
      'tcpdump -eni IFACE arp',
      'lnstat -f arp_cache -c 1',
      'ip route get ADDRESS',
    ],
    source: ['6.12 net/ipv4/arp.c arp_error_report', '6.12 net/core/neighbour.c __neigh_event_send'],
  },

  NEIGH_QUEUEFULL: {
    what: 'Packets for one next hop wait for its MAC address, and their queue is full. The kernel dropped the oldest one.',
    causes: [
      [
        'A burst went to an address that was not in the neighbour table. Its answer came a moment later.',
        'ip neigh show ADDRESS shows REACHABLE now, and the drops have ended.',
      ],
      [
        'The next hop does not answer at all.',
        'ip neigh show ADDRESS shows INCOMPLETE or FAILED. Drops with NEIGH_FAILED follow.',
      ],
      ['The queue is small.', 'The sysctl unres_qlen_bytes of the device is small.'],
    ],
    sender: 'The sender is not told. A TCP sender repeats its segment.',
    counters: 'unresolved_discards in /proc/net/stat/arp_cache or ndisc_cache.',
    next: [
      'ip -s neigh show dev IFACE',
      'sysctl net.ipv4.neigh.IFACE.unres_qlen_bytes net.ipv6.neigh.IFACE.unres_qlen_bytes',
      'lnstat -f arp_cache -c 1',
      'lnstat -f ndisc_cache -c 1',
    ],
    source: ['6.12 net/core/neighbour.c __neigh_event_send'],
  },

  NEIGH_CREATEFAIL: {
    what: 'The kernel could not make an entry for the next hop in its neighbour table (ARP, or neighbour discovery of IPv6).',
    causes: [
      [
        'The table is full: more than gc_thresh3 entries.',
        'The kernel log says "neighbor table overflow!", and table_fulls rises in /proc/net/stat/arp_cache or ndisc_cache.',
      ],
      [
        'The output device is about to go, or has lost its IP settings.',
        'ip monitor link shows the device go down or away at the same time.',
      ],
      ['The kernel has no memory.', 'The kernel log has page allocation failures.'],
    ],
    sender:
      'A program of this host can get an error from its send (EINVAL or ENOBUFS). Other senders are not told.',
    counters:
      'IPv6: Ip6OutNoRoutes. UDP and ICMP of this host: IpOutDiscards or Ip6OutDiscards. A full table: table_fulls in /proc/net/stat/arp_cache or ndisc_cache.',
    next: [
      'ip neigh show nud all',
      'sysctl net.ipv4.neigh.default.gc_thresh3 net.ipv6.neigh.default.gc_thresh3',
      'lnstat -f arp_cache -c 1',
      'lnstat -f ndisc_cache -c 1',
      'journalctl -k --since -1h',
    ],
    source: ['6.12 net/ipv4/ip_output.c ip_finish_output2', '6.12 net/ipv6/ip6_output.c ip6_finish_output2'],
  },

  NEIGH_DEAD: {
    what: 'The entry of the next hop was deleted from the neighbour table while a packet wanted to use it.',
    causes: [
      [
        'The device went down, or its address was removed.',
        'ip monitor link address shows such a change at the same time.',
      ],
      [
        'Somebody flushed or deleted neighbours.',
        'ip monitor neigh shows Deleted lines. The device stayed up.',
      ],
      [
        'The table is nearly full, and the kernel removes entries to make room.',
        'forced_gc_runs rises in /proc/net/stat/arp_cache or ndisc_cache.',
      ],
    ],
    sender: 'The sender is not told. A TCP sender repeats its segment, which gets a new entry.',
    counters: 'No counter rises.',
    next: ['ip monitor link address neigh', 'ip -s neigh show dev IFACE', 'lnstat -f arp_cache -c 1'],
    source: ['6.12 net/core/neighbour.c __neigh_event_send'],
  },

  NEIGH_HH_FILLFAIL: {
    what: 'The device could not build the link-level header for a packet, although the next hop is known. Linux 6.12 gives no reason for this drop.',
    causes: [
      [
        'A GRE tunnel with many remote ends does not know the outer address of the next hop.',
        'The device is of type gre without remote, and ip neigh show dev IFACE has no address for the next hop.',
      ],
      [
        'Another kind of device refused: the function that builds its header returned an error.',
        'ip -d link show dev IFACE shows another type of device.',
      ],
    ],
    sender: 'A program of this host can get EINVAL from its send. Other senders are not told.',
    counters: 'UDP and ICMP of this host: IpOutDiscards or Ip6OutDiscards. Otherwise none.',
    next: ['ip -d link show dev IFACE', 'ip -s neigh show dev IFACE', 'ip route get ADDRESS'],
    source: [
      '7.3 net/core/neighbour.c neigh_resolve_output',
      '7.3 net/core/neighbour.c neigh_connected_output',
    ],
  },
};
