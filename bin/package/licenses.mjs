import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The licenses in the tree. dropcap's own is Apache-2.0, of which Debian has the text. */
const PARTS = /** @type {const} */ ([
  ['Node, with V8, libuv, OpenSSL and others (lib/node)', 'lib/LICENSE.node'],
  ['the packages of which dist has code', 'dist/LICENSES'],
  ['node-gyp-build', 'node_modules/node-gyp-build/LICENSE'],
  ['re2js', 'node_modules/re2js/LICENSE'],
]);

/** The guard and the keeper are static. Their libraries' notices, as Debian 12 has them. */
const LIBRARIES = /** @type {const} */ ([
  ['the GNU C Library', '/usr/share/doc/libc6-dev/copyright'],
  ['libstdc++ and libgcc, part of GCC', '/usr/share/doc/gcc-12-base/copyright'],
]);

/** Debian's texts of the licenses that the notices name. */
const COMMON = '/usr/share/common-licenses';
const NAMED = ['Apache-2.0', 'LGPL-2.1', 'GPL-3'];

const STATIC = `native/prebuilds/*/dropcap-guard and dropcap-keeper contain code of the GNU C Library (LGPL-2.1 or later), and of libstdc++
and libgcc (GPL-3 or later, with the GCC Runtime Library Exception 3.1). Their sources are those of Debian 12: the source packages
glibc and gcc-12. The sources of dropcap and \`npm run package\` link the two programs again with another C library.
`;

/**
 * The licenses of everything in the tree, one after another, with all texts. @param {string} tree
 * @throws Error when a file of Debian 12 is missing
 */
export function licenses(tree) {
  const texts = [['dropcap', 'LICENSE'], ...PARTS].map(([what, path = '']) =>
    section(`License of ${what}`, read(join(tree, path))),
  );
  const named = NAMED.slice(1).map((name) => section(`Text of ${name}`, read(join(COMMON, name))));
  return [...texts, ...libraries(), ...named].join('\n\n');
}

/**
 * The file `copyright` of the Debian package: the same, but it names the texts that every Debian has, as its policy asks.
 * @param {string} tree
 */
export function debianCopyright(tree) {
  const own =
    'dropcap, copyright of its authors. Licensed under the Apache License, Version 2.0.\n' +
    `On Debian, the texts of the licenses are ${NAMED.map((name) => join(COMMON, name)).join(', ')}.`;
  const texts = PARTS.map(([what, path]) => section(`License of ${what}`, read(join(tree, path))));
  return [section('License of dropcap', own), ...texts, ...libraries()].join('\n\n');
}

function libraries() {
  return [
    section('Libraries in the native programs', STATIC),
    ...LIBRARIES.map(([what, path]) => section(`Notices of ${what}`, read(path))),
  ];
}

/** @param {string} title @param {string} text */
function section(title, text) {
  return `== ${title}\n\n${text.trim()}\n`;
}

/** @param {string} path */
function read(path) {
  return readFileSync(path, 'utf8');
}
