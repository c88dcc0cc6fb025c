import type { Explanations } from '../explanation.js';

/** Functions that empty the queue of an owner that is gone, and the parts of a packet. */
export const QUEUE_PLACES: Explanations = {
  skb_release_data: {
    what: 'The parts of a larger packet were freed with the packet. In Linux 6.12 they have the reason of that packet.',
    causes: [
      [
        'Linux 5.10 and 6.1: a datagram was put together from fragments, was read, and its later fragments were freed. Nothing was lost.',
        'The drop has no reason, and no drop of the first fragment is near.',
      ],
      [
        'The whole packet was dropped, and these are its parts.',
        'A drop of the whole packet has the same time and the same addresses.',
      ],
    ],
    sender: 'Look at the drop of the whole packet. If there is none, the sender has nothing to learn.',
    counters: 'No counter rises for the parts.',
    next: [
      "dropcap -r FILE 'symbol = skb_release_data'",
      'nstat -az IpReasmOKs IpReasmFails Ip6ReasmOKs Ip6ReasmFails',
    ],
    source: ['6.12 net/core/skbuff.c skb_release_data', '6.12 net/core/skbuff.c kfree_skb_list_reason'],
  },

  inet_sock_destruct: {
    what: 'An IPv4 or IPv6 socket was destroyed with packets in its receive queue or error queue. Nobody will read these packets.',
    causes: [
      [
        'A program such as ping closed a raw socket with copies of packets that it did not want.',
        'The packets are ICMP, or of another protocol than TCP and UDP.',
      ],
      [
        'The program asked for send timestamps or ICMP errors (SO_TIMESTAMPING, IP_RECVERR) and did not read them.',
        'The packets are those that this host sent.',
      ],
    ],
    sender: 'The sender is not told. A raw socket has only copies of packets.',
    counters: 'No counter rises.',
    next: ["dropcap -r FILE 'symbol = inet_sock_destruct'", 'ss -wanp'],
    source: ['6.12 net/ipv4/af_inet.c inet_sock_destruct'],
  },

  udp_destruct_common: {
    what: 'A UDP socket was closed with datagrams in its queue. The program did not read them.',
    causes: [
      [
        'A client closed its socket after the first answer, for example a DNS resolver that asked two servers.',
        'The source port of the packets is that of a service, such as 53.',
      ],
      [
        'A server ended or restarted while datagrams waited.',
        'The destination port is that of the service, and its process is new: ss -lunp.',
      ],
    ],
    sender: 'The sender is not told.',
    counters: 'No counter rises: UdpInDatagrams counts only what was read, and UdpInErrors does not rise.',
    next: ["dropcap -r FILE 'symbol = udp_destruct_common'", 'ss -uanp'],
    source: ['6.12 net/ipv4/udp.c udp_destruct_common'],
  },

  tcp_disconnect: {
    what: 'A TCP connection was cut off at once, and the kernel dropped what its receive queue had.',
    causes: [
      [
        'A server closed its listening socket, and had not accepted this connection yet.',
        'The destination port is that of the service, and the service stopped at that time.',
      ],
      [
        'The program called connect() with AF_UNSPEC to use the socket again.',
        'strace -e trace=connect -p PID shows it.',
      ],
      ['MPTCP closed one of the paths of a connection.', 'ss -M lists MPTCP connections of the program.'],
    ],
    sender: 'The peer gets a RST, unless the connection was closed already.',
    counters: 'TcpOutRsts counts the RST.',
    next: ['ss -ltnp', 'nstat -az TcpOutRsts', "dropcap -r FILE 'symbol = tcp_disconnect'"],
    source: ['6.12 net/ipv4/tcp.c tcp_disconnect', '6.12 net/ipv4/inet_connection_sock.c inet_child_forget'],
  },

  sk_stream_kill_queues: {
    what: 'A TCP socket ended with segments in its receive queue. Usually this is the FIN of the peer, at the normal end of a connection.',
    causes: [
      [
        'This host closed the connection first, and the FIN of the peer ended it. Nothing is lost.',
        'The packet is a TCP segment with FIN and without data.',
      ],
      [
        'Data arrived while the program closed the socket.',
        'The packet has data, and the connection ended at the same time.',
      ],
    ],
    sender: 'The FIN is acknowledged. The sender is not told of data that was not read here.',
    counters: 'No counter rises.',
    next: ["dropcap -r FILE 'symbol = sk_stream_kill_queues'", 'ss -tanp'],
    source: ['6.12 net/core/stream.c sk_stream_kill_queues'],
  },

  skb_rbtree_purge: {
    what: 'A TCP connection ended, and segments after a gap were still in its out-of-order queue. No program read these segments.',
    causes: [
      [
        'The connection was closed or reset while an earlier segment was missing.',
        'The segments belong to a connection that ss -ta does not list any more.',
      ],
      ['An MPTCP connection ended with data after a gap.', 'ss -M listed the connection before.'],
    ],
    sender: 'The connection was ended before, with FIN or RST.',
    counters: 'None. TcpExtTCPOFOQueue counts what came into the queue.',
    next: ["dropcap -r FILE 'symbol = skb_rbtree_purge'", 'nstat -az TcpExtTCPOFOQueue'],
    source: ['6.12 net/core/skbuff.c skb_rbtree_purge'],
  },

  skb_queue_purge: {
    what: 'A queue was emptied because its owner is gone or gave up. Linux 5.10 and 6.1 report this function, 6.12 skb_queue_purge_reason.',
    causes: [
      [
        'A program closed a packet, netlink or other socket with packets in its queue. dropcap does so too.',
        'The drops come when the program ends.',
      ],
      [
        'A driver or a tunnel ended a link, and dropped what waited for it, for example PPP or WireGuard.',
        'ip monitor link shows a device go down at the same time.',
      ],
    ],
    sender: 'The sender is not told. A TCP sender repeats its segment.',
    counters: 'Usually none.',
    next: ["dropcap -r FILE 'symbol = skb_queue_purge*'", 'ip monitor link'],
    source: ['6.12 include/linux/skbuff.h skb_queue_purge'],
  },

  skb_queue_purge_reason: {
    what: 'A queue was emptied because its owner is gone or gave up.',
    causes: [
      [
        'A program closed a packet, netlink or other socket with packets in its queue. dropcap does so too.',
        'The reason is QUEUE_PURGE, and the drops come when the program ends.',
      ],
      [
        'A driver or a tunnel ended a link, and dropped what waited for it, for example PPP or WireGuard.',
        'ip monitor link shows a device go down at the same time.',
      ],
      [
        'A Unix domain socket was closed or connected to another peer (Linux 7.3).',
        'The reason is SOCKET_CLOSE or UNIX_DISCONNECT.',
      ],
    ],
    sender: 'The sender is not told. A TCP sender repeats its segment.',
    counters: 'Usually none.',
    next: ["dropcap -r FILE 'symbol = skb_queue_purge*'", 'ip monitor link'],
    source: ['6.12 net/core/skbuff.c skb_queue_purge_reason', '7.3 net/unix/af_unix.c unix_sock_destructor'],
  },

  tun_queue_purge: {
    what: 'A program closed or detached a queue of a tun or tap device, and had not read all its packets.',
    causes: [
      [
        'A virtual machine, a container runtime or a VPN ended.',
        'The device is gone or has no carrier: ip link show dev IFACE.',
      ],
      [
        'The program detached one of several queues of the device.',
        'The device and its program are still there.',
      ],
    ],
    sender: 'The sender is not told.',
    counters: 'No counter rises.',
    next: ['ip -d tuntap show', 'ip -s link show dev IFACE', "dropcap -r FILE 'symbol = tun_queue_purge'"],
    source: ['6.12 drivers/net/tun.c tun_queue_purge', '6.12 drivers/net/tun.c __tun_detach'],
  },

  unix_release_sock: {
    what: 'A program closed a Unix domain socket with messages in its queue. At a listening socket these are connections that were not accepted.',
    causes: [
      ['The program ended before it read all messages.', 'ss -xp does not list the socket any more.'],
      ['A server stopped with connections that it had not accepted.', 'The clients got ECONNRESET.'],
    ],
    sender:
      'The peer of a stream or seqpacket socket with unread data gets ECONNRESET. Senders of datagrams are not told.',
    counters: 'No counter rises.',
    next: ['ss -xap', 'journalctl --since -1h'],
    source: ['6.12 net/unix/af_unix.c unix_release_sock'],
  },
};
