import { join, sep } from 'node:path';
import { OutputError } from '../errors.js';
import {
  checkFolder,
  createFile,
  kindOf,
  makeFolders,
  readRegularFile,
  removeEmptyFolders,
  removeFile,
} from './files.js';
import type { WiresharkFolders } from './folders.js';
import { hashOf, type InstalledFile, installedFiles, profileFolder } from './installedFiles.js';
import { type InstallationRecord, readRecord, removeRecord, writeRecord } from './record.js';

/**
 * What became of a file: `unchanged` is there as it should be; `edited` was put there once and changed since, so it is
 * left alone; `missing` was gone before it could be removed.
 */
export interface FileChange {
  readonly path: string;
  readonly change: 'installed' | 'upgraded' | 'unchanged' | 'edited' | 'removed' | 'missing';
}

const NOTHING: InstallationRecord = { files: {}, folders: [] };

/**
 * Puts the plugin and the profile into Wireshark's folders, which are made where they are missing. Files that an
 * earlier version put there are replaced, unless somebody changed them since. All is checked before the first write.
 * @throws OutputError for a file of that name that is not ours, a link in a place of ours, and what cannot be written.
 * @throws InputError when the record of earlier installations is damaged.
 */
export function install(folders: WiresharkFolders): FileChange[] {
  checkFolders(folders);
  const profile = profileFolder(folders);
  const record = readRecord(profile) ?? NOTHING;
  const files = installedFiles(folders);
  const changes = files.map((file) => ({ path: file.path, change: changeFor(file, record) }));
  const written = files.filter((_, i) => isWritten(changes[i]!));
  if (written.length === 0) return changes;
  const made = makeFolders([folders.plugins, profile]);
  // The record comes first: of a file that is there without it nobody would know that it is ours.
  writeRecord(profile, recordOf(written, made, record));
  for (const { path, content } of written) {
    removeFile(path);
    createFile(path, content);
  }
  return changes;
}

/**
 * Takes back what `install` put there: files whose content is still that, and the folders made for them, when nothing
 * else is in them. No change at all when nothing was installed.
 * @throws OutputError, InputError as `install`
 */
export function uninstall(folders: WiresharkFolders): FileChange[] {
  checkFolders(folders);
  const profile = profileFolder(folders);
  const record = readRecord(profile);
  if (!record) return [];
  const changes = installedFiles(folders)
    .filter(({ name }) => record.files[name])
    .map(({ name, path }) => ({ path, change: takeBack(path, record.files[name]!) }));
  removeRecord(profile);
  // Whatever the record says, no other folders than those that lead to our files.
  removeEmptyFolders(
    record.folders.filter((folder) => isAbove(folder, profile) || isAbove(folder, folders.plugins)),
  );
  return changes;
}

function changeFor({ name, path, content }: InstalledFile, record: InstallationRecord): FileChange['change'] {
  const there = readRegularFile(path);
  if (!there) return 'installed';
  if (there.equals(content)) return 'unchanged';
  const ours = record.files[name];
  if (ours) return ours.includes(hashOf(there)) ? 'upgraded' : 'edited';
  throw new OutputError(
    `cannot write ${path}: a file of that name is there that dropcap did not put there (move it away)`,
    path,
    0,
  );
}

function takeBack(path: string, ours: readonly string[]): FileChange['change'] {
  const kind = kindOf(path);
  if (kind === 'nothing') return 'missing';
  const there = kind === 'file' ? readRegularFile(path) : undefined;
  if (!there || !ours.includes(hashOf(there))) return 'edited';
  removeFile(path);
  return 'removed';
}

function isWritten({ change }: FileChange): boolean {
  return change === 'installed' || change === 'upgraded';
}

function recordOf(
  written: readonly InstalledFile[],
  made: readonly string[],
  before: InstallationRecord,
): InstallationRecord {
  const files = { ...before.files };
  for (const { name, content } of written) {
    files[name] = [...new Set([...(files[name] ?? []), hashOf(content)])];
  }
  return { files, folders: [...new Set([...before.folders, ...made])] };
}

function checkFolders(folders: WiresharkFolders): void {
  const { configuration, plugins } = folders;
  for (const folder of [plugins, configuration, join(configuration, 'profiles'), profileFolder(folders)]) {
    checkFolder(folder);
  }
}

function isAbove(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}
