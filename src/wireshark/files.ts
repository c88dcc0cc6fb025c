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
import { errnoOf, messageOf, OutputError } from '../errors.js';

const EACCES = 13;
const EEXIST = 17;
const ENOTDIR = 20;
const ENOTEMPTY = 39;
const { O_NOFOLLOW, O_RDONLY } = constants;

/** What is at a path. */
export function kindOf(path: string): 'nothing' | 'file' | 'folder' | 'link' | 'other' {
  const there = look(path, lstatSync);
  if (!there) return 'nothing';
  if (there.isSymbolicLink()) return 'link';
  if (there.isDirectory()) return 'folder';
  return there.isFile() ? 'file' : 'other';
}

/**
 * The content of a file; undefined when nothing is there.
 * @throws OutputError when something else has its place: a link, a folder.
 */
export function readRegularFile(path: string): Buffer | undefined {
  const kind = kindOf(path);
  if (kind === 'nothing') return undefined;
  if (kind === 'link') throw refused(path, 'it is a symbolic link (remove it, or move it away)');
  if (kind !== 'file') throw refused(path, 'it is no regular file (move it away)');
  return attempt(path, () => {
    const file = openSync(path, O_RDONLY | O_NOFOLLOW);
    try {
      return readFileSync(file);
    } finally {
      closeSync(file);
    }
  });
}

/** Makes a file where nothing is, not even a link. What cannot be written whole is not left behind. */
export function createFile(path: string, content: Uint8Array): void {
  attempt(path, () => {
    try {
      writeFileSync(path, content, { flag: 'wx' });
    } catch (error) {
      if (errnoOf(error) !== EEXIST) rmSync(path, { force: true });
      throw error;
    }
  });
}

/** Removes a file, if it is there; of a link only the link. */
export function removeFile(path: string): void {
  attempt(path, () => rmSync(path, { force: true }));
}

/**
 * Checks that a folder, or the one in which it would be made, is a folder and the running user's own: as another user
 * (root, with the home folder of somebody else) we would leave files there that their owner cannot replace. The folder
 * itself must not be a link; those above it, which are not Wireshark's, may.
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
  if (!there.isDirectory()) throw refused(path, 'it is no folder (move it away)');
  if (there.uid !== process.geteuid?.()) {
    throw refused(path, 'it belongs to another user (run this as that user, without sudo)');
  }
}

/**
 * Makes folders and those above them that are missing: all, or none. Returns those that it made.
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

/** Removes those of the folders that are empty, also those that become so by that. */
export function removeEmptyFolders(paths: readonly string[]): void {
  // A folder's path is longer than that of the one it is in.
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
      if (errnoOf(error) === ENOTDIR) return undefined; // A file has the place of a folder above.
      throw error;
    }
  });
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw refused(path, errnoOf(error) === EACCES ? 'permission denied' : messageOf(error), error);
  }
}

function refused(path: string, why: string, cause?: unknown): OutputError {
  return new OutputError(`cannot use ${path}: ${why}`, path, 0, { cause });
}
