import type { Explanations } from '../explanation.js';

const SOCKET_DROPS = 'the drops of the socket (d in skmem of ss -tm)';
const LIMITED = 'at most one in 500 ms for segments without data (net.ipv4.tcp_invalid_ratelimit)';

/** Segments with a sequence number that the connection has already received. */
const OLD: Explanations = {
  TCP_OLD_DATA: {
    what: 'The connection already has all data of this segment: it is a repetition. Nothing is lost by this drop.',
    causes: [
      [
        'The ACK of this host was lost or late, so the peer sent the segment again.',
        'The first copy is in a capture at this host. TcpExtTCPDSACKOldSent rises.',
      ],
      [
        'The peer sends again too early, because the path is slow or reorders segments.',
        'Copies come within the time of a round trip, and no segment is missing in a capture.',
      ],
      [
        'The network duplicates packets, as with two bridges or mirrored ports.',
        'Both copies come within microseconds, with the same IP identification.',
      ],
    ],
    sender: 'An ACK answers at once, with a D-SACK that names the repeated data if both sides use SACK.',
    counters: `TcpExtDelayedACKLost; TcpExtTCPDSACKOldSent with SACK; ${SOCKET_DROPS}. The retransmissions of the peer are in its TcpRetransSegs.`,
    next: [
      'nstat -az TcpExtDelayedACKLost TcpExtTCPDSACKOldSent',
      "dropcap -r FILE 'reason = TCP_OLD_DATA'",
      'ss -tni dst ADDRESS',
    ],
    source: ['6.12 net/ipv4/tcp_input.c tcp_data_queue', '6.12 net/ipv4/tcp_input.c tcp_dsack_set'],
  },
  TCP_OLD_SEQUENCE: {
    what: 'The segment ends before the data that this host acknowledged last. It is a keepalive, a probe of a closed window, or a repetition. Nothing is lost by this drop.',
    causes: [
      [
        'The peer sends keepalives. Linux sends them without data and with the last acknowledged number minus one.',
        'No data, one segment for a connection in a long time, and an ACK follows each.',
      ],
      [
        'The peer probes a closed window, because the program here does not read.',
        'Recv-Q of the connection in ss -tn stays high, and TcpExtTCPToZeroWindowAdv rises.',
      ],
      [
        'The ACK of this host was lost, and the peer sent data again.',
        'The segments have data, and TcpExtDelayedACKLost rises.',
      ],
      [
        'A RST of an old connection or of a guesser is too old.',
        'The dropped segment has the RST flag, and no ACK follows.',
      ],
    ],
    sender: `An ACK answers, ${LIMITED}. A RST gets no answer.`,
    counters: `With data: TcpExtDelayedACKLost, and TcpExtTCPDSACKOldSent with SACK. Without data: none, or TcpExtTCPACKSkippedSeq if the limit held the ACK back. Also ${SOCKET_DROPS}.`,
    next: [
      "dropcap -r FILE 'reason = TCP_OLD_SEQUENCE'",
      'ss -tno dst ADDRESS',
      'nstat -az TcpExtDelayedACKLost TcpExtTCPACKSkippedSeq TcpExtTCPToZeroWindowAdv',
    ],
    source: [
      '6.12 net/ipv4/tcp_input.c tcp_sequence',
      '6.12 net/ipv4/tcp_input.c tcp_validate_incoming',
      '6.12 net/ipv4/tcp_input.c tcp_send_dupack',
    ],
  },
};

