import type { Explanation, Explanations } from '../explanation.js';

/** tcp_v4_rcv and tcp_v6_rcv do the same for IPv4 and IPv6. */
function tcpReceive(name: string, version: string, source: string): Explanation {
  return {
    what: `A TCP segment over ${version} came for this host and was dropped before a connection took it. The reason says why.`,
    causes: [
      [
        'The segment belongs to a connection in TIME-WAIT, or it repeats a SYN. Nothing is lost.',
        'Linux 6.12: no reason. The segment is a repeated FIN, ACK or SYN.',
      ],
      [
        'The accept queue of the listening socket is full.',
        'Linux 6.12: no reason, and TcpExtListenOverflows rises. Linux 7.3: TCP_LISTEN_OVERFLOW.',
      ],
      ['No program listens on the port, or the connection is gone.', 'The reason is NO_SOCKET.'],
      [
        'The segment came in a broadcast or multicast frame.',
        'No reason, and the destination MAC address is not that of this host.',
      ],
    ],
    sender:
      'NO_SOCKET: the sender gets a RST. Otherwise the sender repeats the segment, or has nothing to repeat.',
    counters: 'TcpInSegs counts the segment. The rest depends on the reason: dropcap explain REASON.',
    next: [
      `dropcap -r FILE --summary 'symbol = ${name}'`,
      'ss -ltnp',
      'nstat -az TcpExtListenOverflows TcpExtListenDrops TcpOutRsts TcpInErrs',
    ],
    source: [source],
  };
}

/** tcp_v4_do_rcv and tcp_v6_do_rcv answer segments that a socket must refuse. */
function tcpRefused(name: string, source: string): Explanation {
  return {
    what: 'A TCP segment came for a socket, and the socket refused it. Some kernels, such as 6.12 of Debian, also report drops of tcp_rcv_established here.',
    causes: [
      [
        'An ACK came for a listening socket: the connection that it belongs to is not known.',
        'The reason is TCP_FLAGS, and the socket is listening.',
      ],
      [
        'The program had closed the connection, and data of the peer still came.',
        'The reason is TCP_ABORT_ON_DATA, and TcpExtTCPAbortOnData rises.',
      ],
      [
        'An acknowledgement does not fit the connection.',
        'The reason is TCP_INVALID_ACK_SEQUENCE, TCP_OLD_ACK, TCP_TOO_OLD_ACK or TCP_ACK_UNSENT_DATA.',
      ],
      ['The checksum is wrong.', 'The reason is TCP_CSUM, and TcpInCsumErrors rises.'],
    ],
    sender:
      'The sender gets a RST. Exceptions: nothing for a wrong checksum, and at most a challenge ACK for a connection that is open.',
    counters:
      'TcpOutRsts counts the RST. Also TcpExtTCPAbortOnData, TcpExtTCPChallengeACK, or TcpInCsumErrors with TcpInErrs.',
    next: [
      `dropcap -r FILE --summary 'symbol = ${name}'`,
      'nstat -az TcpOutRsts TcpExtTCPAbortOnData TcpInCsumErrors',
      'ss -tanp',
    ],
    source: [source],
  };
}

