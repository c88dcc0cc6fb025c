import { chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { digestSources } from '../../native/sources.js';
import { NAMES, run, VERSION } from './run.mjs';

/** The addon's name says that it needs glibc: node-gyp-build does not load it with another C library. */
const FILES = {
  'dropcap.node': 'dropcap.glibc.node',
  'dropcap-guard': 'dropcap-guard',
  'dropcap-keeper': 'dropcap-keeper',
};

/**
 * Builds the addon, the guard and the keeper for a processor, in a copy of native/. The guard and the keeper need no shared library.
 * Needs node-gyp in PATH, as under `npm run`.
 * @param {import('./run.mjs').Arch} arch @param {string} work a folder for the copy @param {string} target the folder for the three files
 */
export function buildNative(arch, work, target) {
  const triplet = NAMES[arch].triplet;
  const folder = resolve(work, 'native');
  cpSync('native', folder, { recursive: true, filter: (path) => !/^native\/build$/.test(path) });
  symlinkSync(resolve('node_modules'), join(work, 'node_modules'));
  const env = {
    ...process.env,
    CC: `${triplet}-gcc`,
    CXX: `${triplet}-g++`,
    AR: `${triplet}-ar`,
    // No path of the building machine in the files.
    CXXFLAGS: `-ffile-prefix-map=${resolve(work)}=. -ffile-prefix-map=${resolve('node_modules')}=node_modules`,
    LDFLAGS: '-Wl,--build-id=none',
  };
  run('node-gyp', ['rebuild', '--directory', folder, `--arch=${arch}`, '--static_programs=true'], { env });
  mkdirSync(target, { recursive: true });
  for (const [built, name] of Object.entries(FILES)) {
    const path = join(target, name);
    copyFileSync(join(folder, 'build/Release', built), path);
    run(`${triplet}-strip`, ['--strip-unneeded', path]);
    chmodSync(path, name.endsWith('.node') ? 0o644 : 0o755);
  }
  // As native/build.js: what the parts were made from.
  const facts = { version: VERSION, node: process.version, arch, sources: digestSources(folder) };
  writeFileSync(join(target, 'built.json'), JSON.stringify(facts));
  return readdirSync(target);
}
