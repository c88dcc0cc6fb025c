import { writeSync } from 'node:fs';

/** Time between two tries to write to a terminal that takes no bytes. */
const RETRY_MS = 100;
/** How long the last text waits for a terminal that takes no bytes. */
const LAST_WAIT_MS = 500;
const LAST_RETRY_MS = 10;

/** What the output calls. */
export interface OutputListeners {
  /** A terminal that took no bytes took all of them. */
  onReady(): void;
  /** The terminal is gone. */
  onGone(): void;
}

/**
 * Writes to a terminal and never waits for it: a terminal can stop for long, by a connection that hangs. Bytes that the terminal
 * does not take are written later, in their order.
 */
export class TerminalOutput {
  readonly #fd: number;
  readonly #listeners: OutputListeners;
  /** What the terminal has not taken yet. */
  #rest: Uint8Array = new Uint8Array(0);
  #retry: NodeJS.Timeout | undefined;

  /** @param fd the terminal, opened with O_NONBLOCK */
  constructor(fd: number, listeners: OutputListeners) {
    this.#fd = fd;
    this.#listeners = listeners;
  }

  /** Whether the terminal took all bytes. Callers must not write while it did not: the bytes would pile up. */
  get ready(): boolean {
    return this.#rest.length === 0;
  }

  write(text: string): void {
    this.#rest = Buffer.concat([this.#rest, Buffer.from(text)]);
    if (!this.#flush()) this.#retryLater();
  }

  /** Writes instead of the bytes that the terminal has not taken yet. Waits a moment for a terminal that takes no bytes. */
  writeLast(text: string): void {
    clearTimeout(this.#retry);
    this.#rest = Buffer.from(text);
    for (let ms = 0; !this.#flush() && ms < LAST_WAIT_MS; ms += LAST_RETRY_MS) sleep(LAST_RETRY_MS);
    this.#rest = new Uint8Array(0);
  }

  /** Returns false if the terminal does not take all bytes. */
  #flush(): boolean {
    try {
      while (this.#rest.length > 0) this.#rest = this.#rest.subarray(writeSync(this.#fd, this.#rest));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return false;
      this.#rest = new Uint8Array(0);
      this.#listeners.onGone();
    }
    return true;
  }

  #retryLater(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      if (this.#flush()) this.#listeners.onReady();
      else this.#retryLater();
    }, RETRY_MS).unref();
  }
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
