import { statfs } from 'node:fs/promises';
import { OutputError } from '../errors.js';

/** Bytes and time after which the free space is looked up again: other programs use the file system too. */
const CHECK_BYTES = 1 << 20;
const CHECK_MS = 5000;
const MOST_DEFAULT_BYTES = 1e9;
const DEFAULT_SHARE = 0.05;

/** How much of a file system must stay free. */
export interface FreeSpaceOptions {
  /** Bytes that must stay free for users who are not root. By default 5 % of the file system, and at most 1 GB. */
  readonly least?: number | undefined;
  /** Makes room, such as by removing an old file. Returns false when it cannot. */
  readonly makeRoom: () => Promise<boolean>;
}

/** Looks whether the file system of an open file has enough free space. */
export class FreeSpace {
  readonly #path: string;
  readonly #opened: string;
  readonly #options: FreeSpaceOptions;
  #nextCheckBytes = 0;
  #nextCheckMs = 0;

  /** @param path of the file, for error texts */
  constructor(fd: number, path: string, options: FreeSpaceOptions) {
    // Not the path: this process may have another user by then, who may not enter the folder.
    this.#opened = `/proc/self/fd/${fd}`;
    this.#path = path;
    this.#options = options;
  }

  /**
   * Looks now and then, so that it may be called before each write.
   * @param bytes of the file so far
   * @throws OutputError when too little is free, and no room can be made
   */
  async check(bytes: number): Promise<void> {
    const now = performance.now();
    if (bytes < this.#nextCheckBytes && now < this.#nextCheckMs) return;
    this.#nextCheckBytes = bytes + CHECK_BYTES;
    this.#nextCheckMs = now + CHECK_MS;
    for (;;) {
      const { bsize, bavail, blocks } = await statfs(this.#opened);
      const least = this.#options.least ?? Math.min(MOST_DEFAULT_BYTES, blocks * bsize * DEFAULT_SHARE);
      const free = bavail * bsize;
      if (free >= least) return;
      if (await this.#options.makeRoom()) continue;
      const megabytes = (size: number) => `${(size / 1e6).toFixed(1)} MB`;
      throw new OutputError(
        `cannot write ${this.#path}: ${megabytes(free)} are left on its file system, and ${megabytes(least)} are to stay ` +
          'free (free some space, or choose another folder, a ring of files, or --min-free)',
        this.#path,
        bytes,
      );
    }
  }
}
