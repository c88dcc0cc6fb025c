import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, stat } from 'node:fs/promises';
import { describeFileError, errnoOf, OutputError, shownPath } from '../errors.js';
import { lockFile } from './lockFile.js';
import { openFifo } from './openFifo.js';

const { O_CREAT, O_EXCL, O_NOCTTY, O_NOFOLLOW, O_WRONLY } = constants;
const EEXIST = 17;
const ENOENT = 2;
/** Readable only by the owner: a capture holds packets from the wire, which may be confidential. */
const FILE_MODE = 0o600;
const MODE_OF_OTHERS = 0o077;
const ROOT = 0;
/** Number of the device /dev/null: makedev(1, 3). */
const NULL_DEVICE = 0x103;

/** An opened output. */
export interface Output {
  readonly file: FileHandle;
  /** True for a regular file; false for a FIFO or a device. */
  readonly regular: boolean;
  /** Whether this call made the file. */
  readonly made: boolean;
}

/** Options of openOutput(). */
export interface OpenOutputOptions {
  /** Whether a regular file that is not empty may be opened; the caller must truncate it. */
  readonly overwrite: boolean;
  /** Users whose existing files may be written, besides root and this process's user. */
  readonly trusted: readonly (number | undefined)[];
  /** Ends the waiting for a FIFO's reader. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a file to write, or makes a new file. Opens an existing path only when no content can be lost: a FIFO, a
 * character device, or an empty file. Never follows a symbolic link to a file.
 *
 * The result has the lock of a regular file, so that no other dropcap writes the file until it is closed.
 *
 * Another user can plant a file, a FIFO or a link at a name that is easy to guess, and so get the packets. So an
 * existing path must belong to a trusted user. The kernel's rule for sticky folders (may_create_in_sticky, fs/namei.c of
 * Linux 6.12) is similar, but holds only with O_CREAT and with the sysctls fs.protected_regular and fs.protected_fifos.
 * @throws OutputError that says what to do
 */
export async function openOutput(path: string, options: OpenOutputOptions): Promise<Output> {
  const made = await make(path);
  if (made) {
    await checked(path, made, async () => {
      checkTarget(path, await lock(path, made), false, { ...options, overwrite: false });
    });
    return { file: made, regular: true, made: true };
  }
  const named = await statOf(path, lstat);
  const target = await statOf(path, stat);
  checkTarget(path, target, named.isSymbolicLink(), options);
  checkOwner(path, named, options);
  checkOwner(path, target, options);
  const regular = target.isFile();
  // A link to a FIFO or a device, as /dev/stdout, is followed: a trusted user made it.
  const flags = O_WRONLY | O_NOCTTY | (named.isSymbolicLink() ? 0 : O_NOFOLLOW);
  const file = await openChecked(path, flags, target, options.signal);
  await checked(path, file, async () => {
    // These facts may have changed since the first look.
    const opened = regular ? await lock(path, file) : await file.stat();
    checkTarget(path, opened, named.isSymbolicLink(), options);
    checkOwner(path, opened, options);
    if (regular && (opened.mode & MODE_OF_OTHERS) !== 0) await hide(path, file);
  });
  return { file, regular, made: false };
}

/** Makes a new file. Undefined when the path exists. */
async function make(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, FILE_MODE);
  } catch (error) {
    if (errnoOf(error) === EEXIST) return undefined;
    throw cannotOpen(path, reasonOf(error), error);
  }
}

/** Runs a check of the opened file. Closes the file, and does not remove it, when the check fails. */
async function checked(path: string, file: FileHandle, check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (error) {
    await file.close();
    throw error instanceof OutputError ? error : cannotOpen(path, describeFileError(error), error);
  }
}

/**
 * Takes the lock of a regular file. Returns its facts after that: before the lock, another dropcap can write it, or remove
 * the unused file that it made.
 */
async function lock(path: string, file: FileHandle): Promise<Stats> {
  if (!lockFile(file.fd)) {
    throw cannotOpen(path, 'another dropcap writes to it (end it first, or choose another name)');
  }
  const opened = await file.stat();
  if (opened.nlink === 0) throw cannotOpen(path, 'it was removed while it was being opened (try again)');
  return opened;
}

/** Refuses a path whose content, or the content of another file, could be lost. */
function checkTarget(path: string, target: Stats, linked: boolean, { overwrite }: OpenOutputOptions): void {
  if (target.isDirectory()) throw cannotOpen(path, 'it is a directory (name a file in it)');
  if (target.isBlockDevice()) throw cannotOpen(path, 'it is a block device');
  if (target.isSocket()) throw cannotOpen(path, 'it is a socket (name a file or a FIFO)');
  if (!target.isFile()) return;
  if (linked) throw cannotOpen(path, 'it is a symbolic link (name the file that it points to)');
  // Where fs.protected_hardlinks is 0, another user can give a second name to a file of root.
  if (target.nlink > 1) throw cannotOpen(path, 'it is a file with several names (choose another name)');
  if (target.size > 0 && !overwrite) {
    throw cannotOpen(path, 'it exists (choose another name, or --force to overwrite it)');
  }
}

/**
 * Refuses what another user can have planted. Not the null device, whose owner gets no packets: in a container without
 * root, the host's /dev/null seems to belong to nobody.
 */
function checkOwner(path: string, found: Stats, { trusted }: OpenOutputOptions): void {
  const { uid } = found;
  if (found.isCharacterDevice() && found.rdev === NULL_DEVICE) return;
  if (uid === ROOT || uid === process.geteuid?.() || trusted.includes(uid)) return;
  throw cannotOpen(path, `it belongs to another user, ${uid} (choose another name)`);
}

/** Gives an existing file the mode of a new file. */
async function hide(path: string, file: FileHandle): Promise<void> {
  try {
    await file.chmod(FILE_MODE);
  } catch (error) {
    const text = `other users can use it, and its mode cannot be changed: ${describeFileError(error)}`;
    throw cannotOpen(path, text, error);
  }
}

/** Opens the path. Fails when another file replaced the file that was checked before. */
async function openChecked(
  path: string,
  flags: number,
  expected: Stats,
  signal: AbortSignal | undefined,
): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await (expected.isFIFO() ? openFifo(path, flags, signal) : open(path, flags));
  } catch (error) {
    if (error instanceof OutputError) throw error;
    throw cannotOpen(path, reasonOf(error), error);
  }
  const opened = await file.stat();
  if (opened.ino === expected.ino && opened.dev === expected.dev) return file;
  await file.close();
  throw cannotOpen(path, 'it was replaced while it was being opened');
}

async function statOf(path: string, look: typeof stat): Promise<Stats> {
  try {
    return await look(path);
  } catch (error) {
    throw cannotOpen(path, reasonOf(error), error);
  }
}

function reasonOf(error: unknown): string {
  const toNothing = errnoOf(error) === ENOENT && (error as NodeJS.ErrnoException).path !== '';
  return toNothing ? 'no such folder, or a link to nothing' : describeFileError(error);
}

function cannotOpen(path: string, why: string, cause?: unknown): OutputError {
  return new OutputError(`cannot write ${shownPath(path)}: ${why}`, path, 0, { cause });
}
