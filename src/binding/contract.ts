/**
 * What the native addon offers to TypeScript, and so what a fake kernel in a test must implement.
 * Failing calls throw an Error with `syscall` (such as `setsockopt`), `errno` (positive) and `code` (`EPERM`).
 */
export interface NetlinkBinding {
  /**
   * Opens a non-blocking, close-on-exec AF_NETLINK socket and binds it to a port id that the kernel chooses.
   * @param protocol NETLINK_GENERIC, NETLINK_ROUTE, NETLINK_USERSOCK, ...
   * @param receiveBufferBytes wanted receive buffer; SO_RCVBUFFORCE, else SO_RCVBUF. 0: the kernel's default.
   */
  openNetlinkSocket(protocol: number, receiveBufferBytes: number): NetlinkSocket;

  /**
   * A pair of connected AF_UNIX stream sockets, close-on-exec, blocking. For whoever starts the guard: one end is
   * its descriptor 3. Each end is its receiver's to close, by `closeDescriptor` or as a `net.Socket`.
   */
  openSocketPair(): [ours: number, theirs: number];

  /**
   * Sends a request on a descriptor of `openSocketPair` and waits for the reply, which begins with the same four
   * bytes. Blocks the caller, at most `timeoutMs`. After an error the stream is of no use: close it.
   * `fd` of the answer is the descriptor that came along (SCM_RIGHTS), close-on-exec, for `adoptNetlinkSocket` or
   * `closeDescriptor`; -1 when none did.
   * @param request 4 bytes or more.
   * @param replyBytes 4 to 65,536.
   * @throws Error with errno ETIMEDOUT; ECONNRESET when the peer is gone; EPROTO when the reply is not to this request,
   * or brought more than one descriptor (all are closed); EBADF for a descriptor of another origin
   */
  exchange(
    fd: number,
    request: Uint8Array,
    replyBytes: number,
    timeoutMs: number,
  ): { reply: Uint8Array; fd: number };

  /**
   * The socket of a descriptor that came by `exchange`, opened and joined by somebody else. Owns the descriptor from
   * then on.
   * @throws Error with errno EINVAL, and closes nothing, unless it is a bound AF_NETLINK socket
   */
  adoptNetlinkSocket(fd: number): NetlinkSocket;

  /**
   * Closes a descriptor that came by `openSocketPair` or `exchange`. Does nothing when it is closed, or adopted, or its
   * number stands for something else by now.
   */
  closeDescriptor(fd: number): void;
}

/** Memory for one batch of messages. Allocated by the caller, filled by the receive thread. */
export interface MessageArena {
  /** `index.length / 2` slots of equal size, `bytes.length / (index.length / 2)` each, rounded down. */
  readonly bytes: Uint8Array;
  /** Two words a message: offset in `bytes`, length in bytes. */
  readonly index: Uint32Array;
}

/** What the receive thread counted so far. */
export interface ReceiveCounters {
  /** Datagrams received, those cut included. */
  readonly messages: number;
  /** Bytes received. */
  readonly bytes: number;
  /** Times that the socket's buffer was full (ENOBUFS); 0 with NETLINK_NO_ENOBUFS. */
  readonly overruns: number;
  /** Datagrams larger than a slot: received up to the slot's size, indexed with that length. */
  readonly cut: number;
  /** Times that the thread had to wait because every arena was still in use. */
  readonly arenaWaits: number;
  /** Datagrams that did not come from the kernel (port id not 0) and were thrown away, when asked to. */
  readonly foreign: number;
}

/**
 * Called on the JavaScript thread. `arena >= 0`: that arena holds `value` messages (one or more) and belongs to
 * the listener until it calls `release(arena)`. `arena === -1`: the end, after the last batch; `value` is 0, or
 * the errno that ended the thread.
 */
export type BatchListener = (arena: number, value: number) => void;

export interface NetlinkSocket {
  /** The port id that the kernel chose. */
  readonly portId: number;
  /** The receive buffer in force, as getsockopt(SO_RCVBUF) tells it (the kernel doubles what was asked). */
  readonly receiveBufferBytes: number;
  /** setsockopt(SOL_NETLINK, option, int value). */
  setOption(option: number, value: number): void;
  /** Joins a multicast group by number, from 1 (NETLINK_ADD_MEMBERSHIP). */
  joinGroup(group: number): void;
  /** Leaves it (NETLINK_DROP_MEMBERSHIP). */
  leaveGroup(group: number): void;
  /** Sends one datagram, to the kernel unless `portId` or `groups` (a bit mask, nl_groups) say otherwise. */
  send(message: Uint8Array, portId?: number, groups?: number): void;
  /**
   * One whole datagram of any size, or undefined after `timeoutMs` (0: only what is there now). Blocks the
   * caller: for requests, whose answers the kernel queues before send() returns. Not while receiving.
   */
  receive(timeoutMs: number): Uint8Array | undefined;
  /**
   * Starts the receive thread. A message that comes after a silence arrives at `listener` at once; while more come, a
   * batch every 2 ms, or whenever an arena is full.
   * The arenas must not be detached until the end was reported. Keeps the process alive until the end.
   * @param kernelOnly throw away (and count) datagrams whose sender is not the kernel.
   */
  startReceiving(arenas: readonly MessageArena[], kernelOnly: boolean, listener: BatchListener): void;
  /** Gives an arena back to the thread. Throws if the thread does not wait for it. */
  release(arena: number): void;
  /** Asks the thread to receive what is queued now, report it, and end. Returns at once; may be called twice. */
  stopReceiving(): void;
  /** May be called at any time, also after close(). */
  counters(): ReceiveCounters;
  /** Messages that found the socket's buffer full (sk_drops by SO_MEMINFO), so far. At any time, also after close(). */
  overrunMessages(): number;
  /** Ends the thread without draining, closes the descriptor. No listener call follows. May be called twice. */
  close(): void;
}
