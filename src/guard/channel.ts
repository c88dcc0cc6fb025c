import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { Socket } from 'node:net';
import type { NetlinkBinding, NetlinkSocket } from '../binding/contract.js';
import { guardPath } from '../binding/load.js';
import { BindingError, messageOf, NetlinkError } from '../errors.js';
import { GUARD_REPLY_BYTES } from './messages.js';

const EACCES = 13;
const EXCHANGE_TIMEOUT_MS = 5000;

/** The way to a guard and back; what a fake in a test must implement. */
export interface GuardChannel {
  /** Sends a request and waits for its reply. Blocks. Not after `listen`. @throws as NetlinkBinding.exchange */
  exchange(request: Uint8Array): { readonly reply: Uint8Array; readonly socket: NetlinkSocket | undefined };
  /**
   * From now on gives every message of the guard to `onMessage`, and calls `onEnd` once, when the guard is gone.
   */
  listen(onMessage: (message: Uint8Array) => void, onEnd: () => void): void;
  /** Sends a request without waiting. After `listen`. */
  send(request: Uint8Array): void;
  /** Ends the connection, upon which the guard undoes what it did, and goes. May be called twice. */
  close(): void;
}

/**
 * Starts a guard: a program of its own, so that it outlives this process, and so that only it needs privileges.
 * @throws BindingError when it is not there or cannot be started; NetlinkError, EACCES, when this user may not run it
 */
export function openGuardChannel(binding: NetlinkBinding): GuardChannel {
  const path = guardPath();
  checkMayRun(path);
  const [ours, theirs] = binding.openSocketPair();
  try {
    // In a session of its own, so that a Ctrl-C on our terminal is not its; without our environment.
    const child = spawn(path, [], {
      stdio: ['ignore', 'ignore', 'inherit', theirs],
      env: {},
      cwd: '/',
      detached: true,
    });
    child.on('error', () => {}); // Not started: the pair's other end is closed, and the first exchange fails.
    child.unref();
  } catch (error) {
    binding.closeDescriptor(ours);
    throw new BindingError(`cannot start ${path}: ${messageOf(error)}`, { cause: error });
  } finally {
    binding.closeDescriptor(theirs);
  }
  return new SocketChannel(binding, ours);
}

/** Its file belongs to a group of those who may capture. */
function checkMayRun(path: string): void {
  try {
    accessSync(path, constants.X_OK);
  } catch (error) {
    throw new NetlinkError(
      `cannot start ${path}: permission denied (run as root; dropcap doctor tells how an ordinary user may capture)`,
      { syscall: 'execve', errno: EACCES },
      { cause: error },
    );
  }
}

class SocketChannel implements GuardChannel {
  readonly #binding: NetlinkBinding;
  readonly #fd: number;
  #socket: Socket | undefined;
  #closed = false;

  constructor(binding: NetlinkBinding, fd: number) {
    this.#binding = binding;
    this.#fd = fd;
  }

  exchange(request: Uint8Array): { reply: Uint8Array; socket: NetlinkSocket | undefined } {
    const { reply, fd } = this.#binding.exchange(this.#fd, request, GUARD_REPLY_BYTES, EXCHANGE_TIMEOUT_MS);
    return { reply, socket: fd < 0 ? undefined : this.#binding.adoptNetlinkSocket(fd) };
  }

  listen(onMessage: (message: Uint8Array) => void, onEnd: () => void): void {
    const socket = new Socket({ fd: this.#fd, readable: true, writable: true });
    this.#socket = socket;
    let rest: Uint8Array = new Uint8Array(0);
    socket.on('data', (data: Uint8Array) => {
      rest = Buffer.concat([rest, data]);
      for (; rest.length >= GUARD_REPLY_BYTES; rest = rest.subarray(GUARD_REPLY_BYTES)) {
        onMessage(rest.subarray(0, GUARD_REPLY_BYTES));
      }
    });
    socket.on('error', () => {}); // 'close' follows.
    socket.on('close', onEnd);
  }

  send(request: Uint8Array): void {
    this.#socket?.write(request);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#socket) this.#socket.destroy();
    else this.#binding.closeDescriptor(this.#fd);
  }
}
