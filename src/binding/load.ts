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

/** What node-gyp-build exports. It has no types, and so is required rather than imported. */
interface Loader {
  (folder: string): NetlinkBinding & HotPath;
  /** The file that it would load. */
  path(folder: string): string;
}

let binding: (NetlinkBinding & HotPath) | undefined;

/**
 * The native addon, loaded at the first call.
 * @throws BindingError (ERR_DROPCAP_BINDING) when there is none that this Node can load.
 */
export function loadBinding(): NetlinkBinding & HotPath {
  binding ??= find('cannot load the native addon', (loader) => loader(nativeFolder));
  return binding;
}

/** The addon's hot path; null where there is none: on big-endian hosts, and without an addon that this Node can load. */
export function loadHotPath(): HotPath | null {
  try {
    return endianness() === 'LE' ? loadBinding() : null;
  } catch {
    return null;
  }
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
    throw new BindingError(
      `${failure}: ${messageOf(error).trim()} ` +
        '(build it with `npm rebuild dropcap`, which needs python3, make and g++)',
      { cause: error },
    );
  }
}
