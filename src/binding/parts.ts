import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT_FROM } from '../builtFrom.js';
import { messageOf } from '../errors.js';
import { addonFolder, guardPath, keeperPath, loadBinding } from './load.js';

/** A native part of dropcap: the addon, the guard or the keeper. */
export interface NativePart {
  /** `unusable`: the addon is there, and cannot be loaded. */
  readonly state: 'usable' | 'missing' | 'unusable';
  /** Why the part cannot be used, and what to do; may name paths. Null for a usable part. */
  readonly problem: string | null;
}

/** What the native parts were built from. Null: not known. */
export interface PartsOrigin {
  /** dropcap's version. */
  readonly version: string | null;
  /** The Node that built them, `v20.20.2`, and its processor, `x64`. They also run with other Nodes. */
  readonly node: string | null;
  readonly arch: string | null;
  /** Whether their sources are those beside which the program was built. */
  readonly sameSources: boolean | null;
}

/** The native parts. They are in one folder and are built together. */
export interface NativeParts extends PartsOrigin {
  readonly addon: NativePart;
  readonly guard: NativePart;
  readonly keeper: NativePart;
  /** Whether the parts came with the package. False: they were built on this host. Null: there is no addon. */
  readonly prebuilt: boolean | null;
}

/** Looks for the native parts, and loads the addon. */
export function inspectParts(): NativeParts {
  const folder = folderOfParts();
  return {
    addon: inspectAddon(folder),
    guard: inspectProgram(guardPath),
    keeper: inspectProgram(keeperPath),
    prebuilt: folder === undefined ? null : !/\/build\/(Release|Debug)$/.test(folder),
    ...readOrigin(folder),
  };
}

function folderOfParts(): string | undefined {
  try {
    return addonFolder();
  } catch {
    return undefined;
  }
}

function inspectAddon(folder: string | undefined): NativePart {
  try {
    loadBinding();
    return { state: 'usable', problem: null };
  } catch (error) {
    return { state: folder === undefined ? 'missing' : 'unusable', problem: messageOf(error) };
  }
}

function inspectProgram(find: () => string): NativePart {
  try {
    find();
    return { state: 'usable', problem: null };
  } catch (error) {
    return { state: 'missing', problem: messageOf(error) };
  }
}

/**
 * Reads what native/build.js writes beside the parts. Without it, as after the build of an older dropcap, nothing is known.
 * @param expected digest of the sources that the program was built with
 */
export function readOrigin(
  folder: string | undefined,
  expected: string | null = BUILT_FROM.nativeSources,
): PartsOrigin {
  const facts = folder === undefined ? {} : readObject(join(folder, 'built.json'));
  const text = (name: string, form: RegExp) => {
    const value = facts[name];
    return typeof value === 'string' && form.test(value) ? value : null;
  };
  const sources = text('sources', /^[0-9a-f]{16}$/);
  return {
    version: text('version', /^\d[\w.+-]{0,40}$/),
    node: text('node', /^v\d[\w.+-]{0,40}$/),
    arch: text('arch', /^\w{1,16}$/),
    sameSources: sources === null || expected === null ? null : sources === expected,
  };
}

function readObject(path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
