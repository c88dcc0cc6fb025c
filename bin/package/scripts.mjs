const HOME = '/usr/lib/dropcap';

/**
 * Runs after installation and upgrade, in dpkg and rpm. Members of the group dropcap may run the guard, which has the two
 * capabilities. These are the commands of `dropcap doctor`: setcap comes after chgrp, because chgrp removes capabilities. A new group
 * has no members; --force keeps those of an old one. Then makes the code that dropcap starts with. dpkg calls the script with
 * `triggered` when a package brings a folder of Wireshark.
 * @param {import('./run.mjs').Arch} arch @param {readonly string[]} extcap the folders where Wiresharks look for extcap programs
 */
export function afterInstall(arch, extcap) {
  return `#!/bin/sh
set -e
for folder in ${extcap.join(' ')}; do
  [ ! -d "$folder" ] || [ -e "$folder/dropmon" ] || [ -L "$folder/dropmon" ] || ln -s ${HOME}/bin/dropmon "$folder/dropmon"
done
[ "$1" != triggered ] || exit 0
guard=${HOME}/native/prebuilds/linux-${arch}/dropcap-guard
groupadd --system --force dropcap
chgrp dropcap "$guard"
chmod 0750 "$guard"
setcap cap_net_admin,cap_sys_admin+ep "$guard" ||
  echo 'dropcap: only root can capture, because setcap failed: this file system or container keeps no capabilities of files' >&2
rm -f ${HOME}/dist/*.code*
umask 022
NODE_OPTIONS='' ${HOME}/lib/node ${HOME}/bin/compile.js ||
  echo 'dropcap: starts more slowly, because its code could not be compiled before' >&2
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload || true
  systemctl try-restart dropcap.service || true
fi
`;
}

/** Runs before removal and upgrade. dpkg calls it with `remove`, rpm with the number of versions that stay: 0. @param {readonly string[]} extcap */
export function beforeRemove(extcap) {
  return `#!/bin/sh
set -e
case $1 in remove | 0) ;; *) exit 0 ;; esac
[ ! -d /run/systemd/system ] || systemctl disable --now dropcap.service || true
for folder in ${extcap.join(' ')}; do
  [ "$(readlink "$folder/dropmon")" != ${HOME}/bin/dropmon ] || rm "$folder/dropmon"
done
rm -f ${HOME}/dist/*.code*
`;
}

/** Runs after removal. The group and the captures of the service stay until `dpkg --purge`; rpm has no such step. */
export function afterRemove() {
  return `#!/bin/sh
set -e
if [ "$1" = purge ]; then
  rm -rf /var/lib/dropcap /var/lib/private/dropcap
  ! getent group dropcap >/dev/null || groupdel dropcap || echo 'dropcap: the group dropcap stays' >&2
fi
[ ! -d /run/systemd/system ] || systemctl daemon-reload || true
`;
}
