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
 * What was done with a file. `unchanged`: it already had the right content. `edited`: dropcap installed it, the user
 * changed it, so it is kept. `missing`: the user removed it before `uninstall`.
 */
export interface FileChange {
  readonly path: string;
  readonly change: 'installed' | 'upgraded' | 'unchanged' | 'edited' | 'removed' | 'missing';
}

const NOTHING: InstallationRecord = { files: {}, folders: [] };

/**
 * Installs the plugin, the profile and the extcap program in Wireshark's folders, and creates missing folders. Replaces files of an earlier
 * version, unless the user changed them. Checks everything before the first write.
 * @throws OutputError when dropcap did not install an existing file, when a path is a link, and when writing fails.
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
  const made = makeFolders([folders.plugins, profile, folders.extcap]);
  // Write the record first: after a crash, a file without a record would count as one that dropcap did not install.
  writeRecord(profile, recordOf(written, made, record));
  for (const { path, content, program } of written) {
    removeFile(path);
    createFile(path, content, program ? 0o777 : undefined);
  }
  return changes;
}

/**
 * Removes what `install` installed: files whose content was not changed, files that Wireshark writes by itself, and
 * folders created for them that are empty. Changes nothing when nothing was installed.
 * @throws OutputError and InputError, like `install`.
 */
export function uninstall(folders: WiresharkFolders): FileChange[] {
  checkFolders(folders);
  const profile = profileFolder(folders);
  const record = readRecord(profile);
  if (!record) return [];
  const changes = installedFiles(folders)
    .filter(({ name }) => record.files[name])
    .map((file) => ({ path: file.path, change: takeBack(file, record.files[file.name]!) }));
  removeRecord(profile);
  // The record may be damaged: remove only folders that contain the plugin, the profile or the program.
  const places = [profile, folders.plugins, folders.extcap];
  removeEmptyFolders(record.folders.filter((folder) => places.some((place) => isAbove(folder, place))));
  return changes;
}

function changeFor(
  { name, path, content, seed }: InstalledFile,
  record: InstallationRecord,
): FileChange['change'] {
  const there = readRegularFile(path);
  if (!there) return 'installed';
  // A seed is only for the first start of Wireshark with the profile.
  if (seed || there.equals(content)) return 'unchanged';
  const ours = record.files[name];
  if (ours) return ours.includes(hashOf(there)) ? 'upgraded' : 'edited';
  throw new OutputError(
    `cannot write ${path}: a file of that name exists that dropcap did not put there (move it away)`,
    path,
    0,
  );
}

function takeBack({ path, seed }: InstalledFile, ours: readonly string[]): FileChange['change'] {
  const kind = kindOf(path);
  if (kind === 'nothing') return 'missing';
  const there = kind === 'file' ? readRegularFile(path) : undefined;
  if (!there || !(seed || ours.includes(hashOf(there)))) return 'edited';
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
  const { configuration, extcap, plugins } = folders;
  for (const folder of [
    plugins,
    extcap,
    configuration,
    join(configuration, 'profiles'),
    profileFolder(folders),
  ]) {
    checkFolder(folder);
  }
}

function isAbove(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}
