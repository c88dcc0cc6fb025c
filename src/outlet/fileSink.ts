import { constants, fsync, write, writeSync } from 'node:fs';
import { open, statfs, unlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describeFileError, errnoOf, OutputError } from '../errors.js';
import { lockFile } from './lockFile.js';
import { openOutput, type Output } from './openOutput.js';
import { watchReader } from './readerWatch.js';
import type { ByteSink } from './sink.js';

const { O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
const STDOUT_FD = 1;
/** Magic numbers of linux/magic.h: ext, XFS, Btrfs, tmpfs, overlayfs. */
const LOCAL_FILE_SYSTEMS: ReadonlySet<number> = new Set([
  0xef53, 0x5846_5342, 0x9123_683e, 0x0102_1994, 0x794c_7630,
]);
const EAGAIN = 11;
/** Time before the next try to write to a full non-blocking pipe. */
const RETRY_MS = 5;

const writeAsync = promisify(write);
const fsyncAsync = promisify(fsync);

/** A file's owner: numbers of user and group. */
export interface FileOwner {
  readonly uid: number;
  readonly gid: number;
}

/** Options of openFileSink(). */
export interface FileSinkOptions {
  /** Whether an existing file that is not empty may be overwritten; false by default. */
  readonly overwrite?: boolean | undefined;
  /** Owner of a file that is made here; this process's user by default. */
  readonly owner?: FileOwner | undefined;
  /**
   * The user who asked for the output, as the user who called sudo. An existing file, FIFO or device is written only when
   * it belongs to root, to this process's user, to `owner`, or to this user.
   */
  readonly askedBy?: number | undefined;
  /**
   * Whether `close` waits until the file is on disk (fsync); true by default. Needed for drops that cannot be captured
   * again.
   */
  readonly sync?: boolean | undefined;
  /**
   * Whether this thread writes to a file in a local file system. That takes less processor time for bytes that were
   * just made (test/bench/receive.js), but blocks the thread while the disk is busy. By default, and always for other
   * outputs, Node's thread pool writes while the next bytes are made.
   */
  readonly synchronous?: boolean | undefined;
  /** Ends the waiting for the reader of a FIFO, with an OutputError. Needs the right to read the FIFO. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens an output for a capture: a file, or standard output for `-`. Locks a regular file until it is closed: another sink
 * cannot open it meanwhile.
 * @throws OutputError
 */
export async function openFileSink(path: string, options: FileSinkOptions = {}): Promise<ByteSink> {
  if (path === '-') return new FileSink({ path: 'standard output', fd: STDOUT_FD, sync: false });
  const output = await openOutput(path, {
    overwrite: options.overwrite ?? false,
    trusted: [options.owner?.uid, options.askedBy],
    signal: options.signal,
  });
  const { file, regular, made } = output;
  if (options.owner && made) await giveAway(output, path, options.owner);
  return new FileSink({
    path,
    fd: file.fd,
    sync: regular && (options.sync ?? true),
    synchronous: regular && (options.synchronous ?? false) && (await isLocal(path)),
    close: () => file.close(),
    truncate: regular ? (bytes) => file.truncate(bytes) : undefined,
    prepare: regular ? await preparerOf(output, path) : undefined,
    remove: made ? await removerOf(output, path) : undefined,
  });
}

/**
 * A function to call before the first write. Refuses a file that another program wrote or removed since it was opened: the
 * lock keeps only other dropcaps out. Empties an existing file; until then it keeps its content.
 */
async function preparerOf({ file, made }: Output, path: string): Promise<() => Promise<void>> {
  const { size, mtimeNs } = await file.stat({ bigint: true });
  return async () => {
    const found = await file.stat({ bigint: true });
    if (found.nlink === 0n) throw new OutputError(`cannot write ${path}: it was removed`, path, 0);
    if (found.size !== size || found.mtimeNs !== mtimeNs) {
      throw new OutputError(`cannot write ${path}: another program writes it (choose another name)`, path, 0);
    }
    if (!made) await file.truncate();
  };
}

/**
 * A function that removes the closed file. Leaves a file alone that has the name by then, that another program wrote, or
 * that another dropcap has opened: so the file is opened and locked again.
 */
async function removerOf({ file }: Output, path: string): Promise<(bytesWritten: number) => Promise<void>> {
  const { ino, dev } = await file.stat();
  return async (bytesWritten) => {
    // O_NONBLOCK: a FIFO may have the name by then.
    const again = await open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined);
    if (!again) return;
    try {
      if (!lockFile(again.fd)) return;
      const found = await again.stat();
      if (found.ino === ino && found.dev === dev && found.size === bytesWritten) await unlink(path);
    } finally {
      await again.close();
    }
  };
}

/**
 * Changes the owner of a new file. Removes the file on failure: file systems without owners, as on USB sticks, refuse.
 */
async function giveAway(output: Output, path: string, { uid, gid }: FileOwner): Promise<void> {
  const { file } = output;
  try {
    await file.chown(uid, gid);
  } catch (error) {
    const remove = await removerOf(output, path);
    await file.close();
    await remove(0);
    const text = `cannot write ${path}: it cannot be made user ${uid}'s: ${describeFileError(error)} (name a file elsewhere, or -Z root)`;
    throw new OutputError(text, path, 0, { cause: error });
  }
}

/**
 * Whether the file is in a local file system. On other file systems, a server or another program can block a write for
 * ever.
 */
async function isLocal(path: string): Promise<boolean> {
  const { type } = await statfs(path).catch(() => ({ type: 0 }));
  return LOCAL_FILE_SYSTEMS.has(type);
}

/** The output of a sink. */
interface Target {
  /** For error texts. */
  readonly path: string;
  readonly fd: number;
  /** Whether to fsync before closing. */
  readonly sync: boolean;
  readonly synchronous?: boolean;
  readonly close?: () => Promise<void>;
  /** Truncates a regular file. */
  readonly truncate?: ((bytes: number) => Promise<void>) | undefined;
  /** Called before the first write. */
  readonly prepare?: (() => Promise<void>) | undefined;
  readonly remove?: ((bytesWritten: number) => Promise<void>) | undefined;
}

class FileSink implements ByteSink {
  readonly #target: Target;
  #underWay: Promise<void> = Promise.resolve();
  #bytesWritten = 0;
  #closed = false;
  #listener: () => void = () => {};
  #endWatch: (() => void) | undefined;

  constructor(target: Target) {
    this.#target = target;
  }

  write(bytes: Uint8Array): Promise<void> {
    this.#underWay = this.#underWay.then(() => this.#writeAll(bytes));
    this.#underWay.catch(() => this.#listener()); // The next caller that awaits gets the error.
    return this.#underWay;
  }

  onFailure(listener: () => void): void {
    this.#listener = listener;
    this.#endWatch ??= watchReader(this.#target.fd, () => this.#listener());
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#endWatch?.();
    try {
      await this.#underWay;
      if (this.#target.sync) await fsyncAsync(this.#target.fd);
    } finally {
      await this.#target.close?.();
    }
  }

  async discard(): Promise<void> {
    await this.close();
    await this.#target.remove?.(this.#bytesWritten);
  }

  /** Writes all bytes. After a failure, a regular file has none of them: a part would be a cut block or a cut line. */
  async #writeAll(bytes: Uint8Array): Promise<void> {
    const before = this.#bytesWritten;
    try {
      await this.#writeParts(bytes);
    } catch (error) {
      await this.#truncate(before);
      throw this.#failed(error);
    }
  }

  async #writeParts(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      try {
        if (this.#bytesWritten === 0) await this.#target.prepare?.();
        const { fd, synchronous } = this.#target;
        const length = bytes.length - at;
        const written = synchronous
          ? writeSync(fd, bytes, at, length)
          : (await writeAsync(fd, bytes, at, length)).bytesWritten;
        at += written;
        this.#bytesWritten += written;
      } catch (error) {
        if (errnoOf(error) !== EAGAIN) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** Truncates a regular file to its first `length` bytes. If this fails too, the file keeps the part. */
  async #truncate(length: number): Promise<void> {
    if (this.#bytesWritten === length || !this.#target.truncate) return;
    try {
      await this.#target.truncate(length);
      this.#bytesWritten = length;
    } catch {
      // The error of the write is reported.
    }
  }

  #failed(error: unknown): OutputError {
    if (error instanceof OutputError) return error;
    const { path } = this.#target;
    const text = `cannot write ${path}: ${describeFileError(error)} (${this.#bytesWritten} bytes were written)`;
    return new OutputError(text, path, this.#bytesWritten, { cause: error });
  }
}
