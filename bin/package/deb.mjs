import { execFileSync } from 'node:child_process';
import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { installedFiles, layOut, move, put } from './layOut.mjs';
import { debianCopyright } from './licenses.mjs';
import { epoch, NAMES, run, VERSION } from './run.mjs';
import { afterInstall, afterRemove, beforeRemove } from './scripts.mjs';

/**
 * Makes the Debian package. @returns {string} its path
 * @param {string} tree @param {import('./run.mjs').Arch} arch @param {string} work @param {string} folder
 */
export function makeDeb(tree, arch, work, folder) {
  const { debian, triplet } = NAMES[arch];
  const root = join(work, 'deb');
  // Of Wireshark until 4.4, and from 4.6 on.
  const extcap = [`/usr/lib/${triplet}/wireshark/extcap`, '/usr/libexec/wireshark/extcap'];
  layOut(tree, root);
  move(join(root, 'usr/share/zsh/site-functions'), join(root, 'usr/share/zsh/vendor-completions'));
  put(join(root, 'usr/share/doc/dropcap/copyright'), debianCopyright(tree));
  const maintainer = execFileSync('git', ['log', '-1', '--format=%an <%ae>'], { encoding: 'utf8' }).trim();
  const changelog = join(root, 'usr/share/doc/dropcap/changelog');
  put(changelog, changelogText(maintainer));
  run('gzip', ['-9n', changelog]);
  put(join(root, 'usr/share/lintian/overrides/dropcap'), overrides(arch));
  const kilobytes = installedFiles(root)
    .map((path) => Math.ceil((statSync(join(root, path), { throwIfNoEntry: false })?.size ?? 0) / 1024))
    .reduce((sum, size) => sum + size, 0);
  put(join(root, 'DEBIAN/control'), controlFile(debian, kilobytes, maintainer));
  put(join(root, 'DEBIAN/triggers'), extcap.map((path) => `interest-noawait ${path}\n`).join(''));
  put(join(root, 'DEBIAN/postinst'), afterInstall(arch, extcap), 0o755);
  put(join(root, 'DEBIAN/prerm'), beforeRemove(extcap), 0o755);
  put(join(root, 'DEBIAN/postrm'), afterRemove(), 0o755);
  put(join(root, 'DEBIAN/md5sums'), md5sums(root));
  run('chmod', ['-R', 'u=rwX,go=rX', root]);
  // Until the script gives it to the group, and also after a repair: only root runs the guard.
  chmodSync(join(root, `usr/lib/dropcap/native/prebuilds/linux-${arch}/dropcap-guard`), 0o750);
  const path = join(folder, `dropcap_${VERSION}_${debian}.deb`);
  // With several threads, xz's bytes depend on the number of processors. Files get the packages' date: SOURCE_DATE_EPOCH.
  run('dpkg-deb', ['--root-owner-group', '-Zxz', '--threads-max=1', '--build', root, path]);
  return path;
}

/**
 * The libraries are those that Node needs, and libpcap for filter expressions. passwd has groupadd, libcap2-bin has setcap.
 * @param {string} debian name of the processor @param {number} kilobytes @param {string} maintainer
 */
export function controlFile(debian, kilobytes, maintainer) {
  return `Package: dropcap
Version: ${VERSION}
Architecture: ${debian}
Maintainer: ${maintainer}
Installed-Size: ${kilobytes}
Depends: libc6 (>= 2.28), libgcc-s1 | libgcc1, libstdc++6 (>= 8), libcap2-bin, passwd
Recommends: libpcap0.8
Suggests: tshark
Section: net
Priority: optional
Description: capture of the packets that the Linux kernel drops
 dropcap writes each dropped packet, with its drop reason and its drop point,
 to a pcapng file, which Wireshark opens. The package contains its own Node.
`;
}

/** @param {string} maintainer */
function changelogText(maintainer) {
  const date = new Date(epoch() * 1000).toUTCString().replace('GMT', '+0000');
  return `dropcap (${VERSION}) unstable; urgency=medium\n\n  * Version ${VERSION}.\n\n -- ${maintainer}  ${date}\n`;
}

/** What lintian must not find, with the reason. @param {import('./run.mjs').Arch} arch */
function overrides(arch) {
  const folder = `usr/lib/dropcap/native/prebuilds/linux-${arch}`;
  return `# These programs have capabilities, so they are static.
dropcap: shared-library-lacks-prerequisites *${folder}/dropcap-guard*
dropcap: shared-library-lacks-prerequisites *${folder}/dropcap-keeper*
# Node as nodejs.org builds it, the same for every distribution, and its license.
dropcap: embedded-library *usr/lib/dropcap/lib/node*
dropcap: hardening-no-pie *usr/lib/dropcap/lib/node*
dropcap: copyright-file-contains-full-apache-2-license
dropcap: old-fsf-address-in-copyright-file
`;
}

/** Checksums of all files, for dpkg --verify. @param {string} root */
function md5sums(root) {
  const files = installedFiles(root)
    .map((path) => path.slice(1))
    .filter((path) => !path.startsWith('DEBIAN/') && path !== 'usr/bin/dropcap');
  return execFileSync('md5sum', files, { cwd: root, encoding: 'utf8' });
}
