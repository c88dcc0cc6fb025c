#!/usr/bin/env bash
# Runs the conformance tests with other Wiresharks than this system's, in chroots of Debian, and starts each Wireshark from 4.0 on
# with the plugin and the profile; $EVERYWHERE_CACHE/wiresharks/SERIES.png shows its window.
#
#   test/everywhere/wiresharks.sh [SERIES...]     SERIES: 3.4, 4.0, 4.4 or 4.6 (default: all)
#
# Needs root, Debian 12, a built project, a network for the first run, and 5 GB below $EVERYWHERE_CACHE. The chroots stay there: remove
# $EVERYWHERE_CACHE/wiresharks/SUITE to fetch Debian's newest packages. Status 0: all checks of all series passed.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
cache=${EVERYWHERE_CACHE:-/var/tmp/dropcap-everywhere}/wiresharks
helpers=test/everywhere/wiresharks
export CI=true DEBIAN_FRONTEND=noninteractive

declare -A suites=([3.4]=bullseye [4.0]=bookworm [4.4]=trixie [4.6]=sid)
tools=mount,tshark,tcpdump,socat,python3-minimal,zstd,xz-utils,lz4,gzip

# Makes the chroot of a suite, unless it is in the cache.
make_chroot() {
  local suite=$1 packages=$2 root=$cache/$1 mirror log=$cache/$1.log
  [[ ! -e $root ]] || return 0
  # shellcheck disable=SC2016 # apt's own variables.
  mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep '/debian/\?$' | head -n 1)
  mkdir -p "$cache"
  rm -rf "$root.new"
  echo "making a chroot of $suite with $packages"
  if ! mmdebstrap --variant=apt --include="$packages" --aptopt='APT::Install-Recommends "false"' \
    --aptopt='Acquire::Check-Valid-Until "false"' "$suite" "$root.new" "${mirror:?no Debian archive in the sources of apt}" >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    return 1
  fi
  mv "$root.new" "$root"
}

# The tests that run programs of Wireshark. Those of the plugin, the profile and the interface need Wireshark 4.0.
tests_for() {
  grep -lrwE --include='*.test.ts' "tshark|capinfos|editcap|mergecap" test/conformance |
    if [[ $1 == 3.4 ]]; then grep -vE '/(wireshark/|benchmarks\.test)'; else grep -v '/benchmarks\.test'; fi
}

# Runs all checks of a series.
check() {
  local series=$1 suite=${suites[$1]} packages=$tools root version program tests status=0
  [[ $series == 3.4 ]] || packages+=,wireshark,fonts-dejavu-core
  make_chroot "$suite" "$packages" || return 1
  root=$cache/$suite
  for program in tshark capinfos editcap mergecap; do
    version=$("$helpers/enter" "$root" "$program" --version 2>/dev/null | head -n 1)
    echo "$suite: $version"
    [[ $version == *" $series."* ]] || {
      echo "$suite has no $program $series (remove $root, or name another suite in $0)" >&2
      return 1
    }
  done
  mapfile -t tests < <(tests_for "$series")
  # The user may not write to the project: the reports have no file.
  "$helpers/enter" "$root" node node_modules/vitest/vitest.mjs run --configLoader=runner --reporter=dot --testTimeout=120000 \
    --hookTimeout=120000 "${tests[@]}" || status=1
  [[ $series == 3.4 ]] || "$helpers/gui" "$root" "$cache/$series.png" || status=1
  return $status
}

(command -v mmdebstrap Xvfb xdotool import | wc -l | grep -qx 4) ||
  apt-get install -y -qq --no-install-recommends mmdebstrap xvfb xdotool imagemagick >/dev/null || exit 1
wanted=("$@")
((${#wanted[@]} > 0)) || wanted=(3.4 4.0 4.4 4.6)
failed=()
for series in "${wanted[@]}"; do
  [[ -n ${suites[$series]:-} ]] || {
    echo "$0: no series $series (there are: 3.4 4.0 4.4 4.6)" >&2
    exit 2
  }
  echo "== Wireshark $series"
  check "$series" || failed+=("$series")
done
((${#failed[@]} == 0)) || echo "failed: Wireshark ${failed[*]}"
((${#failed[@]} == 0))
