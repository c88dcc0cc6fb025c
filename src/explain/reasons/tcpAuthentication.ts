import type { Explanations } from '../explanation.js';

const SILENT =
  'The sender is told nothing: no RST, no ICMP, no acknowledgement. It sends again until its connection times out.';
const SOCKET_DROPS = 'The drops of the socket rise too (d in skmem of ss -tm).';

/** Segments whose signature (TCP-MD5, RFC 2385; TCP-AO, RFC 5925) is missing, unexpected or wrong. */
export const TCP_AUTHENTICATION: Explanations = {
  TCP_AUTH_HDR: {
    what: "The list of options in the TCP header is malformed, or it has two signature options. A socket's signature settings do not matter: the kernel checks each segment for a socket this way.",
    causes: [
      [
        'A middlebox or a traffic generator writes a wrong option length.',
        'tshark shows an option shorter than 2 bytes, or longer than what is left of the header.',
      ],
      [
        'The peer sends a signature option of a wrong size.',
        'The MD5 option (kind 19) is not 18 bytes long, or the AO option (kind 29) is not longer than 4.',
      ],
      ['The segment is signed twice.', 'Two options of kind 19 or 29 are in one header.'],
    ],
    sender: SILENT,
    counters: `No SNMP counter rises. ${SOCKET_DROPS}`,
    next: [
      "dropcap -r FILE -w options.pcapng 'reason = TCP_AUTH_HDR'",
      'tshark -r options.pcapng -O tcp',
      'ss -tm',
    ],
    source: ['6.12 net/ipv4/tcp.c tcp_inbound_hash', '7.3 net/ipv4/tcp.c tcp_inbound_hash'],
  },
  TCP_MD5NOTFOUND: {
    what: 'The segment has no signature, and the socket has an MD5 key for the address of its sender. BGP sessions with a password use such keys.',
    causes: [
      [
        'The peer has no MD5 password set for this session.',
        'No segment of the peer has the MD5 option: tshark -Y tcp.options.md5 shows none.',
      ],
      [
        'The peer has lost the connection, as after a restart, and its RST is not signed.',
        'The dropped segments have the RST flag. This side keeps the connection until a timeout.',
      ],
      [
        'A middlebox removes the option.',
        'A capture at the peer shows the MD5 option, and a capture at this host does not.',
      ],
      [
        'The prefix of the key is too wide, and covers hosts that are not peers.',
        'The sources of the drops are not the configured peer. ss -tni as root shows keys and prefixes in md5keys.',
      ],
    ],
    sender: SILENT,
    counters: `TcpExtTCPMD5NotFound. ${SOCKET_DROPS}`,
    next: ['nstat -az TcpExtTCPMD5NotFound', 'ss -tlni', "dropcap -r FILE 'reason = TCP_MD5NOTFOUND'"],
    source: ['6.12 net/ipv4/tcp.c tcp_inbound_hash'],
  },
  TCP_MD5UNEXPECTED: {
    what: 'The segment has an MD5 signature, and the socket has no key for the address of its sender.',
    causes: [
      [
        'Only the peer has a password set for this session.',
        'ss -tlni as root shows no md5keys for the listening socket.',
      ],
      [
        'The key here is for another address, such as the loopback address of a router.',
        'md5keys in ss -tlni names another address or prefix than the source of the drops.',
      ],
      [
        'The key is bound to a VRF, and the segment came by another one.',
        'ip route get ADDRESS names a device of another VRF.',
      ],
    ],
    sender: SILENT,
    counters: `TcpExtTCPMD5Unexpected. ${SOCKET_DROPS}`,
    next: ['ss -tlni', 'nstat -az TcpExtTCPMD5Unexpected', "dropcap -r FILE 'reason = TCP_MD5UNEXPECTED'"],
    source: ['6.12 net/ipv4/tcp.c tcp_inbound_md5_hash'],
  },
  TCP_MD5FAILURE: {
    what: 'The segment has an MD5 signature, the socket has a key for its sender, and the signature does not fit this key.',
    causes: [
      [
        'The passwords of the two sides differ.',
        'Every segment of the peer is dropped, the SYN too, and the session never comes up.',
      ],
      [
        'NAT or a proxy changes addresses or ports, which the signature covers.',
        'The addresses in a capture at the peer differ from those in a capture here.',
      ],
      [
        'The password was changed on one side while the session was up.',
        'The drops begin at the time of the change, in an established connection.',
      ],
    ],
    sender: SILENT,
    counters: `TcpExtTCPMD5Failure. ${SOCKET_DROPS}`,
    next: ['nstat -az TcpExtTCPMD5Failure', "dropcap -r FILE 'reason = TCP_MD5FAILURE'", 'ss -tlni'],
    source: ['6.12 net/ipv4/tcp.c tcp_inbound_md5_hash'],
  },
  TCP_AONOTFOUND: {
    what: 'The segment has no signature, and the socket requires TCP-AO. The socket has a key for the sender, or requires AO of everyone.',
    causes: [
      [
        'The peer has no TCP-AO key set for this session.',
        'No segment of the peer has option kind 29: tshark -Y tcp.options.ao shows none.',
      ],
      [
        'The peer has lost the connection, and its RST is not signed.',
        'The dropped segments have the RST flag.',
      ],
      [
        'The program demands TCP-AO of all peers (ao_required).',
        'Sources without a key at this socket are dropped too.',
      ],
    ],
    sender: SILENT,
    counters: `TcpExtTCPAORequired. ${SOCKET_DROPS}`,
    next: [
      'nstat -az TcpExtTCPAORequired TcpExtTCPAOGood',
      "dropcap -r FILE 'reason = TCP_AONOTFOUND'",
      'ss -tm dst ADDRESS',
    ],
    source: ['6.12 net/ipv4/tcp.c tcp_inbound_hash'],
  },
  TCP_AOUNEXPECTED: {
    what: 'The segment is signed with TCP-AO, and the socket has no AO key at all.',
    causes: [
      [
        'Only the peer has TCP-AO set for this session.',
        'TcpExtTCPAOGood does not rise: this host accepts no signed segment.',
      ],
      [
        'This side uses TCP-MD5 and the peer TCP-AO.',
        'ss -tlni as root shows md5keys for the listening socket.',
      ],
      [
        'The program here set its keys for another socket, or not yet.',
        'The drops end when the program has configured its peers.',
      ],
    ],
    sender: SILENT,
    counters: `TcpExtTCPAOKeyNotFound. ${SOCKET_DROPS}`,
    next: [
      'nstat -az TcpExtTCPAOKeyNotFound TcpExtTCPAOGood',
      'ss -tlni',
      "dropcap -r FILE 'reason = TCP_AOUNEXPECTED'",
    ],
    source: ['6.12 net/ipv4/tcp_ao.c tcp_inbound_ao_hash'],
  },
  TCP_AOKEYNOTFOUND: {
    what: 'The segment is signed with TCP-AO, and the socket has no key with this KeyID for its sender.',
    causes: [
      [
        'The key identifiers of the two sides differ: the SendID of the peer must be the RecvID here.',
        'tshark shows a KeyID (tcp.options.ao.keyid) that is not configured here.',
      ],
      [
        'The peer changed to its next key, which this host does not have yet.',
        'The drops begin in an established connection, with a new KeyID.',
      ],
      [
        'The key here is for another address or VRF.',
        'The KeyID is right, and the source of the drops is not the address of the key.',
      ],
    ],
    sender: SILENT,
    counters: `TcpExtTCPAOKeyNotFound. ${SOCKET_DROPS}`,
    next: [
      'tshark -r FILE -Y tcp.options.ao -T fields -e ip.src -e tcp.options.ao.keyid -e tcp.options.ao.rnextkeyid',
      'nstat -az TcpExtTCPAOKeyNotFound',
      "dropcap -r FILE 'reason = TCP_AOKEYNOTFOUND'",
    ],
    source: ['6.12 net/ipv4/tcp_ao.c tcp_inbound_ao_hash'],
  },
  TCP_AOFAILURE: {
    what: 'The segment is signed with TCP-AO, and the signature is wrong. Or one side used TCP-AO in the handshake and then stopped or started doing so.',
    causes: [
      [
        'The two sides have different passwords or algorithms for this KeyID.',
        'Every segment with this KeyID is dropped, the SYN too.',
      ],
      [
        'The two sides have a different length of the signature.',
        'The length of tcp.options.ao.mac is not what is configured here.',
      ],
      [
        'NAT changes addresses or ports, which the signature covers.',
        'The addresses in a capture at the peer differ from those in a capture here.',
      ],
      [
        'The SYN was signed and the ACK that ends the handshake is not, or the reverse.',
        'The dropped segment is the third of a handshake.',
      ],
    ],
    sender: SILENT,
    counters: `TcpExtTCPAOBad. ${SOCKET_DROPS}`,
    next: [
      'nstat -az TcpExtTCPAOBad TcpExtTCPAOGood',
      'tshark -r FILE -Y tcp.options.ao -T fields -e ip.src -e tcp.options.ao.keyid -e tcp.options.ao.mac',
      "dropcap -r FILE 'reason = TCP_AOFAILURE'",
    ],
    source: ['6.12 net/ipv4/tcp_ao.c tcp_ao_verify_hash', '6.12 net/ipv4/tcp.c tcp_inbound_hash'],
  },
};
