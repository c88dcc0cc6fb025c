import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, stat } from 'node:fs/promises';
import { describeFileError, errnoOf, OutputError } from '../errors.js';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
const EEXIST = 17;
const ENOENT = 2;
/** Readable only by the owner: a capture holds packets from the wire, which may be confidential. */
const FILE_MODE = 0o600;

/** An opened output. */
export interface Output {
  readonly file: FileHandle;
  /** True for a regular file; false for a FIFO or a device. */
  readonly regular: boolean;
  /** Whether this call made the file. */
  readonly made: boolean;
}

/**
 * Opens a file to write, or makes a new file. Opens an existing path only when no content can be lost: a FIFO, a
 * character device, or an empty file. With `overwrite`, opens any regular file; the caller must truncate it. Never
 * follows a symbolic link to a file.
 * @throws OutputError that says what to do
 */
export async function openOutput(path: string, overwrite: boolean): Promise<Output> {
  try {
    const file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, FILE_MODE);
    return { file, regular: true, made: true };
  } catch (error) {
    if (errnoOf(error) !== EEXIST) throw cannotOpen(path, reasonOf(error), error);
  }
  const target = await statOf(path, stat);
  if (target.isDirectory()) throw cannotOpen(path, 'it is a directory (name a file in it)');
  if (target.isBlockDevice()) throw cannotOpen(path, 'it is a block device');
  if (!target.isFile())
    return { file: await openChecked(path, O_WRONLY, target), regular: false, made: false };
  if ((await statOf(path, lstat)).isSymbolicLink()) {
    throw cannotOpen(path, 'it is a symbolic link (name the file that it points to)');
  }
  if (target.size > 0 && !overwrite) {
    throw cannotOpen(path, 'it exists (choose another name, or --force to overwrite it)');
  }
  return { file: await openChecked(path, O_WRONLY | O_NOFOLLOW, target), regular: true, made: false };
}

/** Opens the path. Fails when another file replaced the file that was checked before. */
async function openChecked(path: string, flags: number, expected: Stats): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(path, flags);
  } catch (error) {
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
  return new OutputError(`cannot write ${path}: ${why}`, path, 0, { cause });
}
