import type { NetlinkSocket } from '../../src/binding/contract.js';
import { HOST_LITTLE_ENDIAN } from '../../src/bytes.js';
import type { GuardChannel } from '../../src/guard/channel.js';
import * as gm from '../../src/guard/messages.js';
import type { FakeKernel } from './fakeKernel.js';

const EPERM = 1;
const ENOENT = 2;
const EAGAIN = 11;
const EBUSY = 16;
const EINVAL = 22;
const EOPNOTSUPP = 95;

/** The guard of a fake kernel. Changes the fake kernel's state as native/guard changes a real kernel's. */
export class FakeGuard implements GuardChannel {
  closed = false;
  readonly #kernel: FakeKernel;
  readonly #started = new Set<'software' | 'hardware'>();
  #before: FakeKernel['state']['config'] | undefined;
  #onMessage: (message: Uint8Array) => void = () => {};
  #onEnd: () => void = () => {};

  constructor(kernel: FakeKernel) {
    this.#kernel = kernel;
  }

  exchange(request: Uint8Array): { reply: Uint8Array; socket: NetlinkSocket | undefined } {
    const [command = 0, a = 0, b = 0, c = 0] = wordsOf(request);
    if (command === gm.GUARD_OPEN) {
      const { hasFamily, mayJoin } = this.#kernel.state;
      if (!hasFamily || !mayJoin) return answer(command, hasFamily ? EPERM : ENOENT);
      const socket = this.#kernel.openNetlinkSocket(16, a);
      socket.joinGroup(7);
      return { ...answer(command, 0), socket };
    }
    if (command === gm.GUARD_CONFIGURE) return this.#configure(c === gm.GUARD_SUMMARY ? 0 : 1, a, b);
    if (command === gm.GUARD_START) return this.#start(a === 0 ? 'software' : 'hardware');
    return answer(command, EINVAL);
  }

  listen(onMessage: (message: Uint8Array) => void, onEnd: () => void): void {
    this.#onMessage = onMessage;
    this.#onEnd = onEnd;
  }

  send(request: Uint8Array): void {
    const [command = 0, mask = 0] = wordsOf(request);
    if (command === gm.GUARD_PING) {
      queueMicrotask(() => this.#onMessage(answer(command, 0).reply));
      return;
    }
    this.#kernel.log.push(command === gm.GUARD_KEEP ? `KEEP ${mask}` : 'END');
    if (command !== gm.GUARD_END) return;
    this.#undo();
    queueMicrotask(() => {
      this.#onMessage(answer(command, 0).reply);
      this.#onEnd();
    });
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#undo();
  }

  /** Ends the guard as SIGKILL does: it undoes nothing. */
  kill(): void {
    this.closed = true;
    this.#onEnd();
  }

  /** Sends the notice that monitoring of an origin was restarted (errno 0), or that restarting failed. */
  restarted(origin: 0 | 1, errno: number): void {
    this.#onMessage(answer(gm.GUARD_RESTARTED, errno, undefined, origin).reply);
  }

  #configure(
    alertMode: number,
    truncationLength: number,
    queueLength: number,
  ): ReturnType<FakeGuard['exchange']> {
    const { state, log } = this.#kernel;
    log.push('CONFIG');
    if (!state.mayConfigure) return answer(gm.GUARD_CONFIGURE, EPERM);
    if (state.running.software || state.running.hardware) {
      return answer(gm.GUARD_CONFIGURE, EBUSY, 'Cannot configure drop monitor during monitoring');
    }
    this.#before ??= state.config;
    state.config = { alertMode, truncationLength, queueLength };
    return answer(gm.GUARD_CONFIGURE, 0);
  }

  #start(origin: 'software' | 'hardware'): ReturnType<FakeGuard['exchange']> {
    const { state, log } = this.#kernel;
    log.push(`START ${origin}`);
    if (origin === 'hardware' && !state.hasDevlink) return answer(gm.GUARD_START, EOPNOTSUPP);
    if (state.running[origin]) return answer(gm.GUARD_START, EAGAIN, 'Trace state already set');
    state.running[origin] = true;
    this.#started.add(origin);
    return answer(gm.GUARD_START, 0);
  }

  #undo(): void {
    const { state, log } = this.#kernel;
    for (const origin of this.#started) {
      log.push(`STOP ${origin}`);
      state.running[origin] = false;
    }
    this.#started.clear();
    if (this.#before && !state.running.software && !state.running.hardware) {
      log.push('CONFIG');
      state.config = this.#before;
    }
    this.#before = undefined;
  }
}

function wordsOf(request: Uint8Array): number[] {
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength);
  return [0, 4, 8, 12].map((at) => view.getUint32(at, HOST_LITTLE_ENDIAN));
}

function answer(
  command: number,
  errno: number,
  text = '',
  value = 0,
): { reply: Uint8Array; socket: NetlinkSocket | undefined } {
  const reply = new Uint8Array(gm.GUARD_REPLY_BYTES);
  const view = new DataView(reply.buffer);
  [command, errno, value, text.length].forEach((word, i) => view.setUint32(4 * i, word, HOST_LITTLE_ENDIAN));
  reply.set(Buffer.from(text), 16);
  return { reply, socket: undefined };
}
