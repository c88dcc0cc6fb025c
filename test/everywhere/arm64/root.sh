#!/usr/bin/env bash
# Makes a root file system of Debian 13 for arm64, unless this script made it before. Runs no program of it: the packages are
# only unpacked. FOLDER.made is the checksum of the script that made it: another script makes it again.
#
#   root.sh FOLDER
set -euo pipefail
root=${1%/}
packages=base-files,base-passwd,bash,busybox-static,coreutils,dash,debianutils,diffutils,dpkg,dropwatch,findutils,g++,git,grep,gzip
packages+=,iproute2,kmod,libc-bin,libcap2-bin,libpcap0.8,libstdc++6,mawk,mount,nftables,passwd,procps,python3,sed,socat,tar
packages+=,util-linux,xz-utils
made=$(sha256sum <"$0")
if [[ -e $root ]]; then
  [[ $(cat "$root.made" 2>/dev/null) != "$made" ]] || exit 0
  [[ -e $root.made ]] || { echo "$0: $root exists, and this script did not make it" >&2 && exit 1; }
fi

# shellcheck disable=SC2016 # apt's own variables.
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep '/debian/\?$' | head -n 1)
mkdir -p "${root%/*}"
rm -rf "$root.new"
echo "making a root file system of trixie for arm64"
if ! mmdebstrap --variant=extract --architectures=arm64 --include="$packages" \
  trixie "$root.new" "${mirror:?no Debian archive in the sources of apt}" >"$root.log" 2>&1; then
  tail -n 20 "$root.log" >&2
  exit 1
fi
# What the scripts of the packages would have made.
cp "$root.new/usr/share/base-passwd/passwd.master" "$root.new/etc/passwd"
cp "$root.new/usr/share/base-passwd/group.master" "$root.new/etc/group"
ln -s mawk "$root.new/usr/bin/awk"
echo '127.0.0.1 localhost' >"$root.new/etc/hosts"
rm -rf "$root"
mv "$root.new" "$root"
echo "$made" >"$root.made"
