import type { NetlinkBinding, NetlinkSocket } from '../binding/contract.js';
import { describeErrno, errnoOf, NetlinkError } from '../errors.js';
import { type GuardChannel, openGuardChannel } from './channel.js';
import {
  buildGuardRequest,
  decodeGuardReply,
  GUARD_CONFIGURE,
  GUARD_END,
  GUARD_KEEP,
  GUARD_OPEN,
  GUARD_RESTARTED,
  GUARD_START,
  type GuardReply,
} from './messages.js';

const EPERM = 1;
const END_TIMEOUT_MS = 5000;
/** Position in this list is the origin's number in requests. */
const ORIGINS = ['software', 'hardware'] as const;

/** Whose drops a guard starts to monitor. */
export type GuardedOrigin = (typeof ORIGINS)[number];

/** What a guard may tell in the course of a capture. */
export interface GuardEvents {
  /** Somebody had turned monitoring of that origin off, and it was started again; errno when that failed. */
  onRestarted(origin: GuardedOrigin, errno: number): void;
  /** The guard ended without being asked to: monitoring may be on for ever. */
  onLost(): void;
}

/**
 * The privileged part of a live capture, in a process of its own: it opens the event socket, configures and
 * starts the monitor, and undoes that when it is asked to, or when this process is gone, whatever ended it.
 */
export class MonitorGuard {
  readonly #channel: GuardChannel;
  #ended: (() => void) | undefined;
  #ending: Promise<void> | undefined;
  #endErrno = 0;

  /** @throws BindingError when there is no guard program */
  constructor(binding: NetlinkBinding, open: (binding: NetlinkBinding) => GuardChannel = openGuardChannel) {
    this.#channel = open(binding);
  }

  /** The event socket, joined to the group of alerts. @throws NetlinkError */
  openEvents(receiveBufferBytes: number): NetlinkSocket {
    const { socket } = this.#request('listen for alerts', buildGuardRequest(GUARD_OPEN, receiveBufferBytes));
    if (socket) return socket;
    throw new NetlinkError('cannot listen for alerts: no socket came', { syscall: 'recvmsg', errno: 0 });
  }

  /** Sets packet mode and these lengths; remembers what was set. @throws NetlinkError, EBUSY while monitoring is on */
  configure(truncationLength: number, queueLength: number): void {
    this.#request(
      'configure the drop monitor',
      buildGuardRequest(GUARD_CONFIGURE, truncationLength, queueLength),
    );
  }

  /** Starts monitoring; remembers that. @throws NetlinkError, EAGAIN when it is on already */
  start(origin: GuardedOrigin): void {
    this.#request(
      `start monitoring ${origin} drops`,
      buildGuardRequest(GUARD_START, ORIGINS.indexOf(origin)),
    );
  }

  /**
   * The last step of a start: keeps monitoring on with these settings, whoever turns it off (for no origin: does
   * not), and tells what happens.
   */
  watch(
    origins: readonly GuardedOrigin[],
    truncationLength: number,
    queueLength: number,
    events: GuardEvents,
  ): void {
    this.#channel.listen(
      (message) => this.#hear(decodeGuardReply(message), events),
      () => {
        if (this.#ended) this.#ended();
        else events.onLost();
      },
    );
    const mask = origins.reduce((bits, origin) => bits | (1 << ORIGINS.indexOf(origin)), 0);
    this.#channel.send(buildGuardRequest(GUARD_KEEP, mask, truncationLength, queueLength));
  }

  /** Has the guard undo what it did, and end. After `watch`. @throws NetlinkError when it could not, or did not answer */
  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  /** Ends the guard without waiting. May be called twice, also after `end`. */
  close(): void {
    this.#ended ??= () => {};
    this.#channel.close();
  }

  async #end(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const answered = await new Promise<boolean>((resolve) => {
      this.#ended = () => resolve(true);
      timer = setTimeout(() => resolve(false), END_TIMEOUT_MS);
      this.#channel.send(buildGuardRequest(GUARD_END));
    });
    clearTimeout(timer);
    this.#channel.close();
    if (!answered) throw refusal('stop monitoring', { errno: 0, text: 'the guard does not answer' });
    if (this.#endErrno !== 0) throw refusal('stop monitoring', { errno: this.#endErrno, text: undefined });
  }

  #hear(message: GuardReply, events: GuardEvents): void {
    if (message.command === GUARD_RESTARTED) {
      const origin = ORIGINS[message.value];
      if (origin) events.onRestarted(origin, message.errno);
    } else if (message.command === GUARD_END) {
      this.#endErrno = message.errno;
      this.#ended?.();
    }
  }

  #request(doing: string, request: Uint8Array): { socket: NetlinkSocket | undefined } {
    let answer: ReturnType<GuardChannel['exchange']>;
    try {
      answer = this.#channel.exchange(request);
    } catch (error) {
      const text = 'the guard (dropcap-guard) does not answer';
      throw refusal(doing, { errno: errnoOf(error), text }, { cause: error });
    }
    const reply = decodeGuardReply(answer.reply);
    if (reply.errno === 0) return answer;
    answer.socket?.close();
    throw refusal(doing, reply);
  }
}

function refusal(
  doing: string,
  why: Pick<GuardReply, 'errno' | 'text'>,
  options?: ErrorOptions,
): NetlinkError {
  const { errno, text } = why;
  const words = [errno === 0 ? undefined : describeErrno(errno), text].filter((word) => word !== undefined);
  const hint =
    errno === EPERM
      ? ' (run as root; dropcap doctor tells how an ordinary user may capture)'
      : ' (dropcap doctor tells what a capture needs)';
  return new NetlinkError(
    `cannot ${doing}: ${words.join(': ')}${hint}`,
    { syscall: 'netlink', errno, extendedAck: text },
    options,
  );
}
