#!/usr/bin/env bash
# Fetches files of Debian's kernel sources, and prints their folder and the version of the package in one line.
#
#   sources.sh SERIES FILE...                SERIES: 6.12 for the kernel of Debian 13, newest for the newest of its backports
#
# A FILE is a path in the kernel's tree; one that the kernel does not have is missing in the folder. Downloads about 150 MB,
# and keeps the package's archive below $EVERYWHERE_CACHE until Debian has a newer one. Needs Debian 12, xz-utils, a network.
set -euo pipefail
export DROPCAP_VM_CACHE=${EVERYWHERE_CACHE:-/var/tmp/dropcap-everywhere}/sources
mkdir -p "$DROPCAP_VM_CACHE"
# shellcheck source-path=SCRIPTDIR source=../../vm/kernels.sh
. "$(dirname "$(realpath "$0")")/../../vm/kernels.sh"

series=$1
shift
require apt-get=apt xz=xz-utils tar=tar
suite=trixie pattern="^linux-source-${series//./\\.}\$"
if [[ $series == newest ]]; then suite=$newest_suite pattern='^linux-source-[0-9.]+$'; fi
use_suite "$suite"
apt-get -qq "${apt_options[@]}" update || fail 'apt-get update failed'
package=$(apt-cache "${apt_options[@]}" search --names-only "$pattern" | cut -d ' ' -f 1 | sort -V | tail -n 1)
[[ -n $package ]] || fail "Debian has no package linux-source for $series"
version=$(apt-cache "${apt_options[@]}" show --no-all-versions "$package" | sed -n 's/^Version: //p')

folder=$cache/${package#linux-source-}
if [[ ! -e $folder/$version.tar.xz ]]; then
  echo "fetching $package $version" >&2
  work=$(mktemp -d -p "$cache" source.XXXXXX)
  extract "$work" "$package=$version"
  rm -rf "$folder"
  mkdir -p "$folder"
  mv "$work/usr/src/$package.tar.xz" "$folder/$version.tar.xz"
  rm -rf "$work"
fi
rm -rf "$folder/tree"
mkdir "$folder/tree"
# tar fails for a file that the archive does not have, after it extracted the others.
tar -xJf "$folder/$version.tar.xz" -C "$folder/tree" --strip-components=1 "${@/#/$package/}" 2>/dev/null || true
echo "$folder/tree $version"
