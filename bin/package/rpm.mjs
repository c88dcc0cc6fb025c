import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { installedFiles, layOut, put } from './layOut.mjs';
import { licenses } from './licenses.mjs';
import { NAMES, run, VERSION } from './run.mjs';
import { afterInstall, afterRemove, beforeRemove } from './scripts.mjs';

/** Of Wireshark until 4.4, and from 4.6 on. */
const EXTCAP = ['/usr/lib64/wireshark/extcap', '/usr/libexec/wireshark/extcap'];

/** With these, the same files give the same bytes on every machine. Files of another processor are not looked into. */
const DEFINES = [
  '_buildhost localhost',
  'use_source_date_epoch_as_buildtime 1',
  'clamp_mtime_to_source_date_epoch 1',
  'source_date_epoch_from_changelog 0',
  '_binary_payload w9.zstdio',
  '_build_id_links none',
  '__os_install_post %{nil}',
  'debug_package %{nil}',
];

/**
 * Makes the package for Fedora, RHEL and others with rpm. @returns {string} its path
 * @param {string} tree @param {import('./run.mjs').Arch} arch @param {string} work @param {string} folder
 */
export function makeRpm(tree, arch, work, folder) {
  const { rpm } = NAMES[arch];
  const root = resolve(work, 'rpm');
  layOut(tree, root);
  put(join(root, 'usr/share/licenses/dropcap/LICENSES'), licenses(tree));
  run('chmod', ['-R', 'u=rwX,go=rX', root]);
  const top = resolve(work, 'rpmbuild');
  mkdirSync(top);
  const specification = join(top, 'dropcap.spec');
  writeFileSync(specification, specFile(arch, installedFiles(root)));
  const defines = [`_topdir ${top}`, `_dropcap_files ${root}`, ...DEFINES].flatMap((text) => [
    '--define',
    text,
  ]);
  run('rpmbuild', ['-bb', '--quiet', '--target', `${rpm}-linux`, ...defines, specification]);
  const name = `dropcap-${VERSION}-1.${rpm}.rpm`;
  renameSync(join(top, 'RPMS', rpm, name), join(folder, name));
  return join(folder, name);
}

/**
 * How rpmbuild makes the package. The script gives the guard its group, mode and capabilities, so that rpm does not verify these.
 * @param {import('./run.mjs').Arch} arch @param {readonly string[]} files
 */
export function specFile(arch, files) {
  const listed = files.map((path) => {
    // Also after `rpm --setperms`, only root and the group run the guard.
    const changed = path.endsWith('/dropcap-guard') ? '%attr(0750,root,root) %verify(not group caps) ' : '';
    const kind = path.startsWith('/usr/share/licenses/') ? '%license ' : '';
    return `${changed}${kind}"${path}"`;
  });
  return `Name: dropcap
Version: ${VERSION}
Release: 1
Summary: Capture of the packets that the Linux kernel drops
License: Apache-2.0 AND MIT AND BSD-3-Clause AND LGPL-2.1-or-later AND GPL-3.0-or-later WITH GCC-exception-3.1
AutoReqProv: no
Requires: libc.so.6(GLIBC_2.28)(64bit), libstdc++.so.6()(64bit), libgcc_s.so.1()(64bit)
Requires(post): /usr/sbin/groupadd, /usr/sbin/setcap
Recommends: libpcap.so.1()(64bit)

%description
dropcap writes each dropped packet, with its drop reason and its drop point,
to a pcapng file, which Wireshark opens. The package contains its own Node.

%install
mkdir -p %{buildroot}
cp -a %{_dropcap_files}/. %{buildroot}/

%post
${body(afterInstall(arch, EXTCAP))}
%preun
${body(beforeRemove(EXTCAP))}
%postun
${body(afterRemove())}
${EXTCAP.map(trigger).join('\n')}

%files
%defattr(-,root,root)
${folders(files).join('\n')}
${listed.join('\n')}
`;
}

/** Makes the link when a package brings Wireshark's folder. @param {string} extcap */
function trigger(extcap) {
  return `%transfiletriggerin -- ${extcap}
[ -e ${extcap}/dropmon ] || ln -sf /usr/lib/dropcap/bin/dropmon ${extcap}/dropmon
`;
}

/** The folders that only this package has, so that rpm removes them. @param {readonly string[]} files */
function folders(files) {
  const found = new Set();
  for (const file of files) {
    for (
      let path = dirname(file);
      /^\/usr\/(lib|share\/licenses)\/dropcap(\/|$)/.test(path);
      path = dirname(path)
    ) {
      found.add(`%dir ${path}`);
    }
  }
  return [...found].toSorted((a, b) => (a < b ? -1 : 1));
}

/** A script without the line that names its shell, which rpm writes. @param {string} script */
function body(script) {
  return script.replace('#!/bin/sh\n', '');
}
