import type { Explanations } from '../explanation.js';

/** Drops between the transport protocol and the program: no socket, a full socket, a filter. */
export const SOCKETS: Explanations = {
  NO_SOCKET: {
    what: 'A packet came for this host, and no socket wants it. With TCP or UDP, no program listens on that address and port.',
    causes: [
      [
        'The service does not run, or listens on another port, on another address, or in another network namespace.',
        'ss -lntu does not list the destination port, or lists the port with another address, such as 127.0.0.1.',
      ],
      [
        'The packet came late: the connection or the program that it belongs to is gone.',
        'The packet is no TCP SYN, or it is a UDP answer: its source port is that of a service, such as 53.',
      ],
      [
        'The packet is an ICMP echo reply. A ping with a raw socket got its own copy, and the original has no owner.',
        'The function is icmp_rcv, icmpv6_rcv or ping_rcv. ping still shows the answers.',
      ],
      [
        'A SYN cookie came back, and the kernel could not make the connection, mostly because the accept queue is full.',
        'The function is cookie_v4_check or cookie_v6_check, and TcpExtListenOverflows or TcpExtListenDrops rises.',
      ],
    ],
    sender:
      'TCP: the sender gets a RST, unless the packet is a RST itself or an IPsec policy forbids the packet. UDP: the sender gets an ICMP port unreachable, which is limited in rate. Echo replies and SYN cookies get no answer.',
    counters:
      'UDP: UdpNoPorts or Udp6NoPorts. TCP: none of its own, TcpOutRsts counts the RST. Echo replies: none. UDP over IPv6 with a wrong checksum: Udp6InCsumErrors and Udp6InErrors, and no ICMPv6.',
    next: [
      'ss -lntup',
      'ip netns exec NAME ss -lntup',
      'nstat -az UdpNoPorts Udp6NoPorts TcpOutRsts',
      "dropcap -r FILE --summary 'reason = NO_SOCKET'",
    ],
    source: [
      '6.12 net/ipv4/udp.c __udp4_lib_rcv',
      '6.12 net/ipv6/udp.c __udp6_lib_rcv',
      '6.12 net/ipv4/tcp_ipv4.c tcp_v4_rcv',
      '6.12 net/ipv6/tcp_ipv6.c tcp_v6_rcv',
      '6.12 net/ipv4/ping.c ping_rcv',
      '6.12 net/ipv4/syncookies.c cookie_v4_check',
      '7.3 net/ipv4/udp.c udp_rcv',
    ],
  },

  SOCKET_CLOSE: {
    what: 'A program closed a Unix domain socket with messages in its queue, or with connections that it did not accept. Nobody will read these messages.',
    causes: [
      [
        'The program ended, or closed the socket, before it read all messages.',
        'The function is unix_release_sock.',
      ],
      [
        'Linux 7.3: sockets that only other queued messages refer to were collected, or a socket was destroyed.',
        'The function is unix_gc, unix_sock_destructor or skb_queue_purge_reason.',
      ],
      [
        'Linux 7.3: an MPTCP connection was closed with segments in its backlog.',
        'The function is __mptcp_add_backlog or mptcp_backlog_purge.',
      ],
    ],
    sender:
      'The peer of a stream or seqpacket socket with unread data gets ECONNRESET. Senders of datagrams are not told.',
    counters: 'No counter rises.',
    next: ['ss -xp', "dropcap -r FILE --summary 'reason = SOCKET_CLOSE'", 'journalctl --since -1h'],
    source: [
      '6.12 net/unix/af_unix.c unix_release_sock',
      '7.3 net/unix/garbage.c unix_gc',
      '7.3 net/mptcp/protocol.c mptcp_backlog_purge',
    ],
  },

  SOCKET_FILTER: {
    what: 'A filter of the receiving socket refused the packet. The program, its cgroup, or the administrator set the filter.',
    causes: [
      [
        'The program attached a BPF filter (SO_ATTACH_FILTER or SO_ATTACH_BPF).',
        'bpftool prog show lists type socket_filter with SO_ATTACH_BPF. For SO_ATTACH_FILTER: no other cause has its sign.',
      ],
      [
        'A BPF program at the cgroup of the receiver (cgroup_inet_ingress) returned 0. systemd sets one for IPAddressDeny=.',
        'bpftool cgroup tree lists the program.',
      ],
      [
        'Linux 6.12: a security module such as SELinux or Smack refused the packet. Linux 7.3 reports SECURITY_HOOK.',
        'journalctl or the audit log has a denial at the same time.',
      ],
      [
        'Linux 6.12: the host was short of memory, and the packet lay in the emergency reserve. Linux 7.3 reports PFMEMALLOC.',
        'TcpExtPFMemallocDrop rises.',
      ],
    ],
    sender: 'The sender is not told. A TCP sender repeats its segment until its connection times out.',
    counters:
      'UDP: UdpInErrors or Udp6InErrors, and the drops of the socket (d in ss -m). TCP: only the drops of the socket. tun: TX dropped of the device.',
    next: [
      'ss -ntupm',
      'bpftool cgroup tree',
      'bpftool prog show',
      'nstat -az UdpInErrors Udp6InErrors TcpExtPFMemallocDrop',
      'journalctl -k --since -1h',
    ],
    source: [
      '6.12 net/ipv4/udp.c udp_queue_rcv_one_skb',
      '6.12 net/ipv6/udp.c udpv6_queue_rcv_one_skb',
      '6.12 net/ipv4/tcp_ipv4.c tcp_v4_rcv',
      '6.12 net/core/sock.c sock_queue_rcv_skb_reason',
      '6.12 drivers/net/tun.c tun_net_xmit',
      '7.3 net/core/filter.c sk_filter_trim_cap',
    ],
  },

  SOCKET_RCVBUFF: {
    what: 'The receive buffer of the socket is full. The program reads more slowly than packets arrive.',
    causes: [
      [
        'The program is too slow, or hangs.',
        'ss -uam shows a large Recv-Q at the socket, and it stays large.',
      ],
      [
        'The receive buffer is too small for a burst of packets.',
        'Recv-Q is small between the drops. rb in ss -uam is near net.core.rmem_default.',
      ],
      [
        'The program reads nothing from a raw or ping socket that it opened.',
        'The function is raw_rcv, rawv6_rcv or ping_rcv, and ss -wam shows the socket.',
      ],
    ],
    sender: 'The sender is not told.',
    counters:
      'UDP: UdpRcvbufErrors and UdpInErrors (Udp6 for IPv6). All sockets: their own drops, d in ss -m and the last column of /proc/net/udp.',
    next: [
      'ss -uampn',
      'nstat -az UdpRcvbufErrors Udp6RcvbufErrors',
      'sysctl net.core.rmem_default net.core.rmem_max',
    ],
    source: [
      '6.12 net/ipv4/udp.c __udp_queue_rcv_skb',
      '6.12 net/ipv6/udp.c __udpv6_queue_rcv_skb',
      '6.12 net/core/sock.c sock_queue_rcv_skb_reason',
      '7.3 net/core/sock.c __sk_receive_skb',
    ],
  },

  SOCKET_BACKLOG: {
    what: 'The backlog of a TCP socket is full. Segments wait there while the program is inside a call on the same socket. Linux 7.3 also: the backlog of an MPTCP, L2TP or Phonet socket.',
    causes: [
      [
        'Many segments arrive while one long call of the program holds the socket.',
        'The connection is fast, and TcpExtTCPBacklogDrop rises in bursts.',
      ],
      [
        'The buffers of the socket are small. The limit of TCP is twice the receive buffer, half the send buffer, and 64 KiB together.',
        'rb and tb in ss -tm are small.',
      ],
      [
        'Linux 6.12: the host was short of memory, and the packet lay in the emergency reserve. Linux 7.3 reports PFMEMALLOC.',
        'vmstat 1 shows hardly any free memory, or the kernel log has page allocation failures.',
      ],
    ],
    sender: 'The sender is not told. A TCP sender repeats its data.',
    counters:
      'TcpExtTCPBacklogDrop, and the drops of the socket (d in ss -tm). MPTCP of Linux 7.3: MPTcpExtBacklogDrop.',
    next: [
      'nstat -az TcpExtTCPBacklogDrop TcpExtTCPBacklogCoalesce',
      'ss -tmpin',
      'sysctl net.ipv4.tcp_rmem net.ipv4.tcp_wmem',
    ],
    source: [
      '6.12 net/ipv4/tcp_ipv4.c tcp_add_backlog',
      '7.3 net/core/sock.c __sk_receive_skb',
      '7.3 net/mptcp/protocol.c __mptcp_add_backlog',
    ],
  },

  PROTO_MEM: {
    what: 'The kernel had no memory for the packet within a limit. A limit holds for all sockets of a protocol, for a cgroup, or for one TCP socket.',
    causes: [
      [
        'TCP: the receive buffer of the socket is full, because the program does not read.',
        'ss -tm shows r near rb, and TcpExtTCPRcvQDrop or TcpExtTCPOFODrop rises.',
      ],
      [
        'All sockets of the protocol together are over net.ipv4.udp_mem or net.ipv4.tcp_mem.',
        'mem of UDP or TCP in /proc/net/sockstat is near the third number of that sysctl. Both count pages.',
      ],
      ['The cgroup of the program has reached its memory limit.', 'memory.events of the cgroup counts max.'],
    ],
    sender:
      'UDP: the sender is not told. TCP: the sender gets an acknowledgement at most, and repeats the segment.',
    counters:
      'UDP: UdpMemErrors and UdpInErrors (Udp6 for IPv6). TCP: TcpExtTCPRcvQDrop or TcpExtTCPOFODrop. The drops of the socket (d in ss -m).',
    next: [
      'cat /proc/net/sockstat',
      'sysctl net.ipv4.udp_mem net.ipv4.tcp_mem',
      'nstat -az UdpMemErrors Udp6MemErrors TcpExtTCPRcvQDrop TcpExtTCPOFODrop',
      'ss -tumpn',
    ],
    source: [
      '6.12 net/ipv4/udp.c __udp_queue_rcv_skb',
      '6.12 net/ipv6/udp.c __udpv6_queue_rcv_skb',
      '6.12 net/ipv4/tcp_input.c tcp_data_queue',
      '6.12 net/ipv4/tcp_input.c tcp_data_queue_ofo',
      '6.12 net/core/sock.c sock_queue_rcv_skb_reason',
    ],
  },
};