/** TCP functions that drop segments with several causes. */
export const TCP_FUNCTIONS: Explanations = {
  tcp_v4_rcv: tcpReceive('tcp_v4_rcv', 'IPv4', '6.12 net/ipv4/tcp_ipv4.c tcp_v4_rcv'),
  tcp_v6_rcv: tcpReceive('tcp_v6_rcv', 'IPv6', '6.12 net/ipv6/tcp_ipv6.c tcp_v6_rcv'),

  tcp_v4_do_rcv: tcpRefused('tcp_v4_do_rcv', '6.12 net/ipv4/tcp_ipv4.c tcp_v4_do_rcv'),
  tcp_v6_do_rcv: tcpRefused('tcp_v6_do_rcv', '6.12 net/ipv6/tcp_ipv6.c tcp_v6_do_rcv'),

  tcp_rcv_state_process: {
    what: 'A TCP segment came for a connection that is being opened or closed, and was dropped after it was handled.',
    causes: [
      [
        'The segment is an acknowledgement, and the peer had closed its side before. TCP used the acknowledgement, and nothing is lost.',
        'No reason. The segment has no data, and the socket is in CLOSE-WAIT, CLOSING or LAST-ACK.',
      ],
      [
        'The flags do not fit the state: for example a RST for a listening socket, or a segment without ACK.',
        'The reason is TCP_RESET or TCP_FLAGS.',
      ],
      [
        'The acknowledgement is too old, or is for data that was never sent.',
        'The reason is TCP_TOO_OLD_ACK or TCP_ACK_UNSENT_DATA.',
      ],
      ['The connection is closed already.', 'The reason is TCP_CLOSE.'],
    ],
    sender:
      'TCP_TOO_OLD_ACK and TCP_ACK_UNSENT_DATA get an acknowledgement (challenge ACK). Otherwise the sender is not told.',
    counters: 'The drops of the socket (d in ss -tm). A challenge ACK: TcpExtTCPChallengeACK.',
    next: [
      "dropcap -r FILE --summary 'symbol = tcp_rcv_state_process'",
      'ss -tanpom',
      'nstat -az TcpExtTCPChallengeACK',
    ],
    source: ['6.12 net/ipv4/tcp_input.c tcp_rcv_state_process'],
  },

  tcp_rcv_established: {
    what: 'A TCP segment came for an open connection, and its header or its acknowledgement is wrong. Some kernels report tcp_v4_do_rcv or tcp_v6_do_rcv instead.',
    causes: [
      [
        'The acknowledgement is too old, or is for data that was never sent.',
        'The reason is TCP_TOO_OLD_ACK or TCP_ACK_UNSENT_DATA.',
      ],
      ['The segment has none of the flags ACK, RST and SYN.', 'The reason is TCP_FLAGS.'],
      ['The checksum is wrong.', 'The reason is TCP_CSUM, and TcpInCsumErrors rises.'],
      ['The segment is shorter than its header.', 'The reason is PKT_TOO_SMALL, and TcpInErrs rises.'],
    ],
    sender:
      'A bad acknowledgement can get a challenge ACK, limited in rate. Otherwise the sender is not told.',
    counters:
      'TcpExtTCPChallengeACK, or TcpInErrs, with TcpInCsumErrors for a wrong checksum. The drops of the socket (d in ss -tm).',
    next: [
      "dropcap -r FILE --summary 'symbol = tcp_rcv_established'",
      'nstat -az TcpExtTCPChallengeACK TcpInErrs TcpInCsumErrors',
      'ss -tinp',
    ],
    source: ['6.12 net/ipv4/tcp_input.c tcp_rcv_established'],
  },

  tcp_validate_incoming: {
    what: 'A TCP segment did not fit its connection: its sequence number, its timestamp, a SYN or a RST.',
    causes: [
      [
        'The segment was received before, or is a keepalive.',
        'The reason is TCP_OLD_SEQUENCE. On older kernels TCP_INVALID_SEQUENCE, or none.',
      ],
      [
        'The timestamp is older than one that came before: the network changes the order, or several hosts share an address.',
        'The reason is TCP_RFC7323_PAWS, and TcpExtPAWSEstab rises.',
      ],
      ['The sequence number is beyond the window.', 'The reason is TCP_INVALID_SEQUENCE.'],
      [
        'A SYN came in a connection: the peer restarted, or it used the port again.',
        'The reason is TCP_INVALID_SYN, and TcpExtTCPSYNChallenge rises.',
      ],
    ],
    sender:
      'The sender gets an acknowledgement, limited in rate, unless the segment is a RST. Some RSTs get a challenge ACK.',
    counters:
      'TcpExtPAWSEstab, TcpExtTCPSYNChallenge, TcpExtTCPChallengeACK, and the drops of the socket (d in ss -tm).',
    next: [
      "dropcap -r FILE --summary 'symbol = tcp_validate_incoming'",
      'nstat -az TcpExtPAWSEstab TcpExtTCPSYNChallenge TcpExtTCPChallengeACK TcpExtTCPACKSkippedSeq TcpExtTCPACKSkippedPAWS',
      'ss -tinp',
    ],
    source: ['6.12 net/ipv4/tcp_input.c tcp_validate_incoming'],
  },

  tcp_data_queue: {
    what: 'The data of a TCP segment was not taken into the receive queue of its socket.',
    causes: [
      [
        'The socket has the data already: the peer sent it again.',
        'The reason is TCP_OLD_DATA, TCP_OFOMERGE or TCP_OFO_DROP.',
      ],
      [
        'The program does not read: the window is closed, and the peer sends anyway, often one byte as a probe.',
        'The reason is TCP_ZEROWINDOW, and TcpExtTCPZeroWindowDrop rises.',
      ],
      [
        'There is no memory for the data.',
        'The reason is PROTO_MEM, and TcpExtTCPRcvQDrop or TcpExtTCPOFODrop rises.',
      ],
      ['The data begins beyond the window.', 'The reason is TCP_OVERWINDOW.'],
    ],
    sender: 'The sender gets an acknowledgement with the current window, and repeats what is missing.',
    counters:
      'TcpExtDelayedACKLost, TcpExtTCPZeroWindowDrop, TcpExtTCPRcvQDrop or TcpExtTCPOFODrop, and the drops of the socket (d in ss -tm).',
    next: [
      "dropcap -r FILE --summary 'symbol = tcp_data_queue'",
      'ss -tinpm',
      'nstat -az TcpExtDelayedACKLost TcpExtTCPZeroWindowDrop TcpExtTCPRcvQDrop TcpExtTCPOFODrop',
    ],
    source: ['6.12 net/ipv4/tcp_input.c tcp_data_queue'],
  },
};
