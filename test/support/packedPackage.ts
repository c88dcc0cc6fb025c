import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Path of the project's folder. */
export const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** For the hook that packs: vitest's default of 10 seconds is too short on a busy machine. */
export const PACK_TIMEOUT_MS = 60_000;

/** What a user gets. */
export interface PackedPackage {
  /** A folder where the package is installed, without its dependencies. */
  readonly folder: string;
  /** The file that `npm publish` would send. */
  readonly tarball: string;
  /** Removes the folder and the tarball. Without this call they stay after the test. */
  readonly remove: () => void;
}

/**
 * Packs the project as it is built now and unpacks it into `node_modules` of a new folder.
 * Takes 1 second. The lifecycle scripts are left out: they would build dist again, below the tests that read it.
 */
export function installPacked(): PackedPackage {
  const folder = mkdtempSync(join(tmpdir(), 'dropcap-packed-'));
  const args = ['pack', '--ignore-scripts', '--no-update-notifier', '--silent', '--pack-destination', folder];
  execFileSync('npm', args, { cwd: PROJECT });
  const tarball = join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz'))!,
  );
  const target = join(folder, 'node_modules/dropcap');
  mkdirSync(target, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']);
  return { folder, tarball, remove: () => rmSync(folder, { recursive: true }) };
}
