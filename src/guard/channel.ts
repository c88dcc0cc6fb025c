import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { Socket } from 'node:net';
import type { NetlinkBinding, NetlinkSocket } from '../binding/contract.js';
import { guardPath } from '../binding/load.js';
import { BindingError, messageOf, NetlinkError } from '../errors.js';
import { GUARD_REPLY_BYTES } from './messages.js';

const EACCES = 13;
const EXCHANGE_TIMEOUT_MS = 5000;

/** The connection to a guard. A fake guard in a test implements this interface. */
export interface GuardChannel {
  /**
   * Sends a request and waits for its reply. Blocks the caller. Must not be called after `listen`.
   * @throws the errors of NetlinkBinding.exchange.
   */
  exchange(request: Uint8Array): { readonly reply: Uint8Array; readonly socket: NetlinkSocket | undefined };
  /**
   * From now on, calls `onMessage` with each message of the guard. Calls `onEnd` once, when the guard ended.
   */
  listen(onMessage: (message: Uint8Array) => void, onEnd: () => void): void;
  /** Sends a request without waiting. Must be called after `listen`. */
  send(request: Uint8Array): void;
  /** Closes the connection. The guard then undoes its changes to the drop monitor, and ends. May be called twice. */
  close(): void;
}

/**
 * Starts a guard, a separate program: it outlives this process, and only the guard needs privileges.
 * @throws BindingError when the guard's file is missing or cannot be started; NetlinkError with errno EACCES when this
 * user may not run it.
 */
export function openGuardChannel(binding: NetlinkBinding): GuardChannel {
  const path = guardPath();
  checkMayRun(path);
  const [ours, theirs] = binding.openSocketPair();
  try {
    // In its own session, so that Ctrl-C on this terminal does not reach the guard. With an empty environment.
    const child = spawn(path, [], {
      stdio: ['ignore', 'ignore', 'inherit', theirs],
      env: {},
      cwd: '/',
      detached: true,
    });
    child.on('error', () => {}); // The guard did not start: the first exchange fails, since its end is closed.
    child.unref();
  } catch (error) {
    binding.closeDescriptor(ours);
    throw new BindingError(`cannot start ${path}: ${messageOf(error)}`, { cause: error });
  } finally {
    binding.closeDescriptor(theirs);
  }
  return new SocketChannel(binding, ours);
}

/** The guard's file belongs to a group: only its members may run the file, and so capture. */
function checkMayRun(path: string): void {
  try {
    accessSync(path, constants.X_OK);
  } catch (error) {
    throw new NetlinkError(
      `cannot start ${path}: permission denied (run as root; dropcap doctor explains how an ordinary user may capture)`,
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
