import type { Explanations } from '../explanation.js';

const SOCKET_DROPS = 'the drops of the socket (d in skmem of ss -tm)';

/** Segments that do not fit the state of the TCP socket. */
export const TCP_STATES: Explanations = {
  TCP_FLAGS: {
    what: 'The flags of the segment make no sense in the state of the socket. Most often, an acknowledgement came for a listening socket, and no connection or handshake fits it.',
    causes: [
      [
        'The client believes in a connection that this host does not have, as after a restart or a change of a load balancer.',
        'The segments have the ACK flag, and the destination is a port in ss -ltn. The client gets a RST.',
      ],
      [
        'The request was gone when the last ACK of the handshake came, as in a SYN flood or after a timeout.',
        'TcpExtSyncookiesFailed or TcpExtTCPReqQFullDrop rises.',
      ],
      [
        'A scanner tests the host.',
        'Segments without SYN, ACK and RST, or with SYN and FIN, from one source to many ports.',
      ],
      [
        'A connection attempt of this host was answered with an ACK without SYN.',
        'The socket is in SYN-SENT (ss -tn state syn-sent), and the acknowledged number is right.',
      ],
    ],
    sender:
      'A RST answers an ACK for a listening socket, except when the segment itself has the RST flag. In all other cases the sender is told nothing.',
    counters: `No counter of its own. TcpOutRsts counts the RST. Without a RST, ${SOCKET_DROPS} rise.`,
    next: [
      "dropcap -r FILE 'reason = TCP_FLAGS'",
      'ss -ltn',
      'nstat -az TcpOutRsts TcpExtSyncookiesFailed TcpExtTCPReqQFullDrop',
    ],
    source: [
      '6.12 net/ipv4/tcp_input.c tcp_rcv_state_process',
      '6.12 net/ipv4/tcp_input.c tcp_rcv_established',
      '6.12 net/ipv4/tcp_input.c tcp_rcv_synsent_state_process',
      '6.12 net/ipv4/tcp_ao.c tcp_inbound_ao_hash',
    ],
  },
  TCP_ABORT_ON_DATA: {
    what: 'Data came for a connection whose program does not read any more: it closed the socket, or shut down its reading side. The kernel ends the connection.',
    causes: [
      [
        'The program closed the socket while the peer still sent.',
        'A FIN of this host precedes the data in a capture, and a RST follows.',
      ],
      [
        'The program called shutdown(SHUT_RD), and the peer sends on after the FIN of this host.',
        'ss -tnp in state FIN-WAIT-1 or FIN-WAIT-2 still shows the process.',
      ],
      [
        'The program set TCP_LINGER2 below 0: the connection ends as soon as the peer acknowledges the FIN.',
        'The dropped segment has no data, and acknowledges the FIN.',
      ],
    ],
    sender:
      'The sender gets a RST, and its program an error such as ECONNRESET. Data that it sent and this host did not read is lost.',
    counters: 'TcpExtTCPAbortOnData, and TcpOutRsts for the RST.',
    next: [
      'nstat -az TcpExtTCPAbortOnData TcpExtTCPAbortOnClose TcpOutRsts',
      "dropcap -r FILE 'reason = TCP_ABORT_ON_DATA'",
      'ss -tnop state fin-wait-1 state fin-wait-2',
    ],
    source: ['6.12 net/ipv4/tcp_input.c tcp_rcv_state_process'],
  },
  TCP_RESET: {
    what: 'The kernel ignored a RST. Its sequence number lies in the window and is not the expected one, or no connection fits it. In 6.12 and 7.3, a RST that ends a connection is not reported as a drop.',
    causes: [
      [
        'The peer sent the RST while data was on the way, so its number is not the next one.',
        'The connection ends soon after, by a RST with the right number that answers the challenge ACK.',
      ],
      [
        'A RST came for a listening port, after this host forgot the connection.',
        'The destination is a port in ss -ltn, and the RST has no ACK flag. With ACK, the reason is TCP_FLAGS.',
      ],
      [
        'A firewall or an attacker guesses numbers to cut the connection.',
        'Many RSTs with different numbers come, their TTL differs from that of the data, and the connection lives on.',
      ],
      [
        'A RST without ACK answered a connection attempt of this host.',
        'The socket is in SYN-SENT: ss -tn state syn-sent.',
      ],
    ],
    sender:
      'An established connection answers with a challenge ACK, so that a true peer can send the RST with the right number. In SYN-SENT and LISTEN nothing is sent.',
    counters: `TcpExtTCPChallengeACK, or TcpExtTCPACKSkippedChallenge if the rate limit held the answer back. In SYN-SENT and LISTEN none of these. Always ${SOCKET_DROPS}.`,
    next: [
      "dropcap -r FILE 'reason = TCP_RESET'",
      'nstat -az TcpExtTCPChallengeACK TcpExtTCPACKSkippedChallenge',
      'ss -tn dst ADDRESS',
    ],
    source: [
      '6.12 net/ipv4/tcp_input.c tcp_validate_incoming',
      '6.12 net/ipv4/tcp_input.c tcp_rcv_state_process',
      '6.12 net/ipv4/tcp_input.c tcp_rcv_synsent_state_process',
    ],
  },
  TCP_INVALID_SYN: {
    what: 'A segment with the SYN flag came for an existing connection. The connection stays as it is.',
    causes: [
      [
        'The ACK of this host was lost, and the peer sent its SYN-ACK again.',
        'The dropped segment has SYN and ACK, at the beginning of a connection that works.',
      ],
      [
        'The peer restarted, or NAT gave its port to another connection, and this host still has the old one.',
        'SYNs without ACK come repeatedly with a new sequence number. The peer sends a RST after the challenge ACK.',
      ],
      [
        'The challenge ACK does not reach the peer, so its connection attempt hangs.',
        'The same SYN comes again and again, and no RST comes. A stateful firewall on the way may drop the ACK.',
      ],
      [
        'Someone attacks the connection with forged SYNs.',
        'Many SYNs with random numbers come, and the true peer sends data all the time.',
      ],
    ],
    sender:
      'A challenge ACK answers, limited to one in 500 ms for a connection (net.ipv4.tcp_invalid_ratelimit). A peer without this connection sends a RST then.',
    counters: `TcpExtTCPSYNChallenge; TcpInErrs in state ESTABLISHED; TcpExtTCPChallengeACK or TcpExtTCPACKSkippedChallenge for the answer; ${SOCKET_DROPS}.`,
    next: [
      'nstat -az TcpExtTCPSYNChallenge TcpExtTCPChallengeACK TcpExtTCPACKSkippedChallenge',
      'ss -tno dst ADDRESS',
      "dropcap -r FILE 'reason = TCP_INVALID_SYN'",
    ],
    source: ['6.12 net/ipv4/tcp_input.c tcp_validate_incoming'],
  },
  TCP_CLOSE: {
    what: 'The segment reached a socket that was closed in the same moment. The kernel had found the socket, and the connection ended before the segment was processed.',
    causes: [
      [
        'The connection ended by a RST, a timeout or a close while more segments waited for the socket.',
        'A few drops at the end of a connection, with a RST or FIN just before.',
      ],
      [
        'Many connections are aborted under load.',
        'TcpEstabResets or TcpExtTCPAbortOnClose rises together with the drops.',
      ],
    ],
    sender:
      'Nothing answers this segment. If the sender still has the connection, it sends again, and gets a RST because the socket is gone.',
    counters: `No counter, only ${SOCKET_DROPS}, which end with the socket.`,
    next: [
      "dropcap -r FILE 'reason = TCP_CLOSE'",
      'nstat -az TcpEstabResets TcpExtTCPAbortOnClose TcpExtTCPAbortOnData',
      'ss -s',
    ],
    source: ['6.12 net/ipv4/tcp_input.c tcp_rcv_state_process', '6.12 net/ipv4/tcp_ao.c tcp_inbound_ao_hash'],
  },
  TCP_FASTOPEN: {
    what: 'The segment came for a TCP Fast Open connection whose handshake has not ended, and is not the ACK that ends it.',
    causes: [
      [
        'The client did not get the SYN-ACK, and sends its SYN again.',
        'The dropped segment is a SYN. TcpExtTCPSynRetrans rises, because the SYN-ACK is sent again.',
      ],
      [
        'The client gave up: its RST ends the waiting connection.',
        'The dropped segment has the RST flag, and the connection is gone.',
      ],
      [
        'The segment lies outside the window, or its time stamp is too old.',
        'An ACK of this host answers. In 7.3, such drops are TCP_OVERWINDOW and TCP_RFC7323_PAWS.',
      ],
    ],
    sender:
      'A repeated SYN gets the SYN-ACK again. A segment outside the window gets an ACK. A RST gets no answer.',
    counters: `No counter of its own. TcpExtTCPACKSkippedSynRecv counts answers that the rate limit held back; ${SOCKET_DROPS} rise.`,
    next: [
      'nstat -az TcpExtTCPFastOpenPassive TcpExtTCPFastOpenPassiveFail TcpExtTCPSynRetrans',
      'ss -tno state syn-recv',
      'sysctl net.ipv4.tcp_fastopen',
    ],
    source: [
      '6.12 net/ipv4/tcp_input.c tcp_rcv_state_process',
      '7.3 net/ipv4/tcp_input.c tcp_rcv_state_process',
    ],
  },
  TCP_MINTTL: {
    what: 'The TTL (IPv6: hop limit) of the segment is below the minimum that the program set for this socket (IP_MINTTL, IPV6_MINHOPCOUNT). BGP uses this to accept only near peers.',
    causes: [
      [
        'The peer does not send with TTL 255, because only this side has TTL security set.',
        'The TTL of the dropped segments is a usual initial value such as 64, or 1.',
      ],
      [
        'The way to the peer is longer than the configured number of hops.',
        'The TTL is a little below the minimum, and traceroute shows more routers.',
      ],
      ['Someone who is no neighbour tries to reach the port.', 'The source is not a configured peer.'],
    ],
    sender:
      'The sender is told nothing. It sends again until its connection attempt or connection times out.',
    counters: `TcpExtTCPMinTTLDrop, also for IPv6; ${SOCKET_DROPS} also rise.`,
    next: [
      'tshark -r FILE -T fields -e ip.src -e ip.ttl -e ipv6.src -e ipv6.hlim',
      'nstat -az TcpExtTCPMinTTLDrop',
      'traceroute -n ADDRESS',
    ],
    source: ['6.12 net/ipv4/tcp_ipv4.c tcp_v4_rcv', '6.12 net/ipv6/tcp_ipv6.c tcp_v6_rcv'],
  },
};
