import { join } from 'node:path';
import { InputError } from '../errors.js';
import { createFile, readRegularFile, removeFile } from './files.js';

const NAME = 'installed-by-dropcap.json';

/** The files and folders that dropcap installed in a user's Wireshark. */
export interface InstallationRecord {
  /** SHA-256 of every content that was installed, by the file's name. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  /** The folders that were created for the files. */
  readonly folders: readonly string[];
}

/**
 * Reads the record of earlier installations from a profile's folder; undefined when there is none.
 * @throws InputError when the record is damaged.
 */
export function readRecord(profile: string): InstallationRecord | undefined {
  const path = join(profile, NAME);
  const content = readRegularFile(path);
  if (content === undefined) return undefined;
  const record = parse(content.toString());
  if (record) return record;
  throw new InputError(`${path} is damaged (remove it, and dropcap's files in the same folder)`, path);
}

/** Replaces the record. */
export function writeRecord(profile: string, record: InstallationRecord): void {
  const path = join(profile, NAME);
  removeFile(path);
  createFile(path, Buffer.from(`${JSON.stringify(record, undefined, 2)}\n`));
}

/** Removes the record. */
export function removeRecord(profile: string): void {
  removeFile(join(profile, NAME));
}

function parse(text: string): InstallationRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || !isObject(value['files']) || !isTexts(value['folders'])) return undefined;
  if (!Object.values(value['files']).every(isTexts)) return undefined;
  return { files: value['files'] as Record<string, string[]>, folders: value['folders'] };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}
