import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OutputError } from '../errors.js';
import type { ByteSink } from './sink.js';

/** Bytes and time after which the free space is looked up again: other programs use the file system too. */
const CHECK_BYTES = 1 << 20;
const CHECK_MS = 5000;
const MOST_DEFAULT_BYTES = 1e9;
const DEFAULT_SHARE = 0.05;

/** Options of keepSpaceFree(). */
export interface FreeSpaceOptions {
  /** Bytes that must stay free for users who are not root. By default 5 % of the file system, and at most 1 GB. */
  readonly least?: number | undefined;
  /** Makes room, such as by removing an old file. Returns false when it cannot. */
  readonly makeRoom: () => Promise<boolean>;
}

/**
 * A sink that writes to the sink of the file at `path` while the file system has enough free space: when it has not, and
 * no room can be made, a write fails with an OutputError before it writes.
 */
export function keepSpaceFree(sink: ByteSink, path: string, options: FreeSpaceOptions): ByteSink {
  return new SpaceKeeper(sink, path, options);
}

class SpaceKeeper implements ByteSink {
  readonly #sink: ByteSink;
  readonly #path: string;
  readonly #options: FreeSpaceOptions;
  #underWay: Promise<void> = Promise.resolve();
  #written = 0;
  #nextCheckBytes = 0;
  #nextCheckMs = 0;
  #listener: () => void = () => {};

  constructor(sink: ByteSink, path: string, options: FreeSpaceOptions) {
    this.#sink = sink;
    this.#path = path;
    this.#options = options;
  }

  write(bytes: Uint8Array): Promise<void> {
    this.#underWay = this.#underWay.then(() => this.#writeNow(bytes));
    this.#underWay.catch(() => this.#listener()); // The next caller that awaits gets the error.
    return this.#underWay;
  }

  onFailure(listener: () => void): void {
    this.#listener = listener;
    this.#sink.onFailure(listener);
  }

  close(): Promise<void> {
    return this.#sink.close();
  }

  discard(): Promise<void> {
    return this.#sink.discard();
  }

  async #writeNow(bytes: Uint8Array): Promise<void> {
    const now = performance.now();
    if (this.#written >= this.#nextCheckBytes || now >= this.#nextCheckMs) {
      this.#nextCheckBytes = this.#written + CHECK_BYTES;
      this.#nextCheckMs = now + CHECK_MS;
      await this.#check();
    }
    await this.#sink.write(bytes);
    this.#written += bytes.length;
  }

  async #check(): Promise<void> {
    for (;;) {
      const found = await statfs(dirname(this.#path)).catch(() => undefined);
      if (!found) return; // The folder is gone: writing reports it if it matters.
      const { bsize, bavail, blocks } = found;
      const least = this.#options.least ?? Math.min(MOST_DEFAULT_BYTES, blocks * bsize * DEFAULT_SHARE);
      const free = bavail * bsize;
      if (free >= least) return;
      if (await this.#options.makeRoom()) continue;
      const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
      throw new OutputError(
        `cannot write ${this.#path}: ${megabytes(free)} are left on its file system, and ${megabytes(least)} are to stay ` +
          'free (free some space, or choose another folder, a ring of files, or --min-free)',
        this.#path,
        this.#written,
      );
    }
  }
}
