import type { Explanations } from '../explanation.js';

/**
 * Unix domain sockets. Their packets have no link-level header, so the kernel only counts such drops (--alert-mode summary).
 */
export const UNIX_SOCKETS: Explanations = {
  UNIX_DISCONNECT: {
    what: 'A Unix datagram socket was connected to another peer, or disconnected. The kernel dropped what the old peer had sent.',
    causes: [
      [
        'The program called connect() on a datagram socket that was connected before.',
        'A trace of the program shows it: strace -e trace=connect -p PID.',
      ],
      [
        'The peer of the socket was closed, and the program sent to it.',
        'The send of the program fails with ECONNREFUSED at the same time.',
      ],
    ],
    sender: 'The old peer gets ECONNRESET if it was connected to this socket. Otherwise it is not told.',
    counters: 'No counter rises.',
    next: ['ss -xap', 'strace -e trace=connect,sendmsg -p PID'],
    source: ['7.3 net/unix/af_unix.c unix_dgram_disconnected'],
  },

  UNIX_SKIP_OOB: {
    what: 'A program received from a Unix stream socket and passed over an urgent byte (MSG_OOB). The kernel dropped that byte.',
    causes: [
      [
        'The program called recv() without MSG_OOB, and its socket does not have SO_OOBINLINE.',
        'The packet is one byte long. A trace of the program shows recv without MSG_OOB.',
      ],
      [
        'The socket is in a BPF sockmap, which does not pass urgent bytes on.',
        'bpftool map list shows a sockmap or a sockhash.',
      ],
    ],
    sender: 'The sender is not told.',
    counters: 'No counter rises.',
    next: ['ss -xp', 'strace -e trace=recvfrom,recvmsg -p PID', 'bpftool map list'],
    source: ['6.12 net/unix/af_unix.c manage_oob', '6.12 net/unix/af_unix.c unix_stream_read_skb'],
  },
};
