// Makes the tarballs in build/packages:  npm run package    for the processors x64 and arm64
//                                        npm run package -- x64
//
// docs/installing.md names what is needed. The times in the tarballs are SOURCE_DATE_EPOCH (seconds since 1970); without it, the
// time of the commit. The same commit gives the same bytes, except for the code that V8 makes (dist/*.code), which differs in each
// run.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { NAMES } from './bin/package/run.mjs';
import { makeTarball } from './bin/package/tarball.mjs';
import { makeTree } from './bin/package/tree.mjs';

/** @typedef {import('./bin/package/run.mjs').Arch} Arch */
const ARCHITECTURES = /** @type {Arch[]} */ (Object.keys(NAMES));
const FOLDER = 'build/packages';

const wanted = process.argv.length > 2 ? process.argv.slice(2) : ARCHITECTURES;
const unknown = wanted.find((name) => !ARCHITECTURES.some((arch) => arch === name));
if (unknown !== undefined) {
  process.stderr.write(
    `cannot make packages for ${unknown}: the processors are ${ARCHITECTURES.join(', ')}\n`,
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