/** Segments with a sequence number beyond the receive window. */
const BEYOND: Explanations = {
  TCP_INVALID_SEQUENCE: {
    what: 'The segment begins after the end of the receive window. In 6.12 the window is the one that this host offers now, in 7.3 the farthest that it ever offered.',
    causes: [
      [
        'Only 6.12: this host set its window to 0 for want of memory while segments were on the way.',
        'TcpExtTCPRcvQDrop rises, and drops with the reason PROTO_MEM come just before.',
      ],
      [
        'A middlebox changes sequence numbers (a firewall with random numbers, a proxy), and its two directions do not match.',
        'All segments of the connection are dropped from one moment on. A capture at the peer has other numbers.',
      ],
      [
        'The peer has another connection with the same addresses and ports, as after a restart or with NAT.',
        'The numbers are far from those of the segments that the connection accepted.',
      ],
      [
        'Someone guesses numbers, often with RST.',
        'The segments have random numbers, and their TTL differs from that of the connection.',
      ],
    ],
    sender: `An ACK with the expected number answers, ${LIMITED}. A RST gets no answer.`,
    counters: `6.12: no counter rises, except TcpExtTCPACKSkippedSeq if the limit held the ACK back. 7.3: TcpExtBeyondWindow, except for a RST. In both, ${SOCKET_DROPS}.`,
    next: [
      "dropcap -r FILE 'reason = TCP_INVALID_SEQUENCE'",
      'ss -tni dst ADDRESS',
      'nstat -az TcpExtBeyondWindow TcpExtTCPRcvQDrop TcpExtTCPACKSkippedSeq',
    ],
    source: [
      '6.12 net/ipv4/tcp_input.c tcp_sequence',
      '7.3 net/ipv4/tcp_input.c tcp_sequence',
      '7.3 net/ipv4/tcp_input.c tcp_validate_incoming',
    ],
  },
  TCP_INVALID_END_SEQUENCE: {
    what: 'The segment begins inside the receive window and ends after it, and the program here has unread data. Linux 6.12 does not have this reason and accepts such segments here.',
    causes: [
      [
        'The peer sends more than the window allows.',
        'In a capture, the segment ends after the last acknowledged number plus the window of this host.',
      ],
      [
        'The window scale differs: a middlebox removed or changed the option in the handshake.',
        'wscale in ss -tni is not that of the SYN in a capture at the peer.',
      ],
      [
        'The program reads slowly, so the window is small and rarely opens.',
        'Recv-Q of the connection in ss -tn stays high.',
      ],
    ],
    sender: 'An ACK with the expected number and the window answers. A RST gets no answer.',
    counters: `TcpExtBeyondWindow, and ${SOCKET_DROPS}.`,
    next: [
      'nstat -az TcpExtBeyondWindow',
      'ss -tnmi dst ADDRESS',
      "dropcap -r FILE 'reason = TCP_INVALID_END_SEQUENCE'",
    ],
    source: ['7.3 net/ipv4/tcp_input.c tcp_sequence', '7.3 net/ipv4/tcp_input.c tcp_validate_incoming'],
  },
  TCP_OVERWINDOW: {
    what: 'The data begins at the end of the window that this host offers now. In 7.3 it can also begin after it, in a window that this host offered before.',
    causes: [
      [
        'The peer probes the end of the window while earlier segments are missing.',
        'The dropped segment has 1 byte, and retransmissions of earlier data follow.',
      ],
      [
        'Only 7.3: this host made its window smaller after the peer sent, for want of memory.',
        'TcpExtTCPRcvQDrop rises, or net.ipv4.tcp_shrink_window is 1.',
      ],
      [
        'The peer ignores the window.',
        'In a capture, the segment has more than 1 byte and begins at the last acknowledged number plus the window.',
      ],
      [
        'Only 7.3: a segment outside the window came during a handshake.',
        'The connection is in SYN-RECV: ss -tn state syn-recv.',
      ],
    ],
    sender: 'An ACK with the window answers. The sender sends the data again.',
    counters: `6.12: no counter, only ${SOCKET_DROPS}. 7.3: also TcpExtBeyondWindow, except during a handshake.`,
    next: [
      'ss -tnmi dst ADDRESS',
      'nstat -az TcpExtBeyondWindow TcpExtTCPRcvQDrop TcpExtTCPToZeroWindowAdv',
      "dropcap -r FILE 'reason = TCP_OVERWINDOW'",
    ],
    source: [
      '6.12 net/ipv4/tcp_input.c tcp_data_queue',
      '7.3 net/ipv4/tcp_input.c tcp_data_queue',
      '7.3 net/ipv4/tcp_minisocks.c tcp_check_req',
    ],
  },
};

/** Segments whose sequence number is not the one that a TCP socket waits for. */
export const TCP_SEQUENCE: Explanations = { ...OLD, ...BEYOND };
