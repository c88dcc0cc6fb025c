/**
 * The native addon's functions for netlink sockets. A fake kernel in a test implements this interface.
 * A call that fails throws an Error with `syscall` (such as `setsockopt`), `errno` (positive) and `code` (`EPERM`).
 */
export interface NetlinkBinding {
  /**
   * Opens a non-blocking, close-on-exec AF_NETLINK socket and binds it to a port id that the kernel chooses.
   * @param protocol NETLINK_GENERIC, NETLINK_ROUTE, NETLINK_USERSOCK, ...
   * @param receiveBufferBytes wanted receive buffer, set by SO_RCVBUFFORCE, else SO_RCVBUF. 0: the kernel's default.
   * @returns a socket that the caller must close.
   */
  openNetlinkSocket(protocol: number, receiveBufferBytes: number): NetlinkSocket;

  /**
   * Opens a pair of connected AF_UNIX stream sockets, close-on-exec, blocking. The guard gets one end as its
   * descriptor 3. The caller must close both ends, each by `closeDescriptor` or as a `net.Socket`.
   */
  openSocketPair(): [ours: number, theirs: number];

  /**
   * Sends a request on a descriptor of `openSocketPair` and waits for the reply. Blocks the caller for at most
   * `timeoutMs`. After an error the caller must close the descriptor: the position in its stream is unknown.
   * @param request 4 bytes or more. The reply must begin with the same four bytes.
   * @param replyBytes length of the reply, 4 to 65,536.
   * @returns `reply` in new memory; `fd`: the descriptor that came with the reply (SCM_RIGHTS), close-on-exec, or -1. The
   * caller must pass the descriptor to `adoptNetlinkSocket` or `closeDescriptor`.
   * @throws Error with errno ETIMEDOUT; ECONNRESET when the peer closed its end; EPROTO when the reply is to another
   * request, or brought more than one descriptor (all are closed); EBADF when `fd` is not of `openSocketPair`.
   */
  exchange(
    fd: number,
    request: Uint8Array,
    replyBytes: number,
    timeoutMs: number,
  ): { reply: Uint8Array; fd: number };

  /**
   * Makes a socket from a descriptor of `exchange`, which the guard opened. The socket owns the descriptor from then on.
   * @throws Error with errno EINVAL when the descriptor is not a bound AF_NETLINK socket. The descriptor then stays open, and the
   * caller must close it.
   */
  adoptNetlinkSocket(fd: number): NetlinkSocket;

  /**
   * Closes a descriptor of `openSocketPair` or `exchange`. Does nothing when the descriptor is already closed or adopted,
   * or when its number now belongs to another file.
   */
  closeDescriptor(fd: number): void;
}

/** The native addon's function for the user of this process. */
export interface UserBinding {
  /**
   * Sets the real, effective and saved user and group, and the groups, of all threads. Does not change the
   * kernel's threads of io_uring: the caller must check the threads afterwards.
   * @param uid from 1 to 4,294,967,294
   * @param gid from 0 to 4,294,967,294
   * @throws Error with `syscall` and `errno`: some of the steps may be done then.
   */
  becomeUser(uid: number, gid: number): void;
}

/** The native addon's functions for files. */
export interface FileBinding {
  /**
   * Takes an exclusive lock of an open file (flock), without waiting. The lock lasts until the descriptor is closed. Only
   * programs that take it are kept out.
   * @returns false when another descriptor has the lock, also one of this process.
   * @throws Error with `errno` when the file system has no locks.
   */
  lockFile(fd: number): boolean;
  /**
   * Whether nobody can read any more what is written: a pipe has no reader, or the other end of a socket is closed. False
   * for a descriptor that is not open, and for files. Does not wait, and writes nothing.
   */
  isReaderGone(fd: number): boolean;
  /**
   * Sets the offset of an open file, in bytes from its start (lseek). Processes that inherited the descriptor see it.
   * @throws Error with `errno`.
   */
  seekFile(fd: number, offset: number): void;
}

