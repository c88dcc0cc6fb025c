// Makes the packages in build/packages:  npm run package              tarball, .deb and .rpm for x64 and arm64, and npm's package
//                                        npm run package -- x64 deb   these of them
//                                        npm run package -- npm       npm's package, with the native parts for both processors
//
// docs/installing.md names what is needed. The times in the packages are SOURCE_DATE_EPOCH (seconds since 1970); without it, the
// time of the commit. The same commit gives the same bytes.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { makeDeb } from './bin/package/deb.mjs';
import { makeNpmPackage } from './bin/package/npm.mjs';
import { makeRpm } from './bin/package/rpm.mjs';
import { NAMES } from './bin/package/run.mjs';
import { makeTarball } from './bin/package/tarball.mjs';
import { missingTools } from './bin/package/tools.mjs';
import { makeTree } from './bin/package/tree.mjs';

/** @typedef {import('./bin/package/run.mjs').Arch} Arch @typedef {import('./bin/package/tools.mjs').Kind} Kind */
const ARCHITECTURES = /** @type {Arch[]} */ (Object.keys(NAMES));
/** @type {Readonly<Record<Kind, (tree: string, arch: Arch, work: string, folder: string) => string>>} */
const MAKERS = {
  tarball: (tree, arch, _work, folder) => makeTarball(tree, arch, folder),
  deb: makeDeb,
  rpm: makeRpm,
};
const KINDS = /** @type {Kind[]} */ (Object.keys(MAKERS));
/** One package for all processors. */
const NPM = 'npm';
const WORDS = [...ARCHITECTURES, ...KINDS, NPM];
const FOLDER = 'build/packages';

const words = process.argv.slice(2);
const unknown = words.find((word) => !WORDS.some((name) => name === word));
if (unknown !== undefined) fail(`cannot make packages for ${unknown}: the words are ${WORDS.join(', ')}`);
const npm = words.length === 0 || words.includes(NPM);
const onlyNpm = npm && words.length === 1;
const architectures = onlyNpm ? [] : chosen(ARCHITECTURES);
const kinds = chosen(KINDS);
const missing = missingTools(architectures, onlyNpm ? [] : kinds, npm);
if (missing !== undefined) fail(missing);
process.env['SOURCE_DATE_EPOCH'] ??= execFileSync('git', ['log', '-1', '--format=%ct'], {
  encoding: 'utf8',
}).trim();
// The packages' files have the modes that programs expect, whatever the user's umask is.
process.umask(0o022);
for (const arch of architectures) {
  const work = `${FOLDER}/work-${arch}`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const tree = await makeTree(arch, work);
  for (const kind of kinds) process.stdout.write(`${MAKERS[kind](tree, arch, work, FOLDER)}\n`);
}
if (npm) process.stdout.write(`${makeNpmPackage(FOLDER, architectures)}\n`);

/** The names that the arguments have; all, if none. @template {string} T @param {readonly T[]} names @returns {T[]} */
function chosen(names) {
  const named = names.filter((name) => words.includes(name));
  return named.length === 0 ? [...names] : named;
}

/** @param {string} text @returns {never} */
function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(2);
}
