import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { installPacked, PACK_TIMEOUT_MS, PROJECT, type PackedPackage } from '../support/packedPackage.js';
import { recordingPath, run } from '../support/tools.js';

const project = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, project), 'utf8');

test('the packages that the library imports are dependencies, and the packages of the program are in its bundle', () => {
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: object };
  const imported = [...read('dist/index.js').matchAll(/^import .* from "([\w-]+)(?:\/.*)?";$/gm)].map(
    ([, name]) => name,
  );
  expect(new Set(imported)).toEqual(new Set(['stream-chain']));
  // node-gyp builds the addon; node-gyp-build loads it; a filter with a regular expression loads re2js.
  expect(Object.keys(dependencies)).toEqual(['node-addon-api', 'node-gyp-build', 're2js', 'stream-chain']);
  const licenses = read('dist/LICENSES');
  const bundled = Array.from(
    licenses.matchAll(/^The files here contain code of (.*):$/gm),
    ([, name]) => name,
  );
  const charts = [
    'd3-array',
    'd3-color',
    'd3-format',
    'd3-interpolate',
    'd3-scale',
    'd3-time',
    'd3-time-format',
  ];
  expect(new Set(bundled)).toEqual(
    new Set(['ansi-escapes', 'commander', 'environment', 'stream-chain', ...charts]),
  );
  const required = (file: string) =>
    new Set(Array.from(read(file).matchAll(/require\("(?!node:)([^"]*)"\)/g), ([, name]) => name));
  expect(required('dist/program.cjs')).toEqual(new Set(['./explanations.cjs', './page.cjs']));
  for (const file of ['dist/explanations.cjs', 'dist/page.cjs']) expect(required(file)).toEqual(new Set());
});

describe('the packed package', () => {
  let packed: PackedPackage;
  beforeAll(() => {
    packed = installPacked();
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: object };
    for (const name of Object.keys(dependencies)) {
      symlinkSync(join(PROJECT, 'node_modules', name), join(packed.folder, 'node_modules', name));
    }
    return packed.remove;
  }, PACK_TIMEOUT_MS);

  /** Runs a script of a development dependency; `path` is below node_modules. */
  const tool = (path: string, ...args: string[]) =>
    run(process.execPath, [join(PROJECT, 'node_modules', path), ...args]);

  test('passes publint', () => {
    const { status, stdout } = tool('publint/src/cli.js', 'run', '--strict', packed.tarball);
    // publint colours its output where CI is set.
    const text = stripVTControlCharacters(stdout);
    expect({ status, text }).toEqual({ status: 0, text: expect.stringMatching(/\nAll good!\n$/) });
  });

  test('has types that every way to resolve ES modules finds', () => {
    // The profile says that the package has no CommonJS form. It does not judge `require` and resolution by `main`.
    const args = ['--profile', 'esm-only', '--no-emoji', '--no-color', packed.tarball];
    const { status, stdout } = tool('@arethetypeswrong/cli/dist/index.js', ...args);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('"dropcap"') });
  });

  test('reads a recording without the addon', () => {
    expect(existsSync(join(packed.folder, 'node_modules/dropcap/native/build'))).toBe(false);
    const script = `
      import { openCapture } from 'dropcap';
      let drops = 0;
      for await (const drop of await openCapture(process.argv[2])) drops += drop.payload.length > 0 ? 1 : 0;
      console.log(drops);`;
    writeFileSync(join(packed.folder, 'count.mjs'), script);
    const { status, stdout, stderr } = run(process.execPath, [
      join(packed.folder, 'count.mjs'),
      recordingPath('dwdump'),
    ]);
    expect([status, stdout, stderr]).toEqual([0, '104\n', '']);
  });

  test('has a program that reads a recording without the addon', () => {
    const program = join(packed.folder, 'node_modules/dropcap/bin/dropcap.js');
    const { status, stdout } = run(process.execPath, [program, '-r', recordingPath('dwdump')]);
    expect([status, stdout.split('\n').length - 1]).toEqual([0, 104]);
  });
});
