import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { PROJECT } from '../support/packedPackage.js';
import { lacksTools, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const at = (path: string) => join(folder, path);
/** What a build needs, and what the compiler runs. */
const TOOLS = ['python3', 'make', 'g++', 'as', 'ld', 'sh', 'touch'];
const BEGIN = 'cannot build the native code: ';
const HEADERS = '#define NODE_MAJOR_VERSION 1\n';

/** Puts a script into the only folder of PATH. */
function script(name: string, text: string): void {
  rmSync(at(`bin/${name}`), { force: true });
  writeFileSync(at(`bin/${name}`), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}

/** Runs native/build.js of a copy with nothing but `bin` in PATH. */
function build(variables: Record<string, string> = {}, ...flags: string[]) {
  const { status, stderr } = spawnSync(process.execPath, [...flags, at('native/build.js'), '--install'], {
    encoding: 'utf8',
    env: { PATH: at('bin'), npm_config_nodedir: at('headers'), ...variables },
  });
  return { status, lines: stderr.split('\n').slice(0, -1), built: existsSync(at('called')) };
}

describe.skipIf(lacksTools(...TOOLS))('a build of the native code', () => {
  beforeEach(() => {
    for (const name of readdirSync(folder)) rmSync(at(name), { recursive: true });
    for (const name of ['bin', 'native/build/Release', 'node_modules/node-addon-api', 'headers/include/node'])
      mkdirSync(at(name), { recursive: true });
    for (const name of TOOLS) {
      // The system's own first: scripts in place of a program, as of pyenv, need more programs.
      const PATH = `/usr/bin:/bin:${process.env['PATH']}`;
      const path = execFileSync('/bin/sh', ['-c', 'command -v "$0"', name], {
        encoding: 'utf8',
        env: { PATH },
      });
      symlinkSync(path.trim(), at(`bin/${name}`));
    }
    for (const name of ['build.js', 'needs.js', 'prebuilt.js', 'sources.js'])
      cpSync(join(PROJECT, 'native', name), at(`native/${name}`));
    writeFileSync(at('package.json'), '{ "type": "module", "version": "1.2.3" }');
    writeFileSync(at('native/binding.gyp'), '{}');
    writeFileSync(at('headers/include/node/node_version.h'), HEADERS);
    writeFileSync(at('node_modules/node-addon-api/index.js'), 'exports.include_dir = __dirname;');
    script('node-gyp', `touch ${at('called')}`);
  });

  test('begins when everything is there', () => {
    expect(build()).toEqual({ status: 0, lines: [], built: true });
  });

  test.each([
    ['python3', /^python3 \(3\.6 or later\) is missing \(Debian: sudo apt install python3;/],
    ['make', /^make is missing \(Debian: sudo apt install make;/],
    ['g++', /^the C\+\+ compiler g\+\+ is missing \(Debian: sudo apt install g\+\+;/],
    ['ld', /^g\+\+ cannot build C\+\+20 with a static libstdc\+\+: g\+\+ 10 or later is needed \(Debian/],
  ])('says that %s is missing, and does not begin', (name, text) => {
    rmSync(at(`bin/${name}`));
    const { status, lines, built } = build();
    expect([status, lines.length, built]).toEqual([1, 1, false]);
    expect(lines[0]!.slice(0, BEGIN.length)).toBe(BEGIN);
    expect(lines[0]!.slice(BEGIN.length)).toMatch(text);
  });

  test('names everything that is missing at once', () => {
    for (const name of ['python3', 'make', 'g++']) rmSync(at(`bin/${name}`));
    expect(build()).toMatchObject({ status: 1, lines: { length: 3 }, built: false });
  });

  test('refuses a python and a compiler that are too old', () => {
    script('python3', 'exit 1');
    script('old++', '[ "$1" = --version ]');
    const { lines, built } = build({ CXX: 'old++' });
    expect(lines).toEqual([
      expect.stringContaining('python3 (3.6 or later) is missing'),
      expect.stringContaining('old++ cannot build C++20'),
    ]);
    expect(built).toBe(false);
  });

  test('takes the compiler and the make that variables name', () => {
    for (const name of ['make', 'g++']) symlinkSync(at(`bin/${name}`), at(`bin/my-${name}`));
    cpSync(at('bin/make'), at('bin/gmake'), { verbatimSymlinks: true });
    rmSync(at('bin/make'));
    expect(build({ MAKE: 'gmake', CXX: 'g++ -O1' })).toEqual({ status: 0, lines: [], built: true });
  });

  test('says that the folder which the user names has no headers of Node', () => {
    rmSync(at('headers/include'), { recursive: true });
    const { status, lines, built } = build();
    expect([status, built]).toEqual([1, false]);
    expect(lines).toEqual([
      expect.stringMatching(/headers of Node are not in .*npm config set nodedir FOLDER\)$/),
    ]);
  });

  test('says that the headers of Node cannot be downloaded', () => {
    script(
      'node-gyp',
      `if [ "$1" = install ]; then echo 'gyp ERR! stack FetchError: getaddrinfo ENOTFOUND nodejs.org
gyp ERR! stack     at x' >&2; exit 1; fi; touch ${at('called')}`,
    );
    writeFileSync(at('other.cjs'), "Object.defineProperty(process, 'version', { value: 'v20.0.99' });");
    const { status, lines, built } = build({ npm_config_nodedir: '' }, '--require', at('other.cjs'));
    expect([status, built]).toEqual([1, false]);
    expect(lines).toEqual([
      expect.stringMatching(
        /the headers of Node v20\.0\.99 are missing, and cannot be downloaded: getaddrinfo ENOTFOUND nodejs\.org \(use a Node/,
      ),
    ]);
  });

  test('says that npm has node-gyp when node-gyp is missing', () => {
    rmSync(at('bin/node-gyp'));
    expect(build().lines).toEqual([`${BEGIN}spawnSync node-gyp ENOENT (npm has node-gyp: npm run build)`]);
  });

  test('says that npm ci is needed when the packages are missing', () => {
    rmSync(at('node_modules'), { recursive: true });
    const { status, lines } = build();
    expect({ status, lines }).toEqual({
      status: 1,
      lines: [`${BEGIN}the package node-addon-api is missing (npm ci installs it, and builds)`],
    });
  });
});
