import { fstat, fstatSync, fsync, type Stats, write, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { describeFileError, errnoOf, OutputError } from '../errors.js';
import { onBeat } from '../heartbeat.js';
import { watchReader } from './readerWatch.js';
import type { FreeSpace } from './freeSpace.js';
import type { Keeper } from './keeper.js';
import type { ByteSink } from './sink.js';

const EAGAIN = 11;
/** Time before the next try to write to a full non-blocking pipe. */
const RETRY_MS = 5;

const writeAsync = promisify(write);
const fstatAsync = promisify(fstat);
const fsyncAsync = promisify(fsync);

/** What a FileWriter writes to. */
interface Target {
  /** For error texts. */
  readonly path: string;
  readonly fd: number;
  /** Whether to fsync before closing. */
  readonly sync: boolean;
  readonly synchronous?: boolean;
  readonly close?: () => Promise<void>;
  /** Undefined for standard output, FIFOs and devices. */
  readonly regular?: RegularFile | undefined;
  readonly remove?: ((bytesWritten: number) => Promise<boolean>) | undefined;
}

/** What is only possible with a regular file. */
interface RegularFile {
  /** Called before the first write. The file must be empty afterwards. */
  prepare(): Promise<void>;
  truncate(bytes: number): Promise<void>;
  readonly keeper: Keeper | undefined;
  readonly freeSpace: FreeSpace | undefined;
}

/**
 * Writes to an open file, FIFO or device. A regular file always ends at a whole write: a write that fails is removed, and
 * the keeper does this after SIGKILL. A regular file that another program deletes, shortens or makes longer is an error:
 * at the next write, or within 5 seconds if there is none.
 */
export class FileWriter implements ByteSink {
  readonly #target: Target;
  #underWay: Promise<void> = Promise.resolve();
  /** Number of steps of `#underWay` that have not ended. */
  #steps = 0;
  #bytesWritten = 0;
  #begun = false;
  #closing: Promise<void> | undefined;
  #listener: () => void = () => {};
  #endBeats: () => void = () => {};
  #endWatch: (() => void) | undefined;

  constructor(target: Target) {
    this.#target = target;
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#then(() => this.#writeAll(bytes));
  }

  onFailure(listener: () => void): void {
    this.#listener = listener;
    this.#endWatch ??= watchReader(this.#target.fd, () => this.#listener());
  }

  close(): Promise<void> {
    this.#closing ??= this.#close(async () => {
      await this.#underWay;
      await this.#check();
      if (this.#target.sync) await this.#reporting(() => fsyncAsync(this.#target.fd));
    });
    return this.#closing;
  }

  async discard(): Promise<boolean> {
    this.#closing ??= this.#close(() => this.#underWay);
    await this.#closing.catch(() => {}); // What a write or a close failed with is reported there.
    return (await this.#target.remove?.(this.#bytesWritten)) ?? false;
  }

  async #close(finish: () => Promise<void>): Promise<void> {
    this.#endBeats();
    this.#endWatch?.();
    try {
      await finish();
    } catch (error) {
      await this.#closeFile().catch(() => {}); // The first error is reported.
      throw error;
    }
    await this.#closeFile();
  }

  /** Also close(2) can report that bytes were not kept: of a file server, or over a quota. */
  async #closeFile(): Promise<void> {
    const { close, regular } = this.#target;
    await regular?.keeper?.end();
    await this.#reporting(async () => close?.());
  }

  /** Runs a step after the earlier steps. The next caller that awaits gets its error. */
  #then(step: () => Promise<void>): Promise<void> {
    this.#steps++;
    this.#underWay = this.#underWay.then(step).finally(() => this.#steps--);
    this.#underWay.catch(() => this.#listener());
    return this.#underWay;
  }

  /** Writes all bytes. After a failure, a regular file has none of them: a part would be a cut block or a cut line. */
  async #writeAll(bytes: Uint8Array): Promise<void> {
    const before = this.#bytesWritten;
    const { regular } = this.#target;
    await this.#reporting(async () => {
      await regular?.freeSpace?.check(this.#bytesWritten);
      if (!this.#begun) await this.#begin();
      else if (regular) await this.#check();
      try {
        await this.#writeParts(bytes);
      } catch (error) {
        await this.#truncate(before);
        throw error;
      }
      regular?.keeper?.keep(this.#bytesWritten);
    });
  }

  async #begin(): Promise<void> {
    this.#begun = true;
    const { regular } = this.#target;
    if (!regular) return;
    await regular.prepare();
    regular.keeper?.begin();
    // Of an idle capture: a file that was deleted should not be found out by its next drop, hours later.
    this.#endBeats = onBeat(() => {
      if (this.#steps === 0) void this.#then(() => this.#check()).catch(() => {});
    });
  }

  async #writeParts(bytes: Uint8Array): Promise<void> {
    const { fd, synchronous, regular } = this.#target;
    for (let at = 0; at < bytes.length;) {
      try {
        const length = bytes.length - at;
        // At a position: the file's offset is the keeper's.
        const position = regular ? this.#bytesWritten : null;
        const written = synchronous
          ? writeSync(fd, bytes, at, length, position)
          : (await writeAsync(fd, bytes, at, length, position)).bytesWritten;
        at += written;
        this.#bytesWritten += written;
      } catch (error) {
        if (errnoOf(error) !== EAGAIN) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /**
   * Looks whether a regular file, once written, is still as it was written.
   * @throws OutputError
   */
  async #check(): Promise<void> {
    const { path, fd, regular, synchronous } = this.#target;
    if (!regular || this.#bytesWritten === 0) return;
    const found: Stats = synchronous ? fstatSync(fd) : await fstatAsync(fd);
    const bytes = this.#bytesWritten;
    if (found.nlink === 0) {
      const text = `cannot write ${path}: it was deleted, so the ${bytes} bytes written are lost (capture again)`;
      throw new OutputError(text, path, 0);
    }
    if (found.size !== bytes) {
      const text = `cannot write ${path}: another program changed it: it has ${found.size} bytes, but ${bytes} were written (choose another name)`;
      throw new OutputError(text, path, bytes);
    }
  }

  /** Truncates a regular file to its first `length` bytes. If this fails too, the file keeps the part. */
  async #truncate(length: number): Promise<void> {
    if (this.#bytesWritten === length || !this.#target.regular) return;
    try {
      await this.#target.regular.truncate(length);
      this.#bytesWritten = length;
    } catch {
      // The error of the write is reported.
    }
  }

  async #reporting(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      throw this.#failed(error);
    }
  }

  #failed(error: unknown): OutputError {
    if (error instanceof OutputError) return error;
    const { path } = this.#target;
    const text = `cannot write ${path}: ${describeFileError(error)} (${this.#bytesWritten} bytes were written)`;
    return new OutputError(text, path, this.#bytesWritten, { cause: error });
  }
}
