#!/usr/bin/env bash
# Fetches stock Debian kernels for test/vm/run, without installing them, and prints their releases.
#
#   kernels.sh [--update] [SERIES...]        SERIES: newest, 6.12, 6.1, 5.10 (default: these) or 6.12-arm64
#
# `newest` is the newest kernel of Debian's backports. Its series, such as 7.3, names the same kernel. 6.12-arm64 is Debian 13's
# kernel for the processor arm64; the others are for amd64.
# Does not fetch a series that is in the cache, unless --update is given: it fetches Debian's newest release.
# The cache is $DROPCAP_VM_CACHE, or else /var/cache/dropcap-vm for root and ~/.cache/dropcap-vm for others:
#   RELEASE/boot/vmlinuz-RELEASE, RELEASE/lib/modules/RELEASE   as in Debian's package
#   RELEASE/version                                             the package's version
#   SERIES -> RELEASE                                           the newest one fetched; newest -> RELEASE too
# Needs Debian 12 (apt, dpkg), kmod and about 1.5 GB. 5.10 is Debian 11's, the newest and arm64's are Debian 13's: for them, this
# script keeps package lists of its own in the cache, and leaves the host's as they are.
set -euo pipefail

case ${DROPCAP_VM_CACHE:-} in
  '') if ((EUID == 0)); then cache=/var/cache/dropcap-vm; else cache=$HOME/.cache/dropcap-vm; fi ;;
  *) cache=$(realpath -m "$DROPCAP_VM_CACHE") ;;
esac
PATH=$PATH:/usr/sbin:/sbin
# The suite with Debian's newest kernel for a stable release.
newest_suite=trixie-backports

fail() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# require COMMAND=PACKAGE...: fails when a command is missing, and names the packages to install.
require() {
  local pair missing=()
  for pair; do
    command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
  done
  ((${#missing[@]} == 0)) || fail "commands are missing (apt-get install ${missing[*]})"
}

# Options of apt-get and apt-cache. For the host's own suites: none.
apt_options=()

# use_suite SUITE [ARCHITECTURE]: apt reads this suite of Debian, from the host's archive.
use_suite() {
  local lists=$cache/$1${2:+-$2} archive
  # shellcheck disable=SC2016 # apt's own variables.
  archive=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep '/debian/\?$' | head -n 1 || true)
  mkdir -p "$lists"/{state/lists/partial,cache/archives/partial}
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${archive:-http://deb.debian.org/debian} $1 main" \
    >"$lists/sources"
  apt_options=(-o "Dir::State=$lists/state" -o Dir::State::status=/dev/null -o "Dir::Cache=$lists/cache"
    -o "Dir::Etc::SourceList=$lists/sources" -o Dir::Etc::SourceParts=/dev/null -o APT::Sandbox::User=root)
  [[ -z ${2:-} ]] || apt_options+=(-o "APT::Architecture=$2" -o "APT::Architectures=$2")
}

# Fetches the packages NAME[=VERSION]... and extracts them below folder $1. Prints apt's output only on failure.
extract() {
  local folder=$1 download log
  shift
  download=$(mktemp -d -p "$cache" download.XXXXXX)
  log=$download.log
  # Download as root: apt's sandbox user may not write to the cache.
  if ! (cd "$download" && apt-get -q -o APT::Sandbox::User=root "${apt_options[@]}" download "$@") >"$log" 2>&1; then
    cat "$log" >&2
    rm -rf "$download" "$log"
    fail "cannot download $* (run apt-get update, then kernels.sh --update)"
  fi
  find "$download" -name '*.deb' -exec dpkg -x {} "$folder" \;
  rm -rf "$download" "$log"
}

# Makes apt read the suite that has a series.
use_suite_of() {
  case $1 in
    6.12 | 6.1) apt_options=() ;;
    5.10) use_suite bullseye ;;
    *-arm64) use_suite trixie arm64 ;;
    *) use_suite "$newest_suite" ;;
  esac
}

