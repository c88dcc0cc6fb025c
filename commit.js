// Finds the git commit that a build is made from.
import { execFileSync } from 'node:child_process';

const TIMEOUT_MS = 10_000;

/**
 * The commit of a checkout: `52925c3d1f2a`, or `52925c3d1f2a-dirty` when its files differ from the commit. Null when git
 * does not know, as in an unpacked archive. An archive that lies in another project's checkout has no commit.
 * @param {string} folder
 * @returns {string | null}
 */
export function commitOf(folder) {
  // git sets these variables for its hooks. They would name another checkout.
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, ...env } = process.env;
  /** @param {string[]} args */
  const git = (...args) =>
    execFileSync('git', args, {
      cwd: folder,
      env,
      encoding: 'utf8',
      timeout: TIMEOUT_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    if (git('rev-parse', '--show-prefix') !== '') return null;
    // Without tags: the version is in package.json.
    return git('describe', '--always', '--exclude=*', '--abbrev=12', '--dirty');
  } catch {
    return null;
  }
}
