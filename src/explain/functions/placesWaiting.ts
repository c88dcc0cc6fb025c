import type { Explanations } from '../explanation.js';

/** Functions that drop packets because a queue is full, or because the next hop has no MAC address. */
export const WAITING_PLACES: Explanations = {
  arp_error_report: {
    what: 'The next hop did not answer ARP. The packets that waited for its MAC address were dropped. Some kernels, such as 6.12 of Debian, report neigh_invalidate instead.',
    causes: [
      [
        'The host with this address is down or does not exist.',
        'ip neigh show ADDRESS shows FAILED. Only this address is concerned.',
      ],
      [
        'The host is in another VLAN, or the netmask of the device is too wide.',
        'Many addresses of the device are FAILED, or the address is in a network that a router reaches.',
      ],
      ['Something between drops ARP.', 'tcpdump -ni IFACE arp shows requests without replies.'],
    ],
    sender: 'The sender gets an ICMP host unreachable. A program of this host can get EHOSTUNREACH.',
    counters: 'res_failed in /proc/net/stat/arp_cache. IcmpOutDestUnreachs counts the ICMP errors.',
    next: [
      'ip -s neigh show dev IFACE',
      'arping -I IFACE ADDRESS',
      'tcpdump -eni IFACE arp',
      'lnstat -f arp_cache -c 1',
    ],
    source: ['6.12 net/ipv4/arp.c arp_error_report'],
  },

  ndisc_error_report: {
    what: 'The next hop did not answer neighbour solicitations (IPv6). The packets that waited for its MAC address were dropped. Some kernels, such as 6.12 of Debian, report neigh_invalidate instead.',
    causes: [
      [
        'The host with this address is down or does not exist.',
        'ip -6 neigh show ADDRESS shows FAILED. Only this address is concerned.',
      ],
      [
        'The host is in another VLAN, or the prefix is not on this link.',
        'Many addresses of the device are FAILED.',
      ],
      [
        'Something between drops the multicast of neighbour discovery, for example MLD snooping without a querier.',
        'tcpdump -ni IFACE icmp6 shows solicitations without advertisements.',
      ],
    ],
    sender: 'The sender gets an ICMPv6 address unreachable. A program of this host can get EHOSTUNREACH.',
    counters: 'res_failed in /proc/net/stat/ndisc_cache. Icmp6OutDestUnreachs counts the ICMPv6 errors.',
    next: ['ip -6 -s neigh show dev IFACE', 'tcpdump -eni IFACE icmp6', 'lnstat -f ndisc_cache -c 1'],
    source: ['6.12 net/ipv6/ndisc.c ndisc_error_report'],
  },

  __neigh_event_send: {
    what: 'The next hop has no MAC address yet, and the packet could not wait for it.',
    causes: [
      [
        'Too many packets wait for the same next hop. The oldest one was dropped.',
        'The reason is NEIGH_QUEUEFULL, and unresolved_discards rises in /proc/net/stat/arp_cache or ndisc_cache.',
      ],
      [
        'The entry was deleted: the device went down, or somebody flushed neighbours.',
        'The reason is NEIGH_DEAD. ip monitor link neigh shows it.',
      ],
      [
        'The device is set to send no requests (mcast_solicit and app_solicit are 0).',
        'The reason is NEIGH_FAILED.',
      ],
    ],
    sender: 'The sender is not told. A TCP sender repeats its segment.',
    counters: 'Full queue: unresolved_discards in /proc/net/stat/arp_cache or ndisc_cache. Otherwise none.',
    next: [
      'ip -s neigh show dev IFACE',
      'lnstat -f arp_cache -c 1',
      'lnstat -f ndisc_cache -c 1',
      'sysctl net.ipv4.neigh.IFACE.unres_qlen_bytes',
    ],
    source: ['6.12 net/core/neighbour.c __neigh_event_send'],
  },

  enqueue_to_backlog: {
    what: 'The backlog queue of a processor is full. The queue takes packets of devices without NAPI, such as lo and veth, and of receive packet steering.',
    causes: [
      [
        'One processor gets more packets than it can handle.',
        'The second column of /proc/net/softnet_stat rises in one line. mpstat -P ALL 1 shows this processor busy in %soft.',
      ],
      [
        'The limit is small for bursts.',
        'net.core.netdev_max_backlog is small, and the processor is mostly idle.',
      ],
      [
        'One flow takes too much of the queue, and flow limits are on.',
        'The 11th column of /proc/net/softnet_stat rises too. net.core.flow_limit_cpu_bitmap is not 0.',
      ],
      [
        'The device is down.',
        'The reason is DEV_READY, and the second column of softnet_stat does not rise.',
      ],
    ],
    sender: 'The sender is not told. A TCP sender repeats its segment.',
    counters:
      'The second column of /proc/net/softnet_stat, a line for each processor, and RX dropped of the device.',
    next: [
      'cat /proc/net/softnet_stat',
      'sysctl net.core.netdev_max_backlog net.core.flow_limit_cpu_bitmap',
      'ip -s link show dev IFACE',
      'cat /sys/class/net/IFACE/queues/rx-0/rps_cpus',
    ],
    source: ['6.12 net/core/dev.c enqueue_to_backlog'],
  },

  packet_rcv: {
    what: 'A capture tool or another program with a packet socket lost its copy of a packet. The packet itself went on.',
    causes: [
      [
        'The program reads too slowly, and its receive buffer is full.',
        'ss -0pm shows a large r near rb at the socket.',
      ],
      ['The kernel had no memory for a copy.', 'The kernel log has page allocation failures.'],
    ],
    sender: 'The sender has nothing to learn: only the copy is lost.',
    counters: 'The statistics of the socket: "packets dropped by kernel" of tcpdump, and d in ss -0m.',
    next: ['ss -0pme', 'cat /proc/net/packet', "dropcap -r FILE --summary 'symbol = packet_rcv'"],
    source: ['6.12 net/packet/af_packet.c packet_rcv'],
  },

  tpacket_rcv: {
    what: 'A capture tool with a ring buffer (PACKET_MMAP) lost its copy of a packet. The packet itself went on.',
    causes: [
      [
        'The program reads too slowly, and its ring is full.',
        '"packets dropped by kernel" of the tool rises with the traffic.',
      ],
      [
        'The ring is small for bursts.',
        'The tool is idle between the drops. tcpdump -B KIB or its like makes the ring larger.',
      ],
    ],
    sender: 'The sender has nothing to learn: only the copy is lost.',
    counters:
      'The statistics of the socket: "packets dropped by kernel" of tcpdump. Some of these losses are counted only there.',
    next: ['ss -0pme', 'cat /proc/net/packet', "dropcap -r FILE --summary 'symbol = tpacket_rcv'"],
    source: ['6.12 net/packet/af_packet.c tpacket_rcv'],
  },

  tcp_prune_ofo_queue: {
    what: 'A TCP socket was out of receive memory, and the kernel dropped segments after a gap that it had taken before.',
    causes: [
      [
        'The program does not read, and the connection loses segments.',
        'ss -tmin shows a large Recv-Q and r near rb.',
      ],
      [
        'All TCP sockets together are near net.ipv4.tcp_mem.',
        'mem of TCP in /proc/net/sockstat is near that limit.',
      ],
    ],
    sender: 'The sender is not told, but sends these segments again.',
    counters: 'TcpExtOfoPruned for a pass over the queue, and TcpExtPruneCalled.',
    next: [
      'nstat -az TcpExtOfoPruned TcpExtPruneCalled TcpExtRcvPruned',
      'ss -tmpin',
      'sysctl net.ipv4.tcp_rmem net.ipv4.tcp_mem',
      'cat /proc/net/sockstat',
    ],
    source: ['6.12 net/ipv4/tcp_input.c tcp_prune_ofo_queue'],
  },
};
