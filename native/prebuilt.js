// The native parts that come with npm's package, in prebuilds/linux-x64 and prebuilds/linux-arm64. node-gyp-build finds them when
// dropcap runs, also when npm ran no install script. Parts that were built on this host come before them.
import { accessSync, constants, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { digestSources } from './sources.js';

/**
 * Why the native parts must be built on this host. Undefined: the package has parts for this host, made from its own sources.
 * Loads the addon to see whether this Node can.
 * @param {string} folder native/
 * @returns {string | undefined}
 */
export function whyBuild(folder) {
  const option = process.env['npm_config_build_from_source'] ?? '';
  if (['true', 'dropcap'].includes(option)) return 'npm was called with --build-from-source';
  try {
    const addon = addonPath(folder);
    const parts = dirname(addon);
    for (const name of ['dropcap-guard', 'dropcap-keeper']) accessSync(join(parts, name), constants.X_OK);
    /** @type {{ sources?: unknown }} */
    const { sources } = JSON.parse(readFileSync(join(parts, 'built.json'), 'utf8'));
    if (sources !== digestSources(folder)) return `${parts} was made from other sources`;
    createRequire(import.meta.url)(addon);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** @param {string} folder @returns {string} the path of the addon for this host @throws Error when there is none */
function addonPath(folder) {
  // Without this variable, node-gyp-build would prefer what an earlier build left.
  process.env['PREBUILDS_ONLY'] = '1';
  try {
    /** @type {{ path(folder: string): string }} */
    const loader = createRequire(import.meta.url)('node-gyp-build');
    return loader.path(folder);
  } finally {
    delete process.env['PREBUILDS_ONLY'];
  }
}
