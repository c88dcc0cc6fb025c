import { accessSync } from 'node:fs';
import { createRequire } from 'node:module';
import { endianness } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LAYOUT } from '../drop/layout.js';
import { BindingError, describeFileError, messageOf } from '../errors.js';
import { PACKAGE_FOLDER } from '../packageFolder.js';
import type { DatagramBinding, FileBinding, NetlinkBinding, UserBinding } from './contract.js';
import type { HotPath } from './hotPath.js';
import type { PacketFilterBinding } from './packetFilter.js';

const nativeFolder = fileURLToPath(new URL('native', PACKAGE_FOLDER));
/** The advice to build the native parts of this package: "build it with ...". */
export const HOW_TO_BUILD: string = howToBuild(fileURLToPath(PACKAGE_FOLDER));

/** The advice to build the addon and the guard of the package in `folder`. */
export function howToBuild(folder: string): string {
  return `build it with \`${buildCommand(folder)}\`, which needs python3, make and g++`;
}

function buildCommand(folder: string): string {
  const parent = dirname(folder);
  if (basename(parent) !== 'node_modules') return 'npm run build'; // A checkout.
  // npm's folder for global packages is PREFIX/lib/node_modules (npm help folders).
  return basename(dirname(parent)) === 'lib' ? 'npm rebuild -g dropcap' : 'npm rebuild dropcap';
}

/** What the addon exports. */
interface Addon
  extends NetlinkBinding, UserBinding, FileBinding, DatagramBinding, HotPath, PacketFilterBinding {
  /** Description of the memory that the addon shares with DropBatch, as LAYOUT; older addons have none. */
  readonly layout?: string;
}

/** The export of node-gyp-build, which has no types: so `require` loads it. */
interface Loader {
  (folder: string): Addon;
  /** The path of the file that the loader would load. */
  path(folder: string): string;
}

let binding: Addon | undefined;

/**
 * Loads the native addon at the first call, and returns it.
 * @throws BindingError (ERR_DROPCAP_BINDING) when the addon is missing, when this Node cannot load it, or when it was built
 * for another version of dropcap, which lays out batches differently.
 */
export function loadBinding(): Omit<Addon, 'layout'> {
  binding ??= checkLayout(find('cannot load the native addon', (loader) => loader(nativeFolder)));
  return binding;
}

/**
 * The addon's hot path; null on big-endian hosts, and when the addon is missing or this Node cannot load it.
 * @throws BindingError when the addon was built for another version of dropcap.
 */
export function loadHotPath(): HotPath | null {
  if (endianness() !== 'LE') return null;
  try {
    return loadBinding();
  } catch (error) {
    if (error instanceof LayoutError) throw error;
    return null;
  }
}

/** The addon's functions for files; null when the addon is missing or cannot be loaded. */
export function loadFileBinding(): FileBinding | null {
  try {
    return loadBinding();
  } catch {
    return null;
  }
}

/** The addon reads and writes the memory of batches. With another layout it would make garbage of drops. */
class LayoutError extends BindingError {}

/** Returns the addon. @throws BindingError when the addon has another layout */
export function checkLayout<T extends { readonly layout?: string }>(addon: T): T {
  if (addon.layout === LAYOUT) return addon;
  throw new LayoutError(
    `cannot use the native addon: it was built for another version of dropcap (${HOW_TO_BUILD}). ` +
      `Its layout of batches: ${addon.layout ?? 'unknown'}; expected: ${LAYOUT}`,
  );
}

/**
 * Path of the guard, the program that does what needs privileges (native/guard). The guard is in the addon's folder.
 * @throws BindingError (ERR_DROPCAP_BINDING) when the guard is missing.
 */
export function guardPath(): string {
  return find('cannot find the guard', (loader) => programPath(loader, 'dropcap-guard'));
}

/**
 * Path of the keeper, the program that keeps a file whole after dropcap was killed (native/keeper).
 * @throws BindingError (ERR_DROPCAP_BINDING) when the keeper is missing.
 */
export function keeperPath(): string {
  return find('cannot find the keeper', (loader) => programPath(loader, 'dropcap-keeper'));
}

/**
 * The folder of the addon, the guard and the keeper.
 * @throws BindingError (ERR_DROPCAP_BINDING) when the addon is missing.
 */
export function addonFolder(): string {
  return find('cannot find the native addon', folderOf);
}

function folderOf(loader: Loader): string {
  return dirname(loader.path(nativeFolder));
}

function programPath(loader: Loader, name: string): string {
  const path = join(folderOf(loader), name);
  try {
    accessSync(path);
  } catch (error) {
    throw new Error(`${path}: ${describeFileError(error)}`, { cause: error });
  }
  return path;
}

function find<T>(failure: string, run: (loader: Loader) => T): T {
  try {
    return run(createRequire(import.meta.url)('node-gyp-build'));
  } catch (error) {
    throw new BindingError(`${failure}: ${inOneLine(messageOf(error))} (${HOW_TO_BUILD})`, { cause: error });
  }
}

/** The lines of a text one after another: texts of loaders have several lines. */
function inOneLine(text: string): string {
  return text.trim().replace(/:?\s*\n[\s-]*/g, ': ');
}
