import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { PROJECT } from '../support/packedPackage.js';
import { temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();

/** Runs a script of the copy. Its answer must be one line on standard error. */
function ask(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  expect({ status, stdout, lines: stderr.split('\n').length }).toEqual({ status: 1, stdout: '', lines: 2 });
  return stderr;
}

describe('a checkout that is not built says what to do', () => {
  beforeEach(() => {
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
    for (const name of ['bin', 'build.js', 'commit.js', 'package.json', 'samples/quickstart.js'])
      cpSync(join(PROJECT, name), join(folder, name), { recursive: true });
    cpSync(join(PROJECT, 'native/sources.js'), join(folder, 'native/sources.js'));
  });

  const install = (...names: string[]) => {
    for (const name of names) mkdirSync(join(folder, 'node_modules', name), { recursive: true });
  };
  // The program, and what runs before `npm start`.
  const scripts = [['bin/dropcap.js'], ['bin/dropcap.js', '--version'], ['bin/ready.js']];

  test.each(scripts)('without packages: %s %s', (...args) => {
    expect(ask(...args)).toMatch(
      /^dropcap: cannot start: .*\(this checkout is not built: run npm ci, without --omit=dev\)\n$/,
    );
  });

  test.each(scripts)('after npm ci --omit=dev: %s %s', (...args) => {
    install('node-addon-api', 'stream-chain');
    expect(ask(...args)).toMatch(/run npm ci, without --omit=dev\)\n$/);
  });

  test.each(scripts)('after npm ci --ignore-scripts: %s %s', (...args) => {
    install('node-addon-api', 'stream-chain', 'esbuild', 'typescript');
    expect(ask(...args)).toMatch(/\(this checkout is not built: run npm run build\)\n$/);
  });

  test('in the build of npm ci --omit=dev', () => {
    expect(ask('build.js')).toBe(
      'cannot build dropcap: the package esbuild is missing (npm ci, without --omit=dev, installs it)\n',
    );
  });
});
