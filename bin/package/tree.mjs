import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { licenses } from './licenses.mjs';
import { writeTexts } from './texts.mjs';
import { buildNative } from './native.mjs';
import { putNode } from './node.mjs';
import { NAMES, run } from './run.mjs';

/** What the program needs of the project, and what its users read. The library is not here: npm's package has it. */
const FILES = [
  'LICENSE',
  'README.md',
  'bin/dropcap.js',
  'bin/dropmon.js',
  'bin/package.json',
  'dist/LICENSES',
  'dist/explanations.cjs',
  'dist/extcap.cjs',
  'dist/page.cjs',
  'dist/program.cjs',
  'dist/start.cjs',
  'docs',
  'node_modules/node-gyp-build/LICENSE',
  'node_modules/node-gyp-build/index.js',
  'node_modules/node-gyp-build/node-gyp-build.js',
  'node_modules/node-gyp-build/package.json',
  'node_modules/re2js/LICENSE',
  'node_modules/re2js/build/index.cjs',
  'node_modules/re2js/package.json',
  'package.json',
  'samples/recordings',
  'samples/systemd',
  'src/wireshark/dropcap.lua',
  'src/wireshark/profile',
];

/**
 * Makes the folder that all packages contain: the program with its own Node, which runs from any place.
 * @param {import('./run.mjs').Arch} arch @param {string} work @returns {Promise<string>} path of the folder
 */
export async function makeTree(arch, work) {
  const tree = join(work, 'tree');
  for (const path of FILES) cpSync(path, join(tree, path), { recursive: true });
  mkdirSync(join(tree, 'lib'));
  putNode(arch, work, join(tree, 'lib/node'), join(tree, 'lib/LICENSE.node'));
  buildNative(arch, work, join(tree, `native/prebuilds/linux-${arch}`));
  for (const name of ['dropcap', 'dropmon']) putLauncher(join(tree, 'bin', name));
  await writeTexts(join(tree, 'share'));
  writeFileSync(join(tree, 'LICENSES'), licenses(tree));
  compile(arch, tree);
  run('chmod', ['-R', 'u=rwX,go=rX', tree]);
  return tree;
}

/**
 * Writes the program that starts Node with the JavaScript file of the same name. sh looks whether SIGHUP is ignored, as
 * bin/dropcap does.
 * @param {string} path
 */
function putLauncher(path) {
  const name = path.slice(dirname(path).length + 1);
  const text = `#!/bin/sh
# Starts ${name} with its own Node.
program=$0
[ ! -L "$program" ] || program=$(readlink -f -- "$program")
folder=\${program%/*}/..
unset h; trap h= HUP; kill -HUP $$; export DROPCAP_SIGHUP_IGNORED=\${h-1}
exec "$folder/lib/node" "$folder/bin/${name}.js" "$@"
`;
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}

/**
 * Makes the code that V8 makes of the program, with the Node of the package: bin/compile.js. The same bytes each time.
 * @param {import('./run.mjs').Arch} arch @param {string} tree
 */
function compile(arch, tree) {
  const script = join(tree, 'bin/compile.js');
  cpSync('bin/compile.js', script);
  const node = resolve(tree, 'lib/node');
  const emulator = arch === process.arch ? [] : ['qemu-aarch64-static', '-L', `/usr/${NAMES[arch].triplet}`];
  // Not with the variables of this build, which dropcap may read.
  const env = { PATH: process.env['PATH'] };
  run('env', [...emulator, node, '--random-seed=1', script], { env });
  rmSync(script);
}
