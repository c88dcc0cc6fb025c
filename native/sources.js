// What the native code is built from. native/build.js and build.js record it, so that dropcap can say whether both were
// made from the same sources.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The SHA-256 of each source file of the addon, the guard and the keeper, by its path in the folder.
 * @param {string} folder native/
 * @returns {Record<string, string>}
 */
export function hashSources(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Object.fromEntries(
    names
      .filter((name) => /\.(cc|h)$/.test(name))
      .toSorted()
      .map((name) => [name, hashOf(join(folder, name))]),
  );
}

/**
 * One short hash for all source files and binding.gyp.
 * @param {string} folder native/
 */
export function digestSources(folder) {
  const parts = { ...hashSources(folder), 'binding.gyp': hashOf(join(folder, 'binding.gyp')) };
  return sha256(JSON.stringify(parts)).slice(0, 16);
}

/** @param {string} path */
export function hashOf(path) {
  return sha256(readFileSync(path));
}

/** @param {string | Buffer} bytes */
export function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}
