#!/usr/bin/env bash
# Builds the packages for arm64 and npm's package, and looks at what is in them. Prints a line for each check.
set -uo pipefail
version=$(node -p 'require("./package.json").version')
folder=build/packages
deb=$folder/dropcap_${version}_arm64.deb rpm=$folder/dropcap-$version-1.aarch64.rpm npm=$folder/dropcap-$version.tgz
tarball=$folder/dropcap-$version-linux-arm64.tar.xz
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# shellcheck source=test/everywhere/checks.bash
source test/everywhere/checks.bash

# Unpacks the three packages.
unpack() {
  mkdir "$work"/{deb,rpm,npm} &&
    dpkg-deb -x "$deb" "$work/deb" &&
    rpm2cpio "$rpm" | (cd "$work/rpm" && cpio -id --quiet) &&
    tar -xzf "$npm" -C "$work/npm"
}

# Whether all programs of a folder are for arm64, and there are so many of them.
all_for_arm64() {
  local file machine count=0
  while read -r file; do
    machine=$(aarch64-linux-gnu-readelf -h "$file" 2>/dev/null | sed -n 's/^ *Machine: *//p')
    [[ -n $machine ]] || continue
    echo "$file: $machine"
    [[ $machine == AArch64 ]] || return
    count=$((count + 1))
  done < <(find "$1" -type f -size +50k)
  echo "$count programs"
  ((count == $2))
}

check 'the packages are made' npm run --silent package -- arm64 tarball deb rpm npm
sha256sum "$deb" "$rpm" "$npm" "$tarball" >"$work/sums" || exit 1
check 'the packages are made a second time' npm run --silent package -- arm64 tarball deb rpm npm
check "all packages have the same bytes twice" sha256sum --check "$work/sums"
check 'lintian finds no error' lintian --allow-root --fail-on error "$deb"
check 'they can be unpacked' unpack
home=usr/lib/dropcap parts=native/prebuilds/linux-arm64
check 'the .deb: addon, guard, keeper and Node are for arm64' all_for_arm64 "$work/deb" 4
check 'the .deb and the .rpm have the same files' diff -r "$work/deb/$home" "$work/rpm/$home"
check "npm's package has the same addon, guard and keeper" diff -r "$work/deb/$home/$parts" "$work/npm/package/$parts"
check "npm's package has those for x64 too" test -s "$work/npm/package/native/prebuilds/linux-x64/dropcap.glibc.node"
echo "packages for arm64: $failed checks failed"
((failed == 0))
