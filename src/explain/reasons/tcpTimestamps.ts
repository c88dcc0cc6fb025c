import type { Explanations } from '../explanation.js';

const SOCKET_DROPS = 'the drops of the socket (d in skmem of ss -tm)';
const OLD_KERNEL = 'Linux 6.12 does not have this reason';

/** Segments whose TCP time stamp (RFC 7323) is too old or wrong: PAWS. */
export const TCP_TIMESTAMPS: Explanations = {
  TCP_RFC7323_PAWS: {
    what: 'The time stamp (TSval) of the segment is older than the last one that the connection accepted. The kernel takes the segment for an old one. In SYN-SENT, the echoed time stamp (TSecr) is not one that this host sent.',
    causes: [
      [
        'The network reorders or duplicates segments, and an old one comes late.',
        'Single drops, often ACKs without data. The TSval is a little below that of the segments before.',
      ],
      [
        'The peer or a middlebox writes other time stamps than before, as after the move of a virtual machine.',
        'The TSval of the connection jumps back by a large value, and all further segments are dropped.',
      ],
      [
        'This host is in SYN-SENT, and an answer echoes a time stamp of an earlier attempt.',
        'TcpExtPAWSActive rises.',
      ],
    ],
    sender:
      'An ACK answers, at most one in 500 ms for segments without data (net.ipv4.tcp_invalid_ratelimit). An answer to a SYN with a wrong TSecr gets a RST.',
    counters: `TcpExtPAWSEstab; TcpExtPAWSActive in SYN-SENT; TcpExtTCPACKSkippedPAWS if the limit held the ACK back (TcpExtTCPACKSkippedSynRecv in a handshake of 7.3). Also ${SOCKET_DROPS}, except where a RST answers.`,
    next: [
      'nstat -az TcpExtPAWSEstab TcpExtPAWSActive TcpExtTCPACKSkippedPAWS',
      'tshark -r FILE -T fields -e ip.src -e tcp.srcport -e tcp.options.timestamp.tsval -e tcp.options.timestamp.tsecr',
      'ss -tni dst ADDRESS',
    ],
    source: [
      '6.12 net/ipv4/tcp_input.c tcp_validate_incoming',
      '6.12 net/ipv4/tcp_input.c tcp_rcv_synsent_state_process',
      '7.3 net/ipv4/tcp_minisocks.c tcp_check_req',
    ],
  },
  TCP_RFC7323_PAWS_ACK: {
    what: `An ACK without data came after newer segments: its time stamp and its sequence number are old. Nothing is lost by this drop. ${OLD_KERNEL}: there it is TCP_RFC7323_PAWS.`,
    causes: [
      [
        'The network or the receive queues of this host reorder segments.',
        'The dropped ACKs have no data, and their TSval is a little below that of the segments before.',
      ],
      [
        'The network duplicates packets.',
        'A capture has the same ACK twice, with the same IP identification.',
      ],
    ],
    sender: 'Nothing is sent, and nothing is needed: a newer segment acknowledged more.',
    counters: `TcpExtPAWSOldAck, and ${SOCKET_DROPS}.`,
    next: [
      'nstat -az TcpExtPAWSOldAck TcpExtPAWSEstab',
      "dropcap -r FILE 'reason = TCP_RFC7323_PAWS_ACK'",
      'ss -tni dst ADDRESS',
    ],
    source: [
      '7.3 net/ipv4/tcp_input.c tcp_disordered_ack_check',
      '7.3 net/ipv4/tcp_input.c tcp_validate_incoming',
    ],
  },
  TCP_RFC7323_TW_PAWS: {
    what: `The connection is in TIME-WAIT, and the time stamp of the segment is older than the last one of this connection. ${OLD_KERNEL}: there it is NOT_SPECIFIED.`,
    causes: [
      [
        'Several hosts behind one NAT address use the same port, and the clock of the second is slower.',
        'The dropped segment is a SYN, and connection attempts from this address hang now and then.',
      ],
      [
        'The peer restarted and uses the same port again with a lower time stamp.',
        'The dropped segment is a SYN, soon after the end of the old connection.',
      ],
      ['An old segment of the ended connection comes late.', 'The dropped segment has no SYN.'],
    ],
    sender:
      'An ACK of the old connection answers, limited in rate for segments without data. A client in SYN-SENT sends a RST then, and its next SYN can succeed. A RST gets no answer.',
    counters: 'TcpExtPAWSTimewait; TcpExtTCPACKSkippedTimeWait if the limit held the ACK back.',
    next: [
      'ss -tano state time-wait src :PORT',
      'nstat -az TcpExtPAWSTimewait TcpExtTCPACKSkippedTimeWait',
      'tshark -r FILE -T fields -e ip.src -e tcp.srcport -e tcp.flags.syn -e tcp.options.timestamp.tsval',
    ],
    source: ['7.3 net/ipv4/tcp_minisocks.c tcp_timewait_state_process'],
  },
  TCP_RFC7323_TSECR: {
    what: `A segment came during a handshake, and echoes a time stamp (TSecr) that no SYN-ACK of this host had. ${OLD_KERNEL} and does not check this.`,
    causes: [
      [
        'A proxy or a firewall changes time stamps in one direction only.',
        'All connections through this device fail, and the TSecr is unlike the TSval of the SYN-ACK.',
      ],
      [
        'The segment belongs to an earlier connection with the same ports.',
        'Single drops, and the connection succeeds afterwards.',
      ],
      ['Someone sends forged ACKs.', 'The sources do not answer, and the TSecr is random.'],
    ],
    sender: 'An ACK answers, limited in rate. A RST gets no answer.',
    counters:
      'TcpExtTSEcrRejected; TcpExtTCPACKSkippedSynRecv if the limit held the ACK back. The drops of the listening socket rise too (d in ss -ltm).',
    next: [
      'nstat -az TcpExtTSEcrRejected TcpExtTCPACKSkippedSynRecv',
      'tshark -r FILE -T fields -e ip.src -e tcp.options.timestamp.tsval -e tcp.options.timestamp.tsecr',
      'ss -tno state syn-recv',
    ],
    source: ['7.3 net/ipv4/tcp_minisocks.c tcp_check_req'],
  },
};
