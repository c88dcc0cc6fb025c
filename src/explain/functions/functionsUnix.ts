import type { Explanations } from '../explanation.js';

/**
 * Functions of Unix domain sockets. Their packets have no link-level header, so the kernel only counts such drops
 * (--alert-mode summary).
 */
export const UNIX_FUNCTIONS: Explanations = {
  unix_stream_connect: {
    what: 'A connect() to a Unix stream or seqpacket socket failed. The dropped packet is only a part of the attempt.',
    causes: [
      [
        'No server listens at the path: its socket file is missing, or is left from a server that ended.',
        'connect() fails with ENOENT or ECONNREFUSED.',
      ],
      [
        'The server does not accept fast enough: its queue is full.',
        'connect() of a socket without blocking fails with EAGAIN. Send-Q of ss -xl is reached.',
      ],
      [
        'A security module refuses the connection.',
        'connect() fails with EACCES or EPERM, and the audit log has a denial.',
      ],
    ],
    sender: 'The program gets the error of connect().',
    counters: 'No counter rises.',
    next: ['ss -xlp', 'strace -f -e trace=connect -p PID'],
    source: ['6.12 net/unix/af_unix.c unix_stream_connect'],
  },

  unix_dgram_sendmsg: {
    what: 'A message to a Unix datagram or seqpacket socket was not delivered.',
    causes: [
      [
        'The queue of the receiver is full, and the sender does not block.',
        'The send fails with EAGAIN. The receiver, such as a log daemon, hangs or is slow.',
      ],
      ['The receiver is gone.', 'The send fails with ECONNREFUSED, ECONNRESET, ENOENT or EPIPE.'],
      [
        'A filter of the receiver refused the message.',
        'The send succeeds, and ss -xb shows a filter, as root.',
      ],
      [
        'A security module, or the connection of the receiver to another peer, forbids the message.',
        'The send fails with EPERM or EACCES.',
      ],
    ],
    sender: 'The program gets the error of its send. A filter gives no error.',
    counters: 'No counter rises.',
    next: ['ss -xap', 'strace -f -e trace=sendto,sendmsg -p PID'],
    source: ['6.12 net/unix/af_unix.c unix_dgram_sendmsg'],
  },

  unix_stream_sendmsg: {
    what: 'Data for a Unix stream socket was not delivered.',
    causes: [
      [
        'The peer has closed its socket, or does not read any more.',
        'The send fails with EPIPE, and the program may get SIGPIPE.',
      ],
      [
        'The program gave an address that it cannot read, or file descriptors over its limit.',
        'The send fails with EFAULT or ETOOMANYREFS.',
      ],
    ],
    sender: 'The program gets the error of its send.',
    counters: 'No counter rises.',
    next: ['ss -xp', 'strace -f -e trace=sendto,sendmsg,write -p PID'],
    source: ['6.12 net/unix/af_unix.c unix_stream_sendmsg'],
  },
};