/** The native addon's function for unix sockets: Node has no AF_UNIX datagrams. */
export interface DatagramBinding {
  /**
   * Sends one datagram to an AF_UNIX socket, without waiting.
   * @param address a path, or `@NAME` for the abstract name NAME; at most 107 bytes.
   * @throws Error with errno EAGAIN when the receiver's queue is full, ECONNREFUSED or ENOENT without a receiver,
   * ENAMETOOLONG.
   */
  sendDatagram(address: string, message: Uint8Array): void;
}

/** Memory for one batch of messages. The caller allocates the arena, the receive thread fills it. */
export interface MessageArena {
  /** `index.length / 2` slots of equal size: `bytes.length / (index.length / 2)` bytes each, rounded down. */
  readonly bytes: Uint8Array;
  /** Two words for each message: offset in `bytes`, length in bytes. */
  readonly index: Uint32Array;
}

/** Counters of the receive thread. */
export interface ReceiveCounters {
  /** Datagrams received, including cut ones. */
  readonly messages: number;
  /** Bytes received. */
  readonly bytes: number;
  /** How often the socket's buffer was full (ENOBUFS); 0 with NETLINK_NO_ENOBUFS. */
  readonly overruns: number;
  /** Datagrams larger than a slot. The thread cuts a datagram to the slot's size, and writes this size to the index. */
  readonly cut: number;
  /** How often the thread waited because all arenas were in use. */
  readonly arenaWaits: number;
  /** Datagrams discarded because the kernel did not send them (their port id is not 0). 0 unless `kernelOnly` is set. */
  readonly notFromKernel: number;
}

/**
 * Called on the JavaScript thread. `arena >= 0`: the arena with this number holds `value` messages (one or more), and
 * belongs to the listener until it calls `release(arena)`. `arena === -1`: the end, after the last batch; `value` is 0,
 * or the errno that ended the thread.
 */
export type BatchListener = (arena: number, value: number) => void;

/** A bound AF_NETLINK socket. Its descriptor is open until `close`. */
export interface NetlinkSocket {
  /** The port id that the kernel chose. */
  readonly portId: number;
  /** The receive buffer in bytes, from getsockopt(SO_RCVBUF). The kernel doubles the size that was set. */
  readonly receiveBufferBytes: number;
  /** setsockopt(SOL_NETLINK, option, int value). */
  setOption(option: number, value: number): void;
  /** Joins a multicast group by number, from 1 (NETLINK_ADD_MEMBERSHIP). */
  joinGroup(group: number): void;
  /** Leaves a multicast group (NETLINK_DROP_MEMBERSHIP). */
  leaveGroup(group: number): void;
  /** Sends one datagram: to the kernel, or to `portId` and the groups of the bit mask `groups` (nl_groups). */
  send(message: Uint8Array, portId?: number, groups?: number): void;
  /**
   * Receives one whole datagram of any size, in new memory; undefined when none came in `timeoutMs` (0: does not wait).
   * Blocks the caller: use it only for requests, whose answers the kernel queues before send() returns. Must not be
   * called after `startReceiving`.
   */
  receive(timeoutMs: number): Uint8Array | undefined;
  /**
   * Starts the receive thread. The thread reports the first message after a pause at once. Further messages are reported
   * as batches after `gatherMs`, or earlier: when more come than the arenas hold, or when a fourth of the receive buffer is
   * in use. Keeps the process alive until the end.
   * The caller must not detach the arenas before `listener` reported the end: the thread writes to their memory.
   * @param kernelOnly discard (and count) datagrams that the kernel did not send.
   * @param gatherMs 0 to 1000; 0, the default, reports messages as they come.
   */
  startReceiving(
    arenas: readonly MessageArena[],
    kernelOnly: boolean,
    listener: BatchListener,
    gatherMs?: number,
  ): void;
  /** Gives an arena back to the thread. Throws if the listener does not own the arena. */
  release(arena: number): void;
  /** Makes the thread receive and report the messages queued now, then end. Returns at once. May be called twice. */
  stopReceiving(): void;
  /** The counters so far. May be called at any time, also after close(). */
  counters(): ReceiveCounters;
  /** Messages dropped so far because the buffer was full (sk_drops, from SO_MEMINFO). At any time, also after close(). */
  overrunMessages(): number;
  /**
   * Ends the thread and closes the descriptor. Discards messages that are not reported yet. The listener is not called
   * again. May be called twice.
   */
  close(): void;
}
