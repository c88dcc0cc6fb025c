import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { NAMES } from './run.mjs';

/** The kinds of packages. @typedef {'tarball' | 'deb' | 'rpm'} Kind */

/** A program and the Debian package that has it. @typedef {readonly [program: string, debian: string]} Tool */

/** @type {Readonly<Record<Kind, readonly Tool[]>>} */
const TOOLS = {
  tarball: [],
  deb: [
    ['dpkg-deb', 'dpkg'],
    ['md5sum', 'coreutils'],
  ],
  rpm: [['rpmbuild', 'rpm']],
};

/**
 * The programs that are missing to make packages, and the Debian packages that have them.
 * @param {readonly import('./run.mjs').Arch[]} architectures @param {readonly Kind[]} kinds
 * @param {boolean} npm whether npm's package is made, which has the native parts for all processors
 * @param {string} [path] the variable PATH
 * @returns {string | undefined} a sentence; undefined: nothing is missing
 */
export function missingTools(architectures, kinds, npm, path = process.env['PATH'] ?? '') {
  /** @type {Tool[]} */
  const tools = [
    ['make', 'make'],
    ['python3', 'python3'],
    ['xz', 'xz-utils'],
    ['gzip', 'gzip'],
  ];
  for (const arch of /** @type {import('./run.mjs').Arch[]} */ (Object.keys(NAMES))) {
    if (!npm && !architectures.includes(arch)) continue;
    const { triplet } = NAMES[arch];
    tools.push([`${triplet}-g++`, arch === process.arch ? 'g++' : `g++-${triplet.replaceAll('_', '-')}`]);
  }
  // The emulator makes V8's code for another processor.
  for (const arch of architectures) {
    if (arch !== process.arch) tools.push([`qemu-${NAMES[arch].rpm}-static`, 'qemu-user-static']);
  }
  for (const kind of kinds) tools.push(...TOOLS[kind]);
  const missing = tools.filter(([program]) => !inPath(program, path));
  if (missing.length === 0) return undefined;
  const programs = missing.map(([program]) => program).join(', ');
  return `cannot make packages: missing ${programs} (Debian 12: sudo apt install ${missing.map(([, debian]) => debian).join(' ')})`;
}

/** @param {string} program @param {string} path */
function inPath(program, path) {
  return path.split(':').some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
