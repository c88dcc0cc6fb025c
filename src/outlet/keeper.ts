import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { FileBinding } from '../binding/contract.js';
import { keeperPath, loadFileBinding } from '../binding/load.js';

/** Messages to the keeper (native/keeper/main.cc). */
const WRITING = 'w';
const DONE = 'd';
/** Time for the keeper to end. Nothing is wrong if it takes longer, as after SIGSTOP. */
const END_MS = 1000;

/**
 * Makes a file end at its last whole write after this process was killed: the kernel ends a write between two pages when
 * SIGKILL comes, and the file would end within a block. A program of its own outlives this process and cuts the part off.
 *
 * The writes must be at positions (pwrite), since the file's offset tells the program where the last whole write ended.
 */
export class Keeper {
  readonly #fd: number;
  readonly #binding: FileBinding;
  readonly #program: ChildProcess;
  readonly #pipe: Socket;

  /**
   * Starts the program for an open regular file, which stays the caller's.
   * @returns undefined without the addon, or if the program cannot be started: a killed dropcap may then leave a part of
   * a write.
   */
  static start(fd: number): Keeper | undefined {
    const binding = loadFileBinding();
    if (!binding) return undefined;
    try {
      return new Keeper(fd, binding);
    } catch {
      return undefined;
    }
  }

  private constructor(fd: number, binding: FileBinding) {
    this.#fd = fd;
    this.#binding = binding;
    // In its own session, so that a signal to the group of this process does not reach it. With an empty environment.
    this.#program = spawn(keeperPath(), [], {
      stdio: ['pipe', 'ignore', 'ignore', fd],
      env: {},
      cwd: '/',
      detached: true,
    });
    this.#pipe = this.#program.stdin as Socket;
    for (const part of [this.#program, this.#pipe]) {
      part.on('error', () => {}); // It did not start, or was killed.
      part.unref();
    }
  }

  /** Must be called before the first write. Until then, the program leaves the file alone. */
  begin(): void {
    this.#pipe.write(WRITING);
  }

  /** The first `bytes` bytes of the file are whole. Cheap: for each write. */
  keep(bytes: number): void {
    this.#binding.seekFile(this.#fd, bytes);
  }

  /** Ends the program, which leaves the file alone. Must be called before the file is closed: the program shares its lock. */
  async end(): Promise<void> {
    const { exitCode, signalCode, pid } = this.#program;
    this.#pipe.end(DONE);
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    this.#program.ref();
    await Promise.race([once(this.#program, 'exit'), setTimeout(END_MS, undefined, { ref: false })]);
    this.#program.unref();
  }
}
