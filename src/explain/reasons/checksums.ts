import type { Explanations } from '../explanation.js';

/** Packets whose checksum is wrong. */
export const CHECKSUMS: Explanations = {
  IP_CSUM: {
    what: 'The checksum of the IPv4 header is wrong.',
    causes: [
      [
        'A device in the path changed the header, and did not correct the checksum.',
        'All packets of one path or one router have this error. A capture at the sender has correct checksums.',
      ],
      [
        'A cable, a port or a memory is faulty, after a check of the frame.',
        'Single packets of many senders have this error, and ethtool -S IFACE counts errors.',
      ],
      ['A program with a raw socket, or a test tool, built the header.', 'All packets come from one sender.'],
    ],
    sender: 'The sender is not told. A TCP sender repeats its segment.',
    counters: 'IpExtInCsumErrors and IpInHdrErrors.',
    next: [
      "dropcap -r FILE -v 'reason = IP_CSUM'",
      'nstat -az IpExtInCsumErrors IpInHdrErrors',
      'ethtool -S IFACE',
    ],
    source: ['6.12 net/ipv4/ip_input.c ip_rcv_core'],
  },

  TCP_CSUM: {
    what: 'The checksum of the TCP segment is wrong.',
    causes: [
      [
        'A virtual or tunnel device passes packets on without the checksum that an offload should have filled in.',
        'All segments of one guest or container have this error. The drops stop after ethtool -K IFACE tx off on the sending side.',
      ],
      [
        'The network card of this host checks wrongly.',
        'tshark gives checksum status 1 (good). The drops stop after ethtool -K IFACE rx off.',
      ],
      [
        'The segment was damaged on its way, or a middlebox changed it.',
        'Only some segments of a connection have this error.',
      ],
    ],
    sender: 'The sender is not told, and gets no RST. The sender repeats the segment.',
    counters: 'TcpInCsumErrors and TcpInErrs.',
    next: [
      "dropcap -r FILE -v 'reason = TCP_CSUM'",
      'tshark -r FILE -o tcp.check_checksum:TRUE -T fields -e ip.src -e tcp.checksum.status',
      'nstat -az TcpInCsumErrors TcpInErrs',
      'ethtool -k IFACE',
      'ethtool -S IFACE',
    ],
    source: [
      '6.12 net/ipv4/tcp_ipv4.c tcp_v4_rcv',
      '6.12 net/ipv4/tcp_ipv4.c tcp_v4_do_rcv',
      '6.12 net/ipv4/tcp_ipv4.c tcp_add_backlog',
      '6.12 net/ipv6/tcp_ipv6.c tcp_v6_rcv',
      '6.12 net/ipv4/tcp_input.c tcp_rcv_established',
    ],
  },

  UDP_CSUM: {
    what: 'The checksum of the UDP datagram is wrong. With IPv6 also: the datagram has no checksum, and the socket does not allow that.',
    causes: [
      [
        'A virtual or tunnel device passes packets on without the checksum that an offload should have filled in.',
        'All datagrams of one guest or container have this error. The drops stop after ethtool -K IFACE tx off on the sending side.',
      ],
      ['An IPv6 sender, often a tunnel, sends checksum 0.', 'udp.checksum is 0, and the packet is IPv6.'],
      [
        'The network card of this host checks wrongly.',
        'tshark gives checksum status 1 (good). The drops stop after ethtool -K IFACE rx off.',
      ],
      [
        'The datagram was damaged on its way, or a middlebox changed it.',
        'Only some datagrams have this error.',
      ],
    ],
    sender: 'The sender is not told.',
    counters:
      'UdpInCsumErrors and UdpInErrors, or Udp6InCsumErrors and Udp6InErrors. The drops of the socket, if there is one.',
    next: [
      "dropcap -r FILE -v 'reason = UDP_CSUM'",
      'tshark -r FILE -o udp.check_checksum:TRUE -T fields -e ip.src -e udp.checksum.status',
      'nstat -az UdpInCsumErrors Udp6InCsumErrors',
      'ethtool -k IFACE',
      'ethtool -S IFACE',
    ],
    source: [
      '6.12 net/ipv4/udp.c __udp4_lib_rcv',
      '6.12 net/ipv4/udp.c udp_queue_rcv_one_skb',
      '6.12 net/ipv6/udp.c __udp6_lib_rcv',
      '6.12 net/ipv6/udp.c udpv6_queue_rcv_one_skb',
      '7.3 net/ipv4/udp.c udp_recvmsg',
    ],
  },
};
