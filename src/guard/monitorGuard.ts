import type { NetlinkBinding, NetlinkSocket } from '../binding/contract.js';
import { describeErrno, errnoOf, NetlinkError } from '../errors.js';
import { onBeat } from '../heartbeat.js';
import { permissionHint } from '../permission.js';
import { type GuardChannel, openGuardChannel } from './channel.js';
import {
  buildGuardRequest,
  decodeGuardReply,
  GUARD_CONFIGURE,
  GUARD_END,
  GUARD_KEEP,
  GUARD_KEEP_SUMMARY,
  GUARD_OPEN,
  GUARD_PING,
  GUARD_RESTARTED,
  GUARD_START,
  GUARD_SUMMARY,
  type GuardReply,
} from './messages.js';

const EPERM = 1;
const END_TIMEOUT_MS = 5000;
/** An origin's index in this list is its number in requests to the guard. */
const ORIGINS = ['software', 'hardware'] as const;

/** The origin of the drops that a guard monitors. */
export type GuardedOrigin = (typeof ORIGINS)[number];

/** The settings that a guard gives the drop monitor. */
export interface GuardedSettings {
  /** Whether the kernel counts drops (summary mode), in place of sending their packets. */
  readonly summary: boolean;
  /** Most bytes of a packet; 0: whole packets. Unused in summary mode. */
  readonly truncationLength: number;
  /** Most packets in a processor's queue. Unused in summary mode. */
  readonly queueLength: number;
}

/** Events that a guard reports during a capture. */
export interface GuardEvents {
  /** Another program stopped monitoring this origin, and the guard restarted it. errno is not 0 when restarting failed. */
  onRestarted(origin: GuardedOrigin, errno: number): void;
  /** The guard ended without a request to end: monitoring then stays on after the capture, unless dropcap stops it. */
  onLost(): void;
  /** The guard has not answered for 5 seconds: it was stopped, as by SIGSTOP. Not called again before `onAnswering`. */
  onSilent(): void;
  /** The guard answers again. */
  onAnswering(): void;
}

/**
 * The privileged part of a live capture, in its own process. The guard opens the event socket, configures the drop
 * monitor and starts it. The guard undoes this on request, and when this process ended for any reason.
 */
export class MonitorGuard {
  readonly #channel: GuardChannel;
  #ended: (() => void) | undefined;
  #ending: Promise<void> | undefined;
  /** The errno of the reply to END; undefined before the reply. */
  #endErrno: number | undefined;
  #endPings: () => void = () => {};
  #unanswered = false;
  #silent = false;

  /** @throws BindingError when there is no guard program; the other errors of openGuardChannel */
  constructor(binding: NetlinkBinding, open: (binding: NetlinkBinding) => GuardChannel = openGuardChannel) {
    this.#channel = open(binding);
  }

  /** Opens the event socket, a member of the multicast group of alerts. The caller closes it. @throws NetlinkError */
  openEvents(receiveBufferBytes: number): NetlinkSocket {
    const { socket } = this.#request('listen for alerts', buildGuardRequest(GUARD_OPEN, receiveBufferBytes));
    if (socket) return socket;
    throw new NetlinkError('cannot listen for alerts: the guard (dropcap-guard) sent no socket', {
      syscall: 'recvmsg',
      errno: 0,
    });
  }

