import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BindingError, messageOf } from '../errors.js';
import type { NetlinkBinding } from './contract.js';

// Two levels above src/binding as well as dist/binding.
const nativeFolder = fileURLToPath(new URL('../../native', import.meta.url));

let binding: NetlinkBinding | undefined;

/**
 * The native addon, loaded at the first call.
 * @throws BindingError (ERR_DROPCAP_BINDING) when there is none that this Node can load.
 */
export function loadBinding(): NetlinkBinding {
  binding ??= loadFrom(nativeFolder);
  return binding;
}

/**
 * The guard program, which is built with the addon.
 * @throws BindingError when it is not there
 */
export function guardPath(): string {
  const path = join(nativeFolder, 'build', 'Release', 'dropcap-guard');
  if (existsSync(path)) return path;
  throw new BindingError(
    `there is no guard program ${path} (build it with \`npm rebuild dropcap\`, which needs python3, make and g++)`,
  );
}

function loadFrom(folder: string): NetlinkBinding {
  try {
    // node-gyp-build has no types, and so is required rather than imported.
    const load: (folder: string) => NetlinkBinding = createRequire(import.meta.url)('node-gyp-build');
    return load(folder);
  } catch (error) {
    throw new BindingError(
      `cannot load the native addon: ${messageOf(error).trim()} ` +
        '(build it with `npm rebuild dropcap`, which needs python3, make and g++)',
      { cause: error },
    );
  }
}
