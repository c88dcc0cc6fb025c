/** A class of noise: drops that the kernel reports although nothing is lost. docs/noise.md says what each means. */
export type NoiseName =
  | 'socket-close'
  | 'queue-purge'
  | 'fragment-parts'
  | 'already-received'
  | 'other-host'
  | 'multicast-not-joined';

/** Drops that are noise: with one of the reasons, at one of the places. */
export interface NoiseRow {
  readonly name: NoiseName;
  /** Drop reasons without SKB_DROP_REASON_. NOT_SPECIFIED is also the reason of a kernel that reports none. */
  readonly reasons: readonly string[];
  /** Functions that drop the packets. Undefined: all functions, because the reasons say enough. */
  readonly places?: readonly string[];
  /** The kernels on which such drops were seen: the series, with `, ` between them. */
  readonly kernels: string;
  /** Why nothing is lost, one sentence. */
  readonly why: string;
}

/**
 * The noise of kernels, by reason and function. A row is here only if each drop that it matches is no loss. A reason or
 * function with other causes too has no row: hiding a drop that hurts is worse than showing one that does not. The
 * rows are judged by the drops of test/kernel/noise.sh on Linux 5.10, 6.1, 6.12 and 7.3.
 */
export const NOISE: readonly NoiseRow[] = [
  {
    name: 'socket-close',
    reasons: ['QUEUE_PURGE'],
    places: ['inet_sock_destruct', 'sk_stream_kill_queues', 'tcp_disconnect'],
    kernels: '6.12, 7.3',
    why: 'The program closed the socket, and did not want what was still in its queue.',
  },
  {
    name: 'socket-close',
    reasons: ['NOT_SPECIFIED'],
    places: ['inet_sock_destruct', 'sk_stream_kill_queues', 'tcp_disconnect'],
    kernels: '5.10, 6.1',
    why: 'The same, on kernels that give no reason.',
  },
  {
    name: 'socket-close',
    reasons: ['NOT_SPECIFIED'],
    places: ['udp_destruct_common'],
    kernels: '5.10, 6.1, 6.12, 7.3',
    why: 'The program closed the UDP socket, and did not want the datagrams in its queue.',
  },
  {
    name: 'socket-close',
    reasons: ['NOT_SPECIFIED'],
    places: ['skb_rbtree_purge'],
    kernels: '5.10, 6.1, 6.12, 7.3',
    why: 'The connection ended, and segments after a gap were still in its queue.',
  },
  {
    name: 'queue-purge',
    reasons: ['QUEUE_PURGE'],
    places: ['skb_queue_purge_reason'],
    kernels: '6.12, 7.3',
    why: 'The owner of the queue is gone: a closed packet, raw or netlink socket, also one of dropcap itself. A driver can do the same when its link ends, as PPP: what was in the queue is then lost with the link.',
  },
  {
    name: 'queue-purge',
    reasons: ['NOT_SPECIFIED'],
    places: ['skb_queue_purge'],
    kernels: '5.10, 6.1',
    why: 'The same, on kernels that give no reason.',
  },
  {
    name: 'queue-purge',
    reasons: ['NOT_SPECIFIED'],
    places: ['tun_queue_purge'],
    kernels: '5.10, 6.1, 6.12, 7.3',
    why: 'The program closed the tun or tap device, and did not want what was still in its queue.',
  },
  {
    name: 'fragment-parts',
    reasons: ['NOT_SPECIFIED'],
    places: ['skb_release_data'],
    kernels: '5.10, 6.1',
    why: 'A later fragment of a datagram that was put together. If the datagram is dropped, that is a drop of its own.',
  },
  {
    name: 'already-received',
    reasons: ['TCP_OLD_DATA', 'TCP_OFOMERGE', 'TCP_OFO_DROP'],
    kernels: '6.1, 6.12, 7.3',
    why: 'The socket has all data of this segment already.',
  },
  {
    name: 'already-received',
    reasons: ['TCP_OLD_SEQUENCE'],
    kernels: '6.12, 7.3',
    why: 'The segment ends before the data that was received last: a repetition, or a keepalive, which is answered.',
  },
  {
    name: 'already-received',
    reasons: ['TCP_RFC7323_PAWS_ACK'],
    kernels: '7.3',
    why: 'An acknowledgement without data that a newer one overtook.',
  },
  {
    name: 'already-received',
    reasons: ['DUP_FRAG'],
    kernels: '6.12, 7.3',
    why: 'The fragment is in the queue already: the first copy is used.',
  },
  {
    name: 'other-host',
    reasons: ['OTHERHOST'],
    kernels: '6.1, 6.12, 7.3',
    why: "The frame has another host's address: a device in promiscuous mode, a veth pair or a bridge shows it to this host.",
  },
  {
    name: 'other-host',
    reasons: ['IPV6_NDISC_NS_OTHERHOST'],
    kernels: '6.12, 7.3',
    why: "The neighbour solicitation asks for another host's address, and only its multicast group is the same.",
  },
  {
    name: 'multicast-not-joined',
    reasons: ['NOT_SPECIFIED'],
    places: ['ip6_mc_input'],
    kernels: '5.10, 6.1, 6.12, 7.3',
    why: 'Nobody on this host has joined the IPv6 multicast group.',
  },
];
