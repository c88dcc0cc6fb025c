import type { Explanations } from '../explanation.js';

/** Drop reasons of queues, rings and memory. */
export const QUEUES: Explanations = {
  CPU_BACKLOG: {
    what: 'The receive queue of a processor (its backlog) was full. The backlog takes packets of virtual devices such as lo and veth, and packets that RPS moves to another processor.',
    causes: [
      [
        'A burst came faster than the processor works.',
        'The second column of /proc/net/softnet_stat rises, one line per processor.',
      ],
      [
        'All packets go to one processor, because RPS or the load is uneven.',
        'Only one line of /proc/net/softnet_stat rises.',
      ],
      [
        'One flow sends most packets, and the flow limit is on.',
        'The eleventh column of /proc/net/softnet_stat (flow limit) rises too.',
      ],
    ],
    sender: 'The sender is not told. TCP sends again.',
    counters:
      'rx_dropped of the device that received the packet, and the second column of /proc/net/softnet_stat.',
    next: [
      'cat /proc/net/softnet_stat',
      'sysctl net.core.netdev_max_backlog net.core.flow_limit_cpu_bitmap',
      'ip -s -s link show dev IFACE',
      'cat /sys/class/net/IFACE/queues/rx-0/rps_cpus',
    ],
    source: ['6.12 net/core/dev.c enqueue_to_backlog'],
  },
  MACVLAN_BROADCAST_BACKLOG: {
    what: 'A broadcast or multicast packet came for the macvlan devices of an interface, and their shared queue was full. The macvlan devices do not get the packet.',
    causes: [
      [
        'More broadcast or multicast comes than a kernel worker can copy to all macvlan devices.',
        'The drops come in bursts of ARP, mDNS or other multicast packets.',
      ],
      [
        'The queue is too short for the number of macvlan devices.',
        'ip -d link show type macvlan shows a small usedbcqueuelen.',
      ],
    ],
    sender: 'The sender is not told. Broadcasts and multicasts are not sent again by IP.',
    counters:
      'rx_dropped of the lower device. Most such losses only raise this counter: a drop record comes only for a copy that was already made.',
    next: [
      'ip -s -s link show dev IFACE',
      'ip -d link show type macvlan',
      'ip link set dev MACVLAN type macvlan bcqueuelen 5000',
    ],
    source: ['7.3 drivers/net/macvlan.c macvlan_broadcast_enqueue'],
  },
  IPVLAN_MULTICAST_BACKLOG: {
    what: 'A broadcast or multicast packet came for the ipvlan devices of an interface, and their shared queue held 1000 packets. The packet is dropped.',
    causes: [
      [
        'More multicast is received than a kernel worker can copy to all ipvlan devices.',
        'The input device of the drops is the lower device.',
      ],
      [
        'A program on an ipvlan device sends much multicast.',
        'The source address of the packets belongs to an ipvlan device of this host.',
      ],
    ],
    sender: 'The sender is not told. Broadcasts and multicasts are not sent again by IP.',
    counters:
      'rx_dropped of the device that the packet is on. When the queue is full already, a received packet raises only this counter, without a drop record.',
    next: ['ip -s -s link show dev IFACE', 'ip -d link show type ipvlan', 'ip maddress show dev IFACE'],
    source: ['7.3 drivers/net/ipvlan/ipvlan_core.c ipvlan_multicast_enqueue'],
  },
  FULL_RING: {
    what: 'The queue between the kernel and the program that uses a tun, tap, macvtap or ipvtap device was full. The program, such as a virtual machine or a VPN, did not read in time.',
    causes: [
      [
        'The virtual machine or VPN program is too slow or has too little processor time.',
        'The drops come in bursts while the program uses its whole processor.',
      ],
      [
        'The program or the virtual machine is stopped or hangs.',
        'Every packet to the device is dropped, without a break.',
      ],
      [
        'The queue is short for the bursts. Its length is the txqueuelen of the device.',
        'ip link show lists a small qlen, and the drops come in short bursts.',
      ],
      [
        'Linux 7.3: an IPsec tunnel with IP-TFS has a full send queue.',
        'XfrmOutNoQueueSpace in /proc/net/xfrm_stat rises.',
      ],
    ],
    sender: 'The sender is not told. TCP sends again.',
    counters:
      'tun and tap: tx_dropped of the device. macvtap and ipvtap: rx_errors and rx_dropped, but not for parts of a large packet that was cut. IP-TFS: XfrmOutNoQueueSpace.',
    next: [
      'ip -s link show dev IFACE',
      'ip -d tuntap show',
      'ip link set dev IFACE txqueuelen 5000',
      'top -b -n 1',
    ],
    source: ['6.12 drivers/net/tun.c tun_net_xmit', '6.12 drivers/net/tap.c tap_handle_frame'],
  },
  NOMEM: {
    what: 'The kernel needed memory to work on the packet and got none. Most of these requests cannot wait, so the requests fail before the host is quite out of memory.',
    causes: [
      [
        'The host is short of memory.',
        'The kernel log shows page allocation failures, and free shows little available memory.',
      ],
      [
        'Bursts of packets use up the memory that requests without waiting may take.',
        'There are page allocation failures of GFP_ATOMIC, although free shows available memory.',
      ],
    ],
    sender: 'The sender is not told. TCP sends again.',
    counters:
      'Depends on the function that dropped the packet. tun: tx_dropped. IPv4 options in 7.3: IpInDiscards. Bridge: tx_dropped. ping, VXLAN input and Open vSwitch: none.',
    next: [
      "journalctl -k -g 'allocation failure'",
      'free -m',
      'sysctl vm.min_free_kbytes',
      "dropcap -r FILE 'reason = NOMEM'",
    ],
    source: [
      '6.12 include/linux/skbuff.h pskb_may_pull_reason',
      '6.12 drivers/net/vxlan/vxlan_core.c vxlan_rcv',
      '6.12 net/ipv4/ping.c ping_rcv',
      '6.12 net/ipv6/ndisc.c ndisc_rcv',
      '6.12 drivers/net/tun.c tun_net_xmit',
      '7.3 net/ipv4/ip_input.c ip_rcv_options',
    ],
  },
  PFMEMALLOC: {
    what: 'The packet was received into a memory reserve. Only sockets that help to free memory, such as swap over the network, may use that reserve. The packet was for another socket.',
    causes: [
      [
        'The host is short of memory, and the network driver had to take from the reserve.',
        'free shows little available memory, and TcpExtPFMemallocDrop rises.',
      ],
      [
        'The reserve of the kernel is small for the rate of packets.',
        'free shows available memory, but vm.min_free_kbytes is small.',
      ],
    ],
    sender: 'The sender is not told. TCP sends again.',
    counters:
      'Sockets: TcpExtPFMemallocDrop, also for UDP and others. A protocol that never may use the reserve: rx_dropped of the device.',
    next: [
      'free -m',
      'nstat -az TcpExtPFMemallocDrop',
      'sysctl vm.min_free_kbytes',
      "journalctl -k -g 'allocation failure'",
    ],
    source: [
      '7.3 net/core/filter.c sk_filter_trim_cap',
      '7.3 net/ipv4/tcp_ipv4.c tcp_add_backlog',
      '7.3 net/core/dev.c __netif_receive_skb_core',
    ],
  },
  PACKET_SOCK_ERROR: {
    what: 'A packet socket could not take its copy of a packet, mostly because its buffer was full. Packet sockets belong to programs such as tcpdump, DHCP clients and LLDP daemons. Other receivers still get the packet.',
    causes: [
      [
        'A capture program reads too slowly.',
        'tcpdump and others report packets dropped by the kernel when they end.',
      ],
      [
        'The receive buffer of the socket is small.',
        'ss -0 -m -p shows a nearly full rmem (r) and a rising d (drops) for a program.',
      ],
      [
        'Memory for a copy ran out.',
        'The buffer of the socket is not full, and the kernel log shows page allocation failures.',
      ],
    ],
    sender: 'The sender is not told and need not be: the packet itself goes on.',
    counters:
      'The drop count of the socket (tp_drops, which the program reads). Without a ring also d in ss -0 -m. If a ring has no room at all, only tp_drops rises, and the reason is CONSUMED.',
    next: ['ss -0 -m -p', 'cat /proc/net/packet', 'tcpdump -B 65536 -i IFACE -w FILE'],
    source: ['6.12 net/packet/af_packet.c packet_rcv', '6.12 net/packet/af_packet.c tpacket_rcv'],
  },
  QUEUE_PURGE: {
    what: 'A queue was emptied as a whole, because its owner was closed, reset or removed. The packets in the queue are dropped.',
    causes: [
      [
        'A program closed a socket that still held packets.',
        'The function is inet_sock_destruct, or only skb_queue_purge_reason, and a program ended at that time.',
      ],
      [
        'A neighbour entry was removed while packets waited for the address of the neighbour.',
        'The function begins with neigh_, and the output device is the way to that neighbour.',
      ],
      [
        'A device or a driver was stopped or changed.',
        'The drop falls together with a change in ip monitor link or in the kernel log.',
      ],
    ],
    sender: 'The sender is not told. For TCP, the connection itself decides what is sent again.',
    counters: 'Usually none.',
    next: ["dropcap -r FILE 'reason = QUEUE_PURGE'", 'ip monitor link', 'ip -s neigh show'],
    source: ['6.12 include/linux/skbuff.h skb_queue_purge', '6.12 include/linux/skbuff.h __skb_queue_purge'],
  },
};
