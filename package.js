// Makes the packages in build/packages:  npm run package           tarballs for the processors x64 and arm64, and npm's package
//                                        npm run package -- x64    the tarball for a processor
//                                        npm run package -- npm    npm's package, with the native parts for both processors
//
// docs/installing.md names what is needed. The times in the tarballs are SOURCE_DATE_EPOCH (seconds since 1970); without it, the
// time of the commit. The same commit gives the same bytes, except for the code that V8 makes (dist/*.code), which differs in each
// run.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { makeNpmPackage } from './bin/package/npm.mjs';
import { NAMES } from './bin/package/run.mjs';
import { makeTarball } from './bin/package/tarball.mjs';
import { makeTree } from './bin/package/tree.mjs';

/** @typedef {import('./bin/package/run.mjs').Arch} Arch */
const ARCHITECTURES = /** @type {Arch[]} */ (Object.keys(NAMES));
const FOLDER = 'build/packages';

/** @type {readonly string[]} */
const PACKAGES = [...ARCHITECTURES, 'npm'];
const wanted = process.argv.length > 2 ? process.argv.slice(2) : PACKAGES;
const unknown = wanted.find((name) => !PACKAGES.includes(name));
if (unknown !== undefined) {
  process.stderr.write(
    `cannot make packages for ${unknown}: there are the processors ${ARCHITECTURES.join(', ')}, and npm\n`,
  );
  process.exit(2);
}
process.env['SOURCE_DATE_EPOCH'] ??= execFileSync('git', ['log', '-1', '--format=%ct'], {
  encoding: 'utf8',
}).trim();
// The packages' files have the modes that programs expect, whatever the user's umask is.
process.umask(0o022);
for (const arch of ARCHITECTURES.filter((name) => wanted.includes(name))) {
  const work = `${FOLDER}/work-${arch}`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const tree = await makeTree(arch, work);
  process.stdout.write(`${makeTarball(tree, arch, FOLDER)}\n`);
}
if (wanted.includes('npm')) process.stdout.write(`${makeNpmPackage(FOLDER)}\n`);
