import { join } from 'node:path';
import { epoch, run, VERSION } from './run.mjs';

/** Arguments of GNU tar with which the same files give the same bytes. */
function sameBytes() {
  return [
    '--format=gnu',
    '--sort=name',
    `--mtime=@${epoch()}`,
    '--owner=root:0',
    '--group=root:0',
    '--numeric-owner',
  ];
}

/**
 * Makes a tarball that is unpacked and run in any folder. @returns {string} its path
 * @param {string} tree @param {import('./run.mjs').Arch} arch @param {string} folder
 */
export function makeTarball(tree, arch, folder) {
  const name = `dropcap-${VERSION}-linux-${arch}`;
  const path = join(folder, `${name}.tar.xz`);
  // xz with two threads gives the same bytes on every machine; with one thread for each processor, it does not.
  const compress = ['-I', 'xz -6 -T2'];
  run('tar', [...sameBytes(), ...compress, '--transform', `s,^\\.,${name},`, '-C', tree, '-cf', path, '.']);
  return path;
}
