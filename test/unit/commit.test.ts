import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { commitOf } from '../../commit.js';
import { lacksTools, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
afterEach(() => vi.unstubAllEnvs());

function git(cwd: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.org'];
  return execFileSync('git', [...identity, ...args], { cwd, encoding: 'utf8' }).trim();
}

/** A repository with one commit of one file. */
function repository(name: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, 'inner'), { recursive: true });
  git(path, 'init', '--quiet');
  writeFileSync(join(path, 'file'), name);
  git(path, 'add', 'file');
  git(path, 'commit', '--quiet', '--message', name);
  return path;
}

describe.skipIf(lacksTools('git'))('commitOf', () => {
  test('is the commit of a checkout, and says that a file was changed', () => {
    const path = repository('plain');
    git(path, 'tag', '--annotate', '--message', 'release', 'v1.0.0');
    const commit = git(path, 'rev-parse', '--short=12', 'HEAD');
    expect(commitOf(path)).toBe(commit);
    writeFileSync(join(path, 'new'), 'not in git');
    expect(commitOf(path)).toBe(commit);
    writeFileSync(join(path, 'file'), 'changed');
    expect(commitOf(path)).toBe(`${commit}-dirty`);
  });

  test("is null for an archive, also in another project's checkout", () => {
    expect(commitOf(folder)).toBeNull();
    expect(commitOf(join(repository('outer'), 'inner'))).toBeNull();
  });

  test('is null before the first commit, and without git', () => {
    const path = join(folder, 'empty');
    mkdirSync(path);
    git(path, 'init', '--quiet');
    expect(commitOf(path)).toBeNull();
    const complete = repository('complete');
    vi.stubEnv('PATH', '/nowhere');
    expect(commitOf(complete)).toBeNull();
  });

  test('is that of the folder in a hook of another repository', () => {
    const path = repository('mine');
    vi.stubEnv('GIT_DIR', join(repository('other'), '.git'));
    vi.stubEnv('GIT_INDEX_FILE', join(folder, 'other/.git/index'));
    const found = commitOf(path);
    vi.unstubAllEnvs();
    expect(found).toBe(git(path, 'rev-parse', '--short=12', 'HEAD'));
  });
});
