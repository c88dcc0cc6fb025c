import { statfs } from 'node:fs/promises';
import { describeFileError, OutputError } from '../errors.js';
import { FileWriter } from './fileWriter.js';
import { FreeSpace, type FreeSpaceOptions } from './freeSpace.js';
import { Keeper } from './keeper.js';
import { MadeFile } from './madeFile.js';
import { openOutput, type Output } from './openOutput.js';
import type { ByteSink } from './sink.js';

const STDOUT_FD = 1;
/** Magic numbers of linux/magic.h: ext, XFS, Btrfs, tmpfs, overlayfs. */
const LOCAL_FILE_SYSTEMS: ReadonlySet<number> = new Set([
  0xef53, 0x5846_5342, 0x9123_683e, 0x0102_1994, 0x794c_7630,
]);

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
   * Whether `close` waits until the file is on disk (fsync), and the file ends at a whole write if this process is killed;
   * true by default. Needed for drops that cannot be captured again.
   */
  readonly sync?: boolean | undefined;
  /**
   * Whether this thread writes to a file in a local file system. That takes less processor time for bytes that were
   * just made (test/bench/receive.js), but blocks the thread while the disk is busy. By default, and always for other
   * outputs, Node's thread pool writes while the next bytes are made.
   */
  readonly synchronous?: boolean | undefined;
  /** How much of a file's file system must stay free; undefined: none. */
  readonly freeSpace?: FreeSpaceOptions | undefined;
  /** Ends the waiting for the reader of a FIFO, with an OutputError. Needs the right to read the FIFO. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens an output for a capture: a file, or standard output for `-`. Locks a regular file until it is closed: another sink
 * cannot open it meanwhile.
 * @throws OutputError
 */
export async function openFileSink(path: string, options: FileSinkOptions = {}): Promise<ByteSink> {
  if (path === '-') return new FileWriter({ path: 'standard output', fd: STDOUT_FD, sync: false });
  const output = await openOutput(path, {
    overwrite: options.overwrite ?? false,
    trusted: [options.owner?.uid, options.askedBy],
    signal: options.signal,
  });
  const { file, regular } = output;
  const local = regular && (await isLocal(path));
  const made = output.made ? new MadeFile(file, path, local) : undefined;
  if (options.owner && made) await giveAway(output, path, made, options.owner);
  const sync = regular && (options.sync ?? true);
  const freeSpace =
    regular && options.freeSpace ? new FreeSpace(file.fd, path, options.freeSpace) : undefined;
  const writer = new FileWriter({
    path,
    fd: file.fd,
    sync,
    synchronous: local && (options.synchronous ?? false),
    close: () => (made ?? file).close(),
    regular: regular
      ? {
          prepare: await preparerOf(output, path),
          truncate: (bytes) => file.truncate(bytes),
          // Not for drops that can be read again: starting the program takes milliseconds.
          keeper: sync ? Keeper.start(file.fd) : undefined,
          freeSpace,
        }
      : undefined,
    remove: made && ((bytes) => made.remove(bytes)),
  });
  try {
    await freeSpace?.check(0);
  } catch (error) {
    await writer.discard();
    throw error;
  }
  return writer;
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
 * Changes the owner of a new file. Removes the file on failure: file systems without owners, as on USB sticks, refuse.
 */
async function giveAway(
  { file }: Output,
  path: string,
  made: MadeFile,
  { uid, gid }: FileOwner,
): Promise<void> {
  try {
    await file.chown(uid, gid);
  } catch (error) {
    await made.close();
    await made.remove(0);
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
