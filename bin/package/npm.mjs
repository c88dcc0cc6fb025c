import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildNative } from './native.mjs';
import { NAMES, run } from './run.mjs';

/** @typedef {import('./run.mjs').Arch} Arch */

/**
 * Makes the package that `npm install` takes, with the native parts for all processors. npm gives all files the same time, so the
 * same files give the same bytes.
 * @param {string} folder the folder for the package, and for temporary files
 * @param {readonly Arch[]} made the processors whose native parts this run has made already, in the trees of the other packages
 * @returns {string} its path
 */
export function makeNpmPackage(folder, made) {
  const work = join(folder, 'work-npm');
  rmSync(work, { recursive: true, force: true });
  /** @type {{ name: string, version: string, files: string[] }} */
  const { name, version, files } = JSON.parse(readFileSync('package.json', 'utf8'));
  // npm itself leaves out what package.json excludes, and takes only those files of native that package.json names.
  const tops = new Set(
    files.filter((path) => !path.startsWith('!')).map((path) => path.split('/')[0] ?? path),
  );
  const own = resolve('native/build');
  for (const path of ['package.json', 'README.md', 'LICENSE', ...tops]) {
    cpSync(path, join(work, path), { recursive: true, filter: (source) => resolve(source) !== own });
  }
  for (const arch of /** @type {Arch[]} */ (Object.keys(NAMES))) {
    const prebuilt = join(work, `native/prebuilds/linux-${arch}`);
    const inTree = join(folder, `work-${arch}/tree/native/prebuilds/linux-${arch}`);
    if (made.includes(arch)) cpSync(inTree, prebuilt, { recursive: true });
    else {
      const temporary = join(folder, `work-npm-${arch}`);
      rmSync(temporary, { recursive: true, force: true });
      mkdirSync(temporary, { recursive: true });
      buildNative(arch, temporary, prebuilt);
    }
  }
  run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', resolve(folder)], { cwd: work });
  return join(folder, `${name}-${version}.tgz`);
}