# Prints the image package that a series' metapackage depends on. Prints nothing when Debian has none.
image_package() {
  local series=${1%-arm64} metapackage=linux-image-amd64 version
  version=${series//./\\.}'\.[0-9]'
  case $1 in
    *-arm64) metapackage=linux-image-arm64 ;;
    6.12) metapackage=linux-image-6.12-amd64 ;;
    newest) version='[0-9]' ;;
  esac
  { apt-cache "${apt_options[@]}" depends "$metapackage" 2>/dev/null || true; } |
    sed -n "s/^ *Depends: \(linux-image-$version.*\)/\1/p" | head -n 1
}

# Prints the packages with the files of an image package: up to 6.18 the package itself; from 6.19 on it is empty, and
# depends on the packages with its parts.
files_packages() {
  local release=${1#linux-image-}
  echo "$1"
  apt-cache "${apt_options[@]}" depends "$1" |
    sed -n "s/^ *Depends: \(linux-\(base\|binary\|modules\)-${release//./\\.}\)\$/\1/p"
}

# Brings the files of packages into the layout of the cache.
arrange() {
  local folder=$1 release=$2 file
  if [[ -d $folder/usr/lib/modules ]]; then
    mkdir -p "$folder/lib"
    mv "$folder/usr/lib/modules" "$folder/lib/"
  fi
  mkdir -p "$folder/boot"
  for file in vmlinuz config; do
    [[ -e $folder/boot/$file-$release ]] || mv "$folder/lib/modules/$release/$file" "$folder/boot/$file-$release"
  done
}

# Puts a series into the cache, unless it is there already.
fetch_kernel() {
  local series=$1 update=$2 package packages release work link names
  [[ $update == no && -e $cache/$series/version ]] && return
  require apt-get=apt depmod=kmod
  use_suite_of "$series"
  package=$(image_package "$series")
  if [[ -z $package || $update == yes ]]; then
    ((EUID == 0)) || [[ -n $package ]] || fail "apt knows no kernel $series (run apt-get update as root)"
    if ((EUID == 0)); then apt-get -qq "${apt_options[@]}" update || fail "apt-get update failed"; fi
    package=$(image_package "$series")
    if [[ -z $package ]]; then
      case $series in
        6.12 | 6.1) fail "apt has no kernel $series (Debian 12 has: check that apt's sources include updates and security)" ;;
        newest | 5.10 | 6.12-arm64) fail "the archive that apt uses has no kernel $series" ;;
        *) fail "there is no kernel $series (6.12, 6.1 and 5.10; Debian's newest is $(image_package newest))" ;;
      esac
    fi
  fi
  release=${package#linux-image-}
  if [[ ! -e $cache/$release/version ]]; then
    work=$(mktemp -d -p "$cache" kernel.XXXXXX)
    echo "fetching $package" >&2
    mapfile -t packages < <(files_packages "$package")
    extract "$work" "${packages[@]}"
    arrange "$work" "$release"
    depmod -b "$work" "$release"
    apt-cache "${apt_options[@]}" show --no-all-versions "$package" | sed -n 's/^Version: //p' >"$work/version"
    chmod 755 "$work"
    rm -rf "${cache:?}/$release"
    mv "$work" "$cache/$release"
  fi
  # The newest kernel has two names. Its series may be one that the host's own suites have too: then theirs stays.
  names=("$series")
  [[ $series != newest || ! $release =~ ^[0-9]+\.[0-9]+ ]] || names+=("${BASH_REMATCH[0]}")
  for link in "${names[@]}"; do
    [[ $link == "$series" || ! -e $cache/$link/version || $update == yes ]] || continue
    ln -sfn "$release" "$cache/$link.new"
    mv -T "$cache/$link.new" "$cache/$link"
  done
}

# netdevsim.sh reads this file for the functions above.
if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  update=no
  if [[ ${1:-} == --update ]]; then
    update=yes
    shift
  fi
  (($# > 0)) || set -- 6.12 6.1 5.10 newest
  mkdir -p "$cache"
  for series; do
    if [[ $update == yes || ! -e $cache/$series/version ]]; then
      # One fetch at a time: two machines may start at the same time with an empty cache.
      exec 9>"$cache/lock"
      flock 9
      fetch_kernel "$series" "$update"
      exec 9>&-
    fi
    readlink "$cache/$series"
  done
fi
