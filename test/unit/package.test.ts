import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const project = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, project), 'utf8');

test('the packages that the library imports are installed with it, and those of the program are in its bundle', () => {
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: object };
  const imported = [...read('dist/index.js').matchAll(/^import .* from "([\w-]+)(?:\/.*)?";$/gm)].map(
    ([, name]) => name,
  );
  expect(new Set(imported)).toEqual(new Set(['stream-chain']));
  // The addon is built with one, and found by the other.
  expect(Object.keys(dependencies)).toEqual(['node-addon-api', 'node-gyp-build', 'stream-chain']);
  const licenses = read('dist/LICENSES');
  const bundled = Array.from(
    licenses.matchAll(/^The files here contain code of (.*):$/gm),
    ([, name]) => name,
  );
  expect(bundled).toEqual(['commander', 'stream-chain']);
  expect(read('dist/program.cjs')).not.toMatch(/require\("(?!node:)(?!node-gyp-build")/);
});

describe('the code that the program starts with', () => {
  const version = (folder: string) =>
    execFileSync(process.execPath, [join(folder, 'bin/dropcap.js'), '--version'], { encoding: 'utf8' });

  test('is there, and Node takes it', () => {
    const folder = fileURLToPath(new URL('dist/', project));
    const script = `
      const [folder] = process.argv.slice(1);
      const { readdirSync, readFileSync } = require('node:fs');
      const [code, ...more] = readdirSync(folder).filter((name) => /\\.code/.test(name));
      const cachedData = readFileSync(folder + code);
      const source = require('node:module').wrap(readFileSync(folder + 'program.cjs', 'latin1'));
      [new (require('node:vm').Script)(source, { cachedData }).cachedDataRejected, more.length]`;
    expect(execFileSync(process.execPath, ['-p', script, folder], { encoding: 'utf8' })).toBe(
      '[ false, 0 ]\n',
    );
  });

  test.each([
    ['is missing', undefined],
    ['is no code', 'no code'],
  ])('is not needed: it %s', (_, content) => {
    const folder = mkdtempSync(join(tmpdir(), 'dropcap-'));
    try {
      for (const name of ['bin', 'dist', 'package.json']) {
        cpSync(new URL(name, project), join(folder, name), { recursive: true });
      }
      const code = readdirSync(join(folder, 'dist')).find((name) => name.endsWith('.code'));
      rmSync(join(folder, 'dist', code!));
      if (content !== undefined) writeFileSync(join(folder, 'dist', code!), content);
      expect(version(folder)).toMatch(/^dropcap \d/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
