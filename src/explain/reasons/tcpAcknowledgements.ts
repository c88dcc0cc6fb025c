import type { Explanations } from '../explanation.js';

const SOCKET_DROPS = 'the drops of the socket (d in skmem of ss -tm)';
const CHALLENGE =
  'TcpExtTCPChallengeACK, or TcpExtTCPACKSkippedChallenge if the rate limit held the ACK back';

/** Segments whose acknowledgement number does not fit what a TCP socket sent. */
export const TCP_ACKNOWLEDGEMENTS: Explanations = {
  TCP_OLD_ACK: {
    what: 'The segment came in state SYN-RECV and acknowledges less than was acknowledged before. The kernel answers with a RST.',
    causes: [
      [
        'A Fast Open connection got an old ACK before the ACK of its SYN-ACK.',
        'TcpExtTCPFastOpenPassive rises, and the SYN had data.',
      ],
      [
        'Two hosts connect to each other at the same time with the same ports.',
        'A capture shows a SYN of both sides before any SYN-ACK.',
      ],
    ],
    sender: 'The sender gets a RST.',
    counters: 'No counter of its own. TcpOutRsts counts the RST.',
    next: [
      'ss -tno state syn-recv',
      'nstat -az TcpOutRsts TcpExtTCPFastOpenPassive',
      "dropcap -r FILE 'reason = TCP_OLD_ACK'",
    ],
    source: ['6.12 net/ipv4/tcp_input.c tcp_rcv_state_process'],
  },
  TCP_TOO_OLD_ACK: {
    what: 'The segment acknowledges a number far below what was acknowledged before: more than the largest window of the peer. Its data is dropped too.',
    causes: [
      [
        'A very old segment arrives: the network held it back for a long time.',
        'A single drop. A capture has the same segment earlier, or its TCP time stamp is old.',
      ],
      [
        'A middlebox changes sequence numbers, and forgot or changed its offset.',
        'All segments of the connection are dropped from one moment on.',
      ],
      [
        'Someone tries to inject data with guessed numbers (RFC 5961, section 5).',
        'Acknowledgement numbers are random, and the TTL differs from that of the connection.',
      ],
    ],
    sender:
      'A challenge ACK answers with the right numbers (limited in rate). In state SYN-RECV, a RST answers.',
    counters: `${CHALLENGE}; ${SOCKET_DROPS}.`,
    next: [
      "dropcap -r FILE 'reason = TCP_TOO_OLD_ACK'",
      'nstat -az TcpExtTCPChallengeACK TcpExtTCPACKSkippedChallenge',
      'ss -tni dst ADDRESS',
    ],
    source: ['6.12 net/ipv4/tcp_input.c tcp_ack', '7.3 net/ipv4/tcp_input.c tcp_ack'],
  },
  TCP_ACK_UNSENT_DATA: {
    what: 'The segment acknowledges data that this host has not sent. Its data is dropped too, and the connection stays.',
    causes: [
      [
        'A middlebox changes sequence numbers, and its two directions do not match.',
        'All segments of the connection are dropped from one moment on. A capture at the peer has other numbers.',
      ],
      [
        'The connection was moved to this host (failover, restored container) with an older state.',
        'The drops begin at the time of the move.',
      ],
      [
        'The peer has another connection with the same addresses and ports, as with NAT.',
        'The sequence number of the segment does not fit the connection either.',
      ],
      [
        'Someone guesses numbers.',
        'Acknowledgement numbers are random, and the TTL differs from that of the connection.',
      ],
    ],
    sender:
      'In state ESTABLISHED: 6.12 is silent, 7.3 answers with a challenge ACK. In SYN-RECV a RST answers, in the states of closing a challenge ACK.',
    counters: `Where a challenge ACK answers: ${CHALLENGE}. In all cases except SYN-RECV, ${SOCKET_DROPS}.`,
    next: [
      "dropcap -r FILE 'reason = TCP_ACK_UNSENT_DATA'",
      'ss -tni dst ADDRESS',
      'nstat -az TcpExtTCPChallengeACK TcpExtTCPACKSkippedChallenge',
    ],
    source: ['6.12 net/ipv4/tcp_input.c tcp_ack', '7.3 net/ipv4/tcp_input.c tcp_ack'],
  },
  TCP_INVALID_ACK_SEQUENCE: {
    what: 'This host sent a SYN, and the answer acknowledges another number. The kernel answers with a RST. A SYN that was not repeated yet is repeated at once.',
    causes: [
      [
        'The peer still has an old connection with the same ports, and answers with an ACK for it.',
        'The answer has ACK and no SYN. After the RST of this host, the next SYN succeeds.',
      ],
      [
        'A firewall or a load balancer answers in place of the peer, with its own numbers.',
        'The answer has SYN and ACK, and a TTL unlike that of the peer.',
      ],
      [
        'A program uses the same local port again soon (bind before connect, few local ports).',
        'ss -tan shows one local port for many attempts to this peer.',
      ],
      [
        'Someone answers SYNs with guessed numbers.',
        'Answers come from the address of the peer although the peer is down.',
      ],
    ],
    sender: 'The sender gets a RST, except when the answer itself has the RST flag.',
    counters: 'No counter of its own. TcpOutRsts counts the RST.',
    next: [
      "dropcap -r FILE 'reason = TCP_INVALID_ACK_SEQUENCE'",
      'ss -tnop state syn-sent',
      'nstat -az TcpOutRsts TcpRetransSegs',
    ],
    source: ['6.12 net/ipv4/tcp_input.c tcp_rcv_synsent_state_process'],
  },
};
