import {
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { describeFileError, errnoOf, OutputError } from '../errors.js';

const EEXIST = 17;
const ENOTDIR = 20;
const ENOTEMPTY = 39;
const { O_NOFOLLOW, O_RDONLY } = constants;

/** The kind of file at a path. Does not follow a symbolic link. */
export function kindOf(path: string): 'nothing' | 'file' | 'folder' | 'link' | 'other' {
  const there = look(path, lstatSync);
  if (!there) return 'nothing';
  if (there.isSymbolicLink()) return 'link';
  if (there.isDirectory()) return 'folder';
  return there.isFile() ? 'file' : 'other';
}

/**
 * Reads a file; undefined when it does not exist.
 * @throws OutputError when the path is not a regular file (a link, a folder), or cannot be read.
 */
export function readRegularFile(path: string): Buffer | undefined {
  const kind = kindOf(path);
  if (kind === 'nothing') return undefined;
  if (kind === 'link') throw refused(path, 'it is a symbolic link (remove it, or move it away)');
  if (kind !== 'file') throw refused(path, 'it is not a regular file (move it away)');
  return attempt(path, () => {
    const file = openSync(path, O_RDONLY | O_NOFOLLOW);
    try {
      return readFileSync(file);
    } finally {
      closeSync(file);
    }
  });
}

/**
 * Creates a file, with the mode that the umask leaves of `mode`. When writing fails, removes the incomplete file.
 * @throws OutputError when the path exists, even as a link, and when writing fails.
 */
export function createFile(path: string, content: Uint8Array, mode = 0o666): void {
  attempt(path, () => {
    try {
      writeFileSync(path, content, { flag: 'wx', mode });
    } catch (error) {
      if (errnoOf(error) !== EEXIST) rmSync(path, { force: true });
      throw error;
    }
  });
}

/** Removes a file if it exists. Does not follow a link: removes the link itself. */
export function removeFile(path: string): void {
  attempt(path, () => rmSync(path, { force: true }));
}

/**
 * Checks that a folder belongs to the running user; if the folder does not exist, checks the nearest existing folder
 * above it. Otherwise root, with another user's home folder, would create files there that the owner of the home folder
 * cannot replace. The folder itself must not be a link. Folders above it, which are not Wireshark's, may be links.
 * @throws OutputError
 */
export function checkFolder(path: string): void {
  if (kindOf(path) === 'link') {
    throw refused(path, 'it is a symbolic link (nothing is written through links: make it a folder)');
  }
  checkUsable(path);
}

function checkUsable(path: string): void {
  const there = look(path, statSync);
  if (!there) return checkUsable(dirname(path));
  if (!there.isDirectory()) throw refused(path, 'it is not a folder (move it away)');
  if (there.uid !== process.geteuid?.()) {
    throw refused(path, 'it belongs to another user (run this as that user, without sudo)');
  }
}

/**
 * Creates folders, and missing folders above them. When one fails, removes those already created.
 * @returns the folders that were created. @throws OutputError
 */
export function makeFolders(paths: readonly string[]): string[] {
  const made: string[] = [];
  try {
    for (const path of paths) makeFolder(path, made);
  } catch (error) {
    removeEmptyFolders(made);
    throw error;
  }
  return made;
}

/** Removes the folders that are empty, or become empty when another of them is removed. */
export function removeEmptyFolders(paths: readonly string[]): void {
  // Longest path first: a folder is removed before the folder that contains it.
  for (const path of paths.toSorted((one, other) => other.length - one.length)) {
    if (kindOf(path) === 'folder') attempt(path, () => removeIfEmpty(path));
  }
}

function makeFolder(path: string, made: string[]): void {
  if (kindOf(path) !== 'nothing') return;
  makeFolder(dirname(path), made);
  attempt(path, () => mkdirSync(path));
  made.push(path);
}

function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    if (errnoOf(error) !== ENOTEMPTY) throw error;
  }
}

function look(path: string, stat: typeof statSync): Stats | undefined {
  return attempt(path, () => {
    try {
      return stat(path, { throwIfNoEntry: false });
    } catch (error) {
      if (errnoOf(error) === ENOTDIR) return undefined; // A part of the path before its last name is a file.
      throw error;
    }
  });
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw refused(path, describeFileError(error), error);
  }
}

function refused(path: string, why: string, cause?: unknown): OutputError {
  return new OutputError(`cannot use ${path}: ${why}`, path, 0, { cause });
}
