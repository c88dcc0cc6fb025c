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
  /** The memory that it shares with DropBatch, described as by LAYOUT; an addon of before has none. */
  readonly layout?: string;
}

/** What node-gyp-build exports. It has no types, and so is required rather than imported. */
interface Loader {
  (folder: string): Addon;
  /** The file that it would load. */
  path(folder: string): string;
}

let binding: Addon | undefined;

/**
 * The native addon, loaded at the first call.
 * @throws BindingError (ERR_DROPCAP_BINDING) when there is none that this Node can load, or when it was built for another
 * version of dropcap and lays out batches differently.
 */
export function loadBinding(): NetlinkBinding & HotPath {
  binding ??= checkLayout(find('cannot load the native addon', (loader) => loader(nativeFolder)));
  return binding;
}

/**
 * The addon's hot path; null where there is none: on big-endian hosts, and without an addon that this Node can load.
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

/** The addon reads and writes the memory of batches, so it must agree with this code about every word of it. */
class LayoutError extends BindingError {}

/** The addon itself. @throws BindingError when its layout is another. Exported for tests. */
export function checkLayout<T extends { readonly layout?: string }>(addon: T): T {
  if (addon.layout === LAYOUT) return addon;
  throw new LayoutError(
    `cannot use the native addon: it was built for another version of dropcap (${HOW_TO_BUILD}). ` +
      `Its layout of batches: ${addon.layout ?? 'unknown'}; expected: ${LAYOUT}`,
  );
}

/**
 * Path of the guard, the program beside the addon that does what needs privilege (native/guard).
 * @throws BindingError (ERR_DROPCAP_BINDING) when it is not there.
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
