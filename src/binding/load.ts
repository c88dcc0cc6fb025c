import { accessSync } from 'node:fs';
import { createRequire } from 'node:module';
import { endianness } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BindingError, messageOf } from '../errors.js';
import { PACKAGE_FOLDER } from '../packageFolder.js';
import type { NetlinkBinding } from './contract.js';
import type { HotPath } from './hotPath.js';

const nativeFolder = fileURLToPath(new URL('native', PACKAGE_FOLDER));

/** The export of node-gyp-build, which has no types: so `require` loads it. */
interface Loader {
  (folder: string): NetlinkBinding & HotPath;
  /** The path of the file that the loader would load. */
  path(folder: string): string;
}

let binding: (NetlinkBinding & HotPath) | undefined;

/**
 * Loads the native addon at the first call, and returns it.
 * @throws BindingError (ERR_DROPCAP_BINDING) when the addon is missing, or this Node cannot load it.
 */
export function loadBinding(): NetlinkBinding & HotPath {
  binding ??= find('cannot load the native addon', (loader) => loader(nativeFolder));
  return binding;
}

/** The addon's hot path; null on big-endian hosts, and when the addon cannot be loaded. */
export function loadHotPath(): HotPath | null {
  try {
    return endianness() === 'LE' ? loadBinding() : null;
  } catch {
    return null;
  }
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
    throw new BindingError(
      `${failure}: ${messageOf(error).trim()} ` +
        '(build it with `npm rebuild dropcap`, which needs python3, make and g++)',
      { cause: error },
    );
  }
}
