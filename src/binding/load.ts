import { accessSync } from 'node:fs';
import { createRequire } from 'node:module';
import { endianness } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LAYOUT } from '../drop/layout.js';
import { BindingError, messageOf } from '../errors.js';
import { PACKAGE_FOLDER } from '../packageFolder.js';
import type { NetlinkBinding } from './contract.js';
import type { HotPath } from './hotPath.js';

const nativeFolder = fileURLToPath(new URL('native', PACKAGE_FOLDER));
const HOW_TO_BUILD = 'build it with `npm rebuild dropcap`, which needs python3, make and g++';

/** What the addon exports. */
interface Addon extends NetlinkBinding, HotPath {
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
export function loadBinding(): NetlinkBinding & HotPath {
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
  return find('cannot find the guard', (loader) => {
    const path = join(dirname(loader.path(nativeFolder)), 'dropcap-guard');
    accessSync(path);
    return path;
  });
}

function find<T>(failure: string, run: (loader: Loader) => T): T {
  try {
    return run(createRequire(import.meta.url)('node-gyp-build'));
  } catch (error) {
    throw new BindingError(`${failure}: ${messageOf(error).trim()} (${HOW_TO_BUILD})`, { cause: error });
  }
}
