import type { Explanations } from '../explanation.js';

const SOCKET_DROPS = 'the drops of the socket (d in skmem of ss -tm)';

/** Segments for which a queue of a TCP socket has no room, or that are in it already. */
export const TCP_QUEUES: Explanations = {
  TCP_ZEROWINDOW: {
    what: 'Data came while the receive window of the socket was 0. Its buffer is full, mostly because the program does not read fast enough. The peer tests now and then whether the window has opened.',
    causes: [
      [
        'The program does not read: it hangs, is stopped, or waits for something else.',
        'Recv-Q of the connection in ss -tnp stays high, and names the process.',
      ],
      [
        'The program reads more slowly than the peer sends.',
        'Recv-Q changes, TcpExtTCPToZeroWindowAdv and TcpExtTCPFromZeroWindowAdv both rise.',
      ],
      [
        'The receive buffer is small, or memory for TCP is short.',
        'rb in skmem of ss -tm is small, or TcpExtTCPRcvQDrop or TcpExtTCPMemoryPressures rises.',
      ],
    ],
    sender:
      'An ACK with window 0 answers. The sender keeps the data, and sends it when the window opens: no data is lost.',
    counters: `TcpExtTCPZeroWindowDrop, and ${SOCKET_DROPS}.`,
    next: [
      'ss -tnmp dst ADDRESS',
      'nstat -az TcpExtTCPZeroWindowDrop TcpExtTCPToZeroWindowAdv TcpExtTCPRcvQDrop TcpExtTCPMemoryPressures',
      'sysctl net.ipv4.tcp_rmem net.ipv4.tcp_mem',
    ],
    source: ['6.12 net/ipv4/tcp_input.c tcp_data_queue'],
  },
  TCP_OFOMERGE: {
    what: 'The segment came out of order, and all its data is in the queue of such segments already. Or a larger segment replaced one in the queue. Nothing is lost by this drop.',
    causes: [
      [
        'An earlier segment is missing, and the peer sends again what came after the gap.',
        'TcpExtTCPOFOQueue rises too, and a capture shows the missing segment later.',
      ],
      [
        'The network duplicates packets while segments come out of order.',
        'Both copies have the same IP identification.',
      ],
    ],
    sender: 'An ACK answers, with a D-SACK that names the repeated data if both sides use SACK.',
    counters: `TcpExtTCPOFOMerge; TcpExtTCPDSACKOfoSent with SACK; ${SOCKET_DROPS}.`,
    next: [
      'nstat -az TcpExtTCPOFOMerge TcpExtTCPOFOQueue TcpExtTCPDSACKOfoSent',
      'ss -tni dst ADDRESS',
      "dropcap -r FILE 'reason = TCP_OFOMERGE'",
    ],
    source: ['6.12 net/ipv4/tcp_input.c tcp_data_queue_ofo'],
  },
  TCP_OFO_DROP: {
    what: 'The segment waited in the queue of segments after a gap. When the gap closed, other segments had brought all its data. Nothing is lost by this drop.',
    causes: [
      [
        'A segment was missing, and the peer sent more again than was missing.',
        'TcpExtTCPOFOQueue rises. The retransmission in a capture is longer than the gap.',
      ],
      [
        'The network reorders segments so much that the peer takes them for lost.',
        'The same data comes twice, and the first copy is only late.',
      ],
    ],
    sender: 'The ACK that follows names the repeated data in a D-SACK if both sides use SACK.',
    counters: `No SNMP counter for the drop, only ${SOCKET_DROPS}. TcpExtTCPDSACKOldSent can rise by the same repetition.`,
    next: [
      'nstat -az TcpExtTCPOFOQueue TcpExtTCPDSACKOldSent',
      'ss -tni dst ADDRESS',
      "dropcap -r FILE 'reason = TCP_OFO_DROP'",
    ],
    source: ['6.12 net/ipv4/tcp_input.c tcp_ofo_queue'],
  },
  TCP_OFO_QUEUE_PRUNE: {
    what: 'The socket needs memory, so the kernel removed received segments from the queue of segments after a gap, the farthest first. The peer must send them again.',
    causes: [
      [
        'The receive buffer is full: the program reads slowly, and a segment is missing.',
        'In skmem of ss -tm, r is near or above rb, and Recv-Q is high.',
      ],
      [
        'A long gap on a fast path: much data arrives while one segment is missing.',
        'Recv-Q is low. The drops end when the missing segment arrives, and rb is small for rate times round trip.',
      ],
      [
        'All TCP sockets together use too much memory.',
        'mem of TCP in /proc/net/sockstat is near the second value of net.ipv4.tcp_mem.',
      ],
      [
        'The peer sends many tiny segments out of order.',
        'The dropped segments have few bytes of data each.',
      ],
    ],
    sender:
      'The sender is not told. This host forgets its SACK state, so the sender finds out by missing ACKs, and sends again.',
    counters: `TcpExtPruneCalled, usually, and TcpExtOfoPruned, by one for a whole run; ${SOCKET_DROPS} for each segment.`,
    next: [
      'nstat -az TcpExtOfoPruned TcpExtPruneCalled TcpExtRcvPruned TcpExtTCPMemoryPressures',
      'ss -tnmi dst ADDRESS',
      'cat /proc/net/sockstat',
      'sysctl net.ipv4.tcp_rmem net.ipv4.tcp_mem',
    ],
    source: ['6.12 net/ipv4/tcp_input.c tcp_prune_ofo_queue'],
  },
  TCP_LISTEN_OVERFLOW: {
    what: 'The ACK that ends a handshake came, and the kernel could not make the connection. Mostly the accept queue of the listening socket is full. Linux 6.12 reports NOT_SPECIFIED for such drops. The kernel does not report a SYN that it ignores for a full queue.',
    causes: [
      [
        'The program does not call accept fast enough, or hangs.',
        'In ss -ltnp, Recv-Q of the listening socket is above Send-Q, and TcpExtListenOverflows rises.',
      ],
      [
        'The backlog is small for the rate of connections.',
        'Send-Q in ss -ltn is small. It is the smaller one of the backlog of listen() and net.core.somaxconn.',
      ],
      [
        'Memory is short, or no route leads back to the client.',
        'TcpExtListenDrops rises, and TcpExtListenOverflows does not.',
      ],
    ],
    sender:
      'The client is not told, and believes in the connection. The kernel sends its SYN-ACK again, and the next ACK or data tries again. With net.ipv4.tcp_abort_on_overflow = 1, the client gets a RST.',
    counters:
      'TcpExtListenOverflows if the accept queue is full; TcpExtListenDrops in all cases; the drops of the listening socket (d in ss -ltm).',
    next: [
      'ss -ltnp',
      'nstat -az TcpExtListenOverflows TcpExtListenDrops TcpExtTCPReqQFullDrop',
      'sysctl net.core.somaxconn net.ipv4.tcp_abort_on_overflow',
    ],
    source: ['7.3 net/ipv4/tcp_minisocks.c tcp_check_req'],
  },
};
