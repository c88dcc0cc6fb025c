import { fsync, write } from 'node:fs';
import { promisify } from 'node:util';
import { errnoOf, messageOf, OutputError } from '../errors.js';
import { openOutput } from './openOutput.js';
import type { ByteSink } from './sink.js';

const STDOUT_FD = 1;
const EAGAIN = 11;
/** A non-blocking pipe that is full is tried again after this time. */
const RETRY_MS = 5;

const writeAsync = promisify(write);
const fsyncAsync = promisify(fsync);

/** How to open a file sink. */
export interface FileSinkOptions {
  /** Whether a file that is there and not empty may be overwritten; not by default. */
  readonly overwrite?: boolean | undefined;
}

/** Opens a file, or standard output for `-`, to write a capture to. @throws OutputError */
export async function openFileSink(path: string, options: FileSinkOptions = {}): Promise<ByteSink> {
  if (path === '-') return new FileSink('standard output', STDOUT_FD, false, () => Promise.resolve());
  const { file, regular } = await openOutput(path, options.overwrite ?? false);
  return new FileSink(path, file.fd, regular, () => file.close());
}

class FileSink implements ByteSink {
  readonly #path: string;
  readonly #fd: number;
  readonly #durable: boolean;
  readonly #closeFd: () => Promise<void>;
  #underWay: Promise<void> = Promise.resolve();
  #bytesWritten = 0;
  #closed = false;

  constructor(path: string, fd: number, durable: boolean, closeFd: () => Promise<void>) {
    this.#path = path;
    this.#fd = fd;
    this.#durable = durable;
    this.#closeFd = closeFd;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const before = this.#underWay;
    this.#underWay = before.then(() => this.#writeAll(bytes));
    this.#underWay.catch(() => {}); // Whoever waits for it next gets the error.
    await before;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await this.#underWay;
      if (this.#durable) await fsyncAsync(this.#fd);
    } finally {
      await this.#closeFd();
    }
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      try {
        const { bytesWritten } = await writeAsync(this.#fd, bytes, at, bytes.length - at);
        at += bytesWritten;
        this.#bytesWritten += bytesWritten;
      } catch (error) {
        if (errnoOf(error) !== EAGAIN) throw this.#failed(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  #failed(error: unknown): OutputError {
    const text = `cannot write ${this.#path}: ${messageOf(error)} (${this.#bytesWritten} bytes were written)`;
    return new OutputError(text, this.#path, this.#bytesWritten, { cause: error });
  }
}
