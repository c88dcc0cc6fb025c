#!/usr/bin/env bash
# Builds netdevsim, the kernel's simulated switch, for a cached kernel. Its devlink traps make hardware drops. Debian's
# kernels do not include netdevsim. Prints the module's path. In the machine, modprobe netdevsim finds the module.
#
#   netdevsim.sh [SERIES]                    SERIES: 6.12 (default) or 6.1
#
# The kernel's headers and sources come from Debian's packages of the same version, extracted to a temporary
# folder, not installed. Downloads about 170 MB and keeps 2 MB in the cache (see kernels.sh).
# Needs Debian 12, make, gcc-12 (it compiled the kernel), kmod, xz-utils and libelf1 (kbuild's objtool).
set -euo pipefail

here=$(dirname "$(realpath "$0")")
series=${1:-6.12}
# shellcheck source-path=SCRIPTDIR source=kernels.sh
. "$here/kernels.sh"

"$here/kernels.sh" "$series" >/dev/null
exec 9>"$cache/netdevsim.lock"
flock 9
release=$(readlink "$cache/$series")
version=$(<"$cache/$release/version")
extra=$cache/$release/lib/modules/$release/extra
if [[ ! -e $extra/netdevsim.ko ]]; then
  require make=make gcc-12=gcc-12 depmod=kmod xz=xz-utils tar=tar
  work=$(mktemp -d -p "$cache" netdevsim.XXXXXX)
  trap 'rm -rf "$work"' EXIT
  headers=linux-headers-$release
  kbuild=$(apt-cache depends "$headers" | sed -n 's/^ *Depends: \(linux-kbuild-.*\)/\1/p' | head -n 1)
  [[ -n $kbuild ]] || fail "apt has no $headers any more (kernels.sh --update fetches the newest kernel)"
  # Its tools do not depend on Debian's revision. While a security update is published, apt can have only the next one.
  kbuild_version=$(apt-cache madison "$kbuild" | cut -d '|' -f 2 | tr -d ' ' |
    awk -v exact="$version" -v upstream="${version%-*}-" \
      '$0 == exact { found = $0 } index($0, upstream) == 1 && !found { newest = newest ? newest : $0 }
       END { print found ? found : newest }')
  [[ -n $kbuild_version ]] || fail "apt has no $kbuild of ${version%-*} (apt-get update, then kernels.sh --update)"
  echo "building netdevsim for $release" >&2
  extract "$work" "$headers=$version" "linux-headers-${release%-amd64}-common=$version" \
    "$kbuild=$kbuild_version" "linux-source-$series=$version"

  # The headers refer to each other by the absolute paths of an installed package: change these paths.
  sed -i "s:/usr/src/:$work/usr/src/:g" "$work/usr/src/$headers/Makefile"
  for link in "$work"/usr/src/*/{scripts,tools}; do
    [[ -L $link ]] || continue
    ln -sfn "$work/usr/lib/${kbuild##*/}/${link##*/}" "$link"
  done

  # Only sources of 6.12 have ptp_mock, the clock of the simulated device.
  mkdir "$work/source"
  tar -C "$work/source" --strip-components=1 -xf "$work/usr/src/linux-source-$series.tar.xz" \
    --wildcards '*/drivers/net/netdevsim/*' '*/drivers/ptp/*'
  mkdir "$work/module"
  mv "$work/source/drivers/net/netdevsim" "$work/module/netdevsim"
  {
    echo 'obj-m := netdevsim/'
    if [[ -e $work/source/drivers/ptp/ptp_mock.c ]]; then
      mv "$work/source/drivers/ptp/ptp_mock.c" "$work/module/"
      echo 'obj-m += ptp_mock.o'
      echo 'subdir-ccflags-y += -DCONFIG_PTP_1588_CLOCK_MOCK_MODULE=1'
    fi
  } >"$work/module/Makefile"
  # Build without type information (BTF): it needs pahole and the kernel's vmlinux, which no package has.
  make -C "$work/usr/src/$headers" M="$work/module" CONFIG_NETDEVSIM=m CONFIG_PTP_1588_CLOCK_MOCK=m \
    CONFIG_DEBUG_INFO_BTF_MODULES= modules >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    fail "netdevsim does not build for $release"
  }
  mkdir -p "$extra"
  find "$work/module" -name '*.ko' -exec strip --strip-debug {} + -exec mv -t "$extra" {} +
  depmod -b "$cache/$release" "$release"
fi
echo "$extra/netdevsim.ko"
