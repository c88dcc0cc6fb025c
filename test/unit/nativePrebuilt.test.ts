import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const BUILT = join(PROJECT, 'native/build/Release');

describe('the installation of a package with native parts', () => {
  let folder: string;
  let parts: string;
  const at = (path: string) => join(folder, path);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dropcap-prebuilt-'));
    parts = at(`native/prebuilds/linux-${process.arch}`);
    cpSync(join(PROJECT, 'native'), at('native'), {
      recursive: true,
      filter: (path) => path !== join(PROJECT, 'native/build'),
    });
    cpSync(join(PROJECT, 'package.json'), at('package.json'));
    symlinkSync(join(PROJECT, 'node_modules'), at('node_modules'));
    mkdirSync(parts, { recursive: true });
    cpSync(join(BUILT, 'dropcap.node'), join(parts, 'dropcap.glibc.node'));
    for (const name of ['dropcap-guard', 'dropcap-keeper', 'built.json'])
      cpSync(join(BUILT, name), join(parts, name));
    mkdirSync(at('bin'));
    // A node-gyp that fails says that a build was tried.
    for (const name of ['node-gyp', 'make', 'g++', 'python3']) {
      writeFileSync(at(`bin/${name}`), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    }
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function install(variables: Record<string, string> = {}) {
    const { CXX: _cxx, MAKE: _make, ...env } = process.env;
    const { status, stderr } = spawnSync(process.execPath, [at('native/build.js'), '--install'], {
      encoding: 'utf8',
      env: { ...env, PATH: at('bin'), ...variables },
    });
    return { status, stderr };
  }

  test('builds nothing, and needs no compiler', () => {
    // What an earlier build left would be loaded before the parts of the package.
    mkdirSync(at('native/build/Release'), { recursive: true });
    expect(install()).toEqual({ status: 0, stderr: '' });
    expect(existsSync(at('native/build'))).toBe(false);
  });

  test.each<[string, string, () => void]>([
    [
      'the parts are of other sources',
      'was made from other sources',
      () => writeFileSync(at('native/posix.h'), '// other'),
    ],
    ['nothing says what the parts are of', 'built.json', () => rmSync(join(parts, 'built.json'))],
    ['there is no addon for this host', 'No native build', () => rmSync(join(parts, 'dropcap.glibc.node'))],
    ['the guard is missing', 'dropcap-guard', () => rmSync(join(parts, 'dropcap-guard'))],
    ['the keeper is missing', 'dropcap-keeper', () => rmSync(join(parts, 'dropcap-keeper'))],
    [
      'this Node cannot load the addon',
      'file too short',
      () => writeFileSync(join(parts, 'dropcap.glibc.node'), ''),
    ],
  ])('builds when %s', (_, reason, change) => {
    change();
    const { status, stderr } = install();
    expect(stderr).toMatch(/^dropcap builds its native code: /);
    expect(stderr).toContain(reason);
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('make is missing') });
  });

  test.each(['true', 'dropcap'])('builds with npm_config_build_from_source=%s', (value) => {
    const { status, stderr } = install({ npm_config_build_from_source: value });
    expect(stderr).toMatch(/^dropcap builds its native code: npm was called with --build-from-source\n/);
    expect(status).toBe(1);
  });

  test('the package has the parts of all processors', () => {
    const { files } = JSON.parse(readFileSync(at('package.json'), 'utf8')) as { files: string[] };
    expect(files).toEqual(expect.arrayContaining(['native/prebuilds', 'native/prebuilt.js']));
  });
});