  /**
   * Sets alert mode and lengths. The guard remembers the settings that it replaced.
   * @throws NetlinkError with errno EBUSY while monitoring is on.
   */
  configure({ summary, truncationLength, queueLength }: GuardedSettings): void {
    const mode = summary ? GUARD_SUMMARY : 0;
    this.#request(
      'configure the drop monitor',
      buildGuardRequest(GUARD_CONFIGURE, truncationLength, queueLength, mode),
    );
  }

  /**
   * Starts monitoring an origin. The guard remembers that it must stop it.
   * @throws NetlinkError with errno EAGAIN when monitoring of this origin is already on.
   */
  start(origin: GuardedOrigin): void {
    this.#request(
      `start monitoring ${origin} drops`,
      buildGuardRequest(GUARD_START, ORIGINS.indexOf(origin)),
    );
  }

  /**
   * The last step of a start. The guard keeps monitoring these origins on, with these settings, also when another program
   * turns it off. With no origin, the guard restarts nothing. Calls `events` from then on.
   */
  watch(
    origins: readonly GuardedOrigin[],
    { summary, truncationLength, queueLength }: GuardedSettings,
    events: GuardEvents,
  ): void {
    this.#channel.listen(
      (message) => this.#hear(decodeGuardReply(message), events),
      () => {
        this.#endPings();
        if (this.#ended) this.#ended();
        else events.onLost();
      },
    );
    const mode = summary && origins.length > 0 ? GUARD_KEEP_SUMMARY : 0;
    const mask = origins.reduce((bits, origin) => bits | (1 << ORIGINS.indexOf(origin)), mode);
    this.#channel.send(buildGuardRequest(GUARD_KEEP, mask, truncationLength, queueLength));
    // setImmediate: after a stop of dropcap itself (Ctrl-Z), an answer that waits in the socket is read before.
    this.#endPings = onBeat(() => setImmediate(() => this.#ping(events)));
  }

  /**
   * Makes the guard undo its changes, and end. Must be called after `watch`.
   * @throws NetlinkError when the guard failed to undo them, ended without an answer, or did not answer in 5 seconds.
   */
  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  /** Ends the guard without waiting for it. May be called twice, also after `end`. */
  close(): void {
    this.#ended ??= () => {};
    this.#endPings();
    this.#channel.close();
  }

  #ping(events: GuardEvents): void {
    if (this.#ended) return;
    if (!this.#unanswered) {
      this.#unanswered = true;
      this.#channel.send(buildGuardRequest(GUARD_PING));
    } else if (!this.#silent) {
      this.#silent = true;
      events.onSilent();
    }
  }

  async #end(): Promise<void> {
    this.#endPings();
    let timer: NodeJS.Timeout | undefined;
    const answered = await new Promise<boolean>((resolve) => {
      this.#ended = () => resolve(true);
      timer = setTimeout(() => resolve(false), END_TIMEOUT_MS);
      this.#channel.send(buildGuardRequest(GUARD_END));
    });
    clearTimeout(timer);
    this.#channel.close();
    if (!answered) throw notStopped('does not answer (kill -CONT its process, or dropcap stop)');
    if (this.#endErrno === undefined) throw notStopped('ended before it answered (dropcap stop)');
    if (this.#endErrno !== 0) throw refusal('stop monitoring', { errno: this.#endErrno, text: undefined });
  }

  #hear(message: GuardReply, events: GuardEvents): void {
    if (message.command === GUARD_RESTARTED) {
      const origin = ORIGINS[message.value];
      if (origin) events.onRestarted(origin, message.errno);
    } else if (message.command === GUARD_PING) {
      this.#unanswered = false;
      if (this.#silent) events.onAnswering();
      this.#silent = false;
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

/** @param what what the guard did, and what the user can do. A guard that is continued later undoes its changes. */
function notStopped(what: string): NetlinkError {
  const text = `cannot stop monitoring: the guard (dropcap-guard) ${what}`;
  return new NetlinkError(text, { syscall: 'recvmsg', errno: 0 });
}

function refusal(
  doing: string,
  why: Pick<GuardReply, 'errno' | 'text'>,
  options?: ErrorOptions,
): NetlinkError {
  const { errno, text } = why;
  const words = [errno === 0 ? undefined : describeErrno(errno), text].filter((word) => word !== undefined);
  const hint = errno === EPERM ? permissionHint() : ' (dropcap doctor reports what a capture needs)';
  return new NetlinkError(
    `cannot ${doing}: ${words.join(': ')}${hint}`,
    { syscall: 'netlink', errno, extendedAck: text },
    options,
  );
}
