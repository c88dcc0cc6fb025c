import type { Stats } from 'node:fs';
import { type FileHandle, stat } from 'node:fs/promises';
import type { ByteInput } from './byteInput.js';

/**
 * Milliseconds between two reads at the end of the file. The pause also comes after a read that got all bytes that the
 * file had. Without it, a reader that is faster than the writer would read a few packets at a time, without a rest.
 */
const PAUSE_MS = 250;

/**
 * The bytes of a regular file that another program is still writing. At the end of the file, `read` waits for more
 * bytes, until the input is closed. The end of the file is the end of the input, with a notice, when the file became
 * shorter than what was read, was removed, or when its name was given to another file.
 *
 * Limit: a file that is truncated, and within one pause gets more bytes than were read, looks like a file that grew.
 */
export class FollowInput implements ByteInput {
  readonly name: string;
  readonly size = undefined;
  readonly growing = true;
  /** The same bytes, without waiting at the end of the file. Shares its offset with this input. */
  readonly file: ByteInput;
  readonly #handle: FileHandle;
  readonly #onNotice: ((text: string) => void) | undefined;
  /** Bytes that were read. */
  #position = 0;
  /** Whether the last read got all that the file had. */
  #atEnd = false;
  #closed = false;
  #wake = (): void => {};

  /**
   * @param file reads `handle`; this input closes it.
   * @param onNotice called with a text for people, when the input ends because of what happened to the file.
   */
  constructor(file: ByteInput, handle: FileHandle, onNotice: ((text: string) => void) | undefined) {
    this.name = file.name;
    this.file = file;
    this.#handle = handle;
    this.#onNotice = onNotice;
  }

  async read(target: Uint8Array, offset: number): Promise<number> {
    for (;;) {
      if (this.#atEnd) await this.#pause();
      // Before the read: what was written before the file was replaced must be read.
      const change = this.#atEnd ? await this.#change() : undefined;
      const got = await this.file.read(target, offset);
      if (this.#closed) return 0;
      this.#position += got;
      this.#atEnd = got < target.length - offset;
      if (got > 0) return got;
      if (change === undefined) continue;
      this.#onNotice?.(`${this.name} ${change}`);
      return 0;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    await this.file.close();
  }

  /** Waits until it is time to read again. The timer keeps the process alive, as a read from a pipe does. */
  async #pause(): Promise<void> {
    if (this.#closed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, PAUSE_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** What happened to the file that ends it, for people; undefined: nothing. */
  async #change(): Promise<string | undefined> {
    const [file, named] = await Promise.all([
      this.#handle.stat().catch(nothing),
      // Nothing has the name while a program rotates the file.
      stat(this.name).catch(nothing),
    ]);
    if (!file) return undefined; // The read reports why.
    if (file.size < this.#position)
      return 'became shorter than what was read of it: its new content is not read';
    if (named && (named.ino !== file.ino || named.dev !== file.dev))
      return 'is another file now: the old one was read to its end';
    return file.nlink === 0 ? 'has been removed: it was read to its end' : undefined;
  }
}

function nothing(): Stats | undefined {
  return undefined;
}
