import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

/** A node-gyp that builds nothing. Changes its folder as node-gyp does. Fails while there is a file named "broken". */
const NODE_GYP = `#!/bin/sh
[ "$1" = install ] && exit 0
cd "$3"
echo "$1" >>../commands
[ "$1" = rebuild ] && rm -rf build
mkdir -p build/Release
if [ -e ../broken ]; then echo 'it is broken' >&2; exit 1; fi
touch build/Release/dropcap.node build/Release/dropcap-guard build/Release/dropcap-keeper
`;
/** The environment without the option that names the headers of Node. */
const { npm_config_nodedir: _headers, ...withoutHeaders } = process.env;
const LONG_AGO = new Date('1985-10-26');

describe('native/build.js', () => {
  /** A folder in which everything was built once. Each test has a copy. */
  const built = mkdtempSync(join(tmpdir(), 'dropcap-native-'));
  let folder: string;
  const at = (path: string) => join(folder, path);

  /** Runs native/build.js. Returns the commands that it gave node-gyp. */
  function build(options: { args?: string[]; preload?: string } = {}): string[] {
    const { status, stderr } = runBuild(options);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return commands();
  }

  function runBuild({ args = [], preload }: { args?: string[]; preload?: string } = {}) {
    const flags = preload === undefined ? [] : ['--require', preload];
    return spawnSync(process.execPath, [...flags, at('native/build.js'), ...args], {
      encoding: 'utf8',
      env: { ...withoutHeaders, PATH: `${at('bin')}${delimiter}${process.env['PATH']}` },
    });
  }

  function commands(): string[] {
    if (!existsSync(at('commands'))) return [];
    const lines = readFileSync(at('commands'), 'utf8').trim().split('\n');
    rmSync(at('commands'));
    return lines;
  }

  beforeAll(() => {
    folder = built;
    for (const path of ['bin', 'native/hot', 'node_modules/node-addon-api']) {
      mkdirSync(at(path), { recursive: true });
    }
    writeFileSync(at('bin/node-gyp'), NODE_GYP, { mode: 0o755 });
    writeFileSync(at('package.json'), '{ "type": "module", "version": "1.2.3" }');
    for (const name of ['build.js', 'needs.js', 'prebuilt.js', 'sources.js']) {
      cpSync(new URL(`../../native/${name}`, import.meta.url), at(`native/${name}`));
    }
    writeFileSync(at('native/binding.gyp'), '{}');
    for (const path of ['addon.cc', 'posix.h', 'hot/decode.h']) writeFileSync(at(`native/${path}`), '// one');
    writeFileSync(at('node_modules/node-addon-api/index.js'), 'exports.include_dir = __dirname;');
    writeFileSync(at('node_modules/node-addon-api/napi.h'), '// one');
    runBuild();
    rmSync(at('commands'));
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dropcap-native-'));
    cpSync(built, folder, { recursive: true });
  });

  afterAll(() => rmSync(built, { recursive: true }));
  afterEach(() => rmSync(folder, { recursive: true }));

  test('does nothing when no content changed, whatever the times of the files', () => {
    expect(build()).toEqual([]);
    utimesSync(at('native/addon.cc'), new Date(), new Date());
    expect(build()).toEqual([]);
  });

  test.each<[string, () => void]>([
    ['a source file', () => appendFileSync(at('native/addon.cc'), '// two')],
    ['a header in a folder', () => appendFileSync(at('native/hot/decode.h'), '// two')],
    ['a new header', () => writeFileSync(at('native/hot/new.h'), '')],
    ['a header that was removed', () => rmSync(at('native/posix.h'))],
  ])('builds once what depends on a change: %s', (_, change) => {
    change();
    expect(build()).toEqual(['build']);
    expect(build()).toEqual([]);
  });

  test('makes make compile a changed file that is older than the build', () => {
    writeFileSync(at('native/addon.cc'), '// put back');
    utimesSync(at('native/addon.cc'), LONG_AGO, LONG_AGO);
    expect(build()).toEqual(['build']);
    expect(statSync(at('native/addon.cc')).mtimeMs).toBeGreaterThan(Date.now() - 60_000);
  });

  test.each<[string, () => void]>([
    ['no build', () => rmSync(at('native/build'), { recursive: true })],
    ['binding.gyp', () => writeFileSync(at('native/binding.gyp'), '{ }')],
    ['node-addon-api', () => appendFileSync(at('node_modules/node-addon-api/napi.h'), '// two')],
    ['a missing addon', () => rmSync(at('native/build/Release/dropcap.node'))],
    ['a missing guard', () => rmSync(at('native/build/Release/dropcap-guard'))],
    ['a missing keeper', () => rmSync(at('native/build/Release/dropcap-keeper'))],
    ['a damaged record', () => writeFileSync(at('native/build/parts.json'), '{')],
  ])('builds everything once when make would not notice a change: %s', (_, change) => {
    change();
    expect(build()).toEqual(['rebuild']);
    expect(build()).toEqual([]);
  });

  test.each(['version', 'arch'])('builds everything for a Node of another %s', (property) => {
    const preload = at('other.cjs');
    writeFileSync(preload, `Object.defineProperty(process, '${property}', { value: 'other' });`);
    expect(build({ preload })).toEqual(['rebuild']);
    expect(build({ preload })).toEqual([]);
    expect(build()).toEqual(['rebuild']);
  });

  test('builds everything with --install', () => {
    expect(build({ args: ['--install'] })).toEqual(['rebuild']);
    expect(build()).toEqual([]);
  });

  test('fails until a build succeeds, even if the change is undone', () => {
    const before = readFileSync(at('native/addon.cc'));
    appendFileSync(at('native/addon.cc'), '// two');
    writeFileSync(at('broken'), '');
    for (let i = 0; i < 2; i++) {
      const { status, stderr } = runBuild();
      expect({ status, stderr }).toEqual({
        status: 1,
        stderr: 'it is broken\ncannot build the native code: see above\n',
      });
    }
    rmSync(at('broken'));
    writeFileSync(at('native/addon.cc'), before);
    expect(build()).toEqual(['build', 'build', 'build']);
    expect(build()).toEqual([]);
  });

  test('writes what it built, and nothing after a build that failed', () => {
    const description = at('native/build/Release/built.json');
    const read = () => JSON.parse(readFileSync(description, 'utf8')) as Record<string, string>;
    const { version: node, arch } = process;
    const first = read();
    expect(first).toEqual({ version: '1.2.3', node, arch, sources: expect.stringMatching(/^[0-9a-f]{16}$/) });
    appendFileSync(at('native/hot/decode.h'), '// two');
    writeFileSync(at('broken'), '');
    runBuild();
    expect(existsSync(description)).toBe(false);
    rmSync(at('broken'));
    build();
    expect(read()['sources']).not.toBe(first['sources']);
    writeFileSync(at('native/hot/decode.h'), '// one');
    build();
    expect(read()).toEqual(first);
  });
});
