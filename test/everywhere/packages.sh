#!/usr/bin/env bash
# The packages on fresh Debian 11, 12 and 13: the .deb is installed, used as root, as a member of the group and as nobody,
# upgraded, removed and purged; the .rpm by rpm in Debian 12; the tarball on all. Before: lintian, and the same bytes twice.
#
#   test/everywhere/packages.sh             makes the packages for x64 first
#   PACKAGES=FOLDER test/everywhere/packages.sh    takes the packages from a folder, and does not make them twice
set -euo pipefail
cd "$(dirname "$0")/../.." || exit 1
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
cache=${EVERYWHERE_CACHE:-/var/tmp/dropcap-everywhere}/packages
mkdir -p "$cache"
work=$(mktemp -d "$cache/work-XXXXXX")
trap 'rm -rf "$work"' EXIT
failed=0
mirror=$(grep -rhoE 'https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null | head -n 1 | tr -d ' ' || true)
[[ -n $mirror ]] || { echo 'packages.sh: no Debian mirror in the apt sources of this system' >&2; exit 1; }

tools=(g++ make python3 xz-utils mmdebstrap lintian rpm dpkg-dev)
dpkg -s "${tools[@]}" >/dev/null 2>&1 || apt-get install -y -qq --no-install-recommends "${tools[@]}" >/dev/null

# shellcheck source=test/everywhere/checks.bash
source test/everywhere/checks.bash
# Runs a command in the system $root. Its /proc vanishes with the command.
# shellcheck disable=SC2016 # The inner shell expands its own arguments.
within() { unshare --mount sh -c 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"' "$root" "$@"; }
as() { within setpriv --reuid "$1" --regid "$(within id -g "$1")" --init-groups "${@:2}"; }
gone() { [[ ! -e $1 && ! -L $1 ]]; }

make_packages() { npm run --silent package -- x64 tarball deb rpm >"$work/make.log" 2>&1 || { tail "$work/make.log"; exit 1; }; }
folder=${PACKAGES:-build/packages}
if [[ -z ${PACKAGES:-} ]]; then
  make_packages
  sha256sum "$folder"/*_amd64.deb "$folder"/*x86_64.rpm "$folder"/*-linux-x64.tar.xz >"$work/sums"
  make_packages
  check 'the packages have the same bytes twice' sha256sum --check "$work/sums"
fi
version=$(node -p 'require("./package.json").version')
deb=$folder/dropcap_${version}_amd64.deb rpm=$folder/dropcap-$version-1.x86_64.rpm tarball=$folder/dropcap-$version-linux-x64.tar.xz
check 'lintian finds no error' lintian --allow-root --fail-on error "$deb"

# A newer package with the same files.
dpkg-deb -R "$deb" "$work/newer"
sed -i 's/^Version: .*/&+1/' "$work/newer/DEBIAN/control"
dpkg-deb --root-owner-group -Zgzip -z1 -b "$work/newer" "$work/newer.deb" >/dev/null
rm -r "$work/newer"

# Packages that bring the folder of Wireshark's extcap programs, as Wireshark's own do: extcap_package FORMAT FOLDER FILE.
extcap_package() {
  local format=$1 tree=$work/extcap-$1 folder=$2
  mkdir -p "$tree$folder"
  echo 'echo nothing' >"$tree$folder/other"
  if [[ $format == deb ]]; then
    mkdir "$tree/DEBIAN"
    printf '%s\n' 'Package: some-wireshark' 'Version: 1' 'Architecture: all' 'Maintainer: Test <test@example.org>' \
      'Description: test' >"$tree/DEBIAN/control"
    dpkg-deb --root-owner-group -Zgzip -z1 -b "$tree" "$3" >/dev/null
  else
    printf '%s\n' 'Name: some-wireshark' 'Version: 1' 'Release: 1' 'Summary: test' 'License: MIT' 'BuildArch: noarch' \
      '%description' 'test' '%install' "mkdir -p %{buildroot}" "cp -a $tree/. %{buildroot}/" '%files' "$folder/other" >"$work/extcap.spec"
    rpmbuild -bb --quiet --define "_topdir $work/rpmbuild" "$work/extcap.spec" >/dev/null 2>&1
    mv "$work"/rpmbuild/RPMS/noarch/*.rpm "$3"
  fi
}
extcap=/usr/lib/x86_64-linux-gnu/wireshark/extcap rpm_extcap=/usr/lib64/wireshark/extcap
extcap_package deb $extcap "$work/wireshark.deb"
extcap_package rpm $rpm_extcap "$work/wireshark.rpm"

home=/usr/lib/dropcap recording=/usr/lib/dropcap/samples/recordings/linux-6.12/dwdump.pcap
guard=$home/native/prebuilds/linux-x64/dropcap-guard

# What dropcap does as each user, whichever package brought it. The user colleague is a member of the group.
use() {
  local user
  for user in root colleague nobody; do
    check "$1: $user: --version" as "$user" dropcap --version
    check "$1: $user: -r FILE has all 104 drops" test "$(as "$user" dropcap -r $recording 2>/dev/null | wc -l)" = 104
    check "$1: $user: doctor starts" as "$user" sh -c 'dropcap doctor; [ $? -lt 5 ]'
  done
  check "$1: the guard is of the group, with capabilities" test \
    "$(within stat -c '%U:%G %a' $guard) $(within getcap $guard)" = "root:dropcap 750 $guard cap_net_admin,cap_sys_admin=ep"
  check "$1: a member runs the guard" as colleague test -x $guard
  check "$1: nobody does not run the guard" as nobody test ! -x $guard
  check "$1: the code is compiled before" within sh -c "ls $home/dist/program-*.code"
  check "$1: no other node in PATH" within sh -c '! command -v node'
  check "$1: man page and completions" within sh -c "gzip -t /usr/share/man/man1/dropcap.1.gz &&
    test -s /usr/share/bash-completion/completions/dropcap -a -s /usr/share/fish/vendor_completions.d/dropcap.fish &&
    cat /usr/share/zsh/*/_dropcap"
}

for suite in bullseye bookworm trixie; do
  root=$work/$suite
  if [[ ! -s $cache/$suite.tar ]]; then
    mmdebstrap --quiet --variant=minbase --include=libcap2-bin,libpcap0.8,libstdc++6 "$suite" "$work/new.tar" "$mirror"
    mv "$work/new.tar" "$cache/$suite.tar"
  fi
  mkdir "$root"
  tar -xf "$cache/$suite.tar" -C "$root"
  cp "$deb" "$root/dropcap.deb"
  cp "$work/newer.deb" "$root/newer.deb"
  cp "$work/wireshark.deb" "$root/wireshark.deb"
  within useradd -m colleague

  mkdir "$root/opt/dropcap"
  tar -xf "$tarball" --strip-components=1 -C "$root/opt/dropcap"
  check "$suite: the tarball reads as nobody" as nobody /opt/dropcap/bin/dropcap -q -r "/opt/dropcap${recording#"$home"}" -w /dev/null
  rm -r "$root/opt/dropcap"

  before=$(cd "$root" && find . -xdev | sort)
  check "$suite: dpkg installs" within dpkg -i /dropcap.deb
  check "$suite: the group has no members" within grep -qE '^dropcap:[^:]*:[0-9]+:$' /etc/group
  within usermod -aG dropcap colleague
  use "$suite"
  check "$suite: no folder is made for Wireshark" gone "$root${extcap%/extcap}"
  check "$suite: dpkg installs a Wireshark" within dpkg -i /wireshark.deb
  check "$suite: extcap link answers" within $extcap/dropmon --extcap-interfaces
  check "$suite: dpkg finds all files unchanged" within dpkg --verify dropcap
  check "$suite: dpkg upgrades" within dpkg -i /newer.deb
  check "$suite: members stay" within grep -qE '^dropcap:.*:colleague$' /etc/group
  use "$suite, upgraded"
  check "$suite: dpkg removes" within dpkg -r dropcap
  check "$suite: nothing of the folder stays" gone "$root$home"
  check "$suite: no link stays" gone "$root$extcap/dropmon"
  check "$suite: the group stays" within getent group dropcap
  check "$suite: dpkg purges" within dpkg -P dropcap
  check "$suite: the group is gone" within sh -c '! getent group dropcap'
  check "$suite: the other package's folder has its own file" test "$(ls "$root$extcap")" = other
  check "$suite: dpkg purges the Wireshark" within dpkg -P some-wireshark
  after=$(cd "$root" && find . -xdev | sort)
  more=$(comm -13 <(echo "$before") <(echo "$after") | grep -vE '^./var/(lib/dpkg|log|cache)/|^./etc/[a-z]+-$|^./tmp/' || true)
  check "$suite: no file more than before: $more" test -z "$more"
  [[ $suite == bookworm ]] || rm -rf "$root"
done

# This system's rpm, with a database of its own in Debian 12. It does not know what dpkg installed, so --nodeps.
root=$work/bookworm
# shellcheck disable=SC2016 # The inner shell expands its own arguments.
in_rpm() { unshare --mount sh -c 'mount -t proc proc "$0/proc" && exec rpm --root "$0" "$@"' "$root" "$@"; }
check 'rpm installs' in_rpm -i --nodeps "$rpm"
check 'rpm: the group has no members' within grep -qE '^dropcap:[^:]*:[0-9]+:$' /etc/group
within usermod -aG dropcap colleague
use rpm
check 'rpm: no folder is made for Wireshark' gone "$root${rpm_extcap%/extcap}"
check 'rpm installs a Wireshark' in_rpm -i --nodeps "$work/wireshark.rpm"
check 'rpm: extcap link answers' within $rpm_extcap/dropmon --extcap-interfaces
check 'rpm finds all files unchanged' in_rpm -V --nodeps dropcap
check 'rpm installs again as an upgrade' in_rpm -U --force --nodeps "$rpm"
check 'rpm: members stay' within grep -qE '^dropcap:.*:colleague$' /etc/group
check 'rpm removes' in_rpm -e dropcap
check 'rpm: nothing of the folder stays' gone "$root$home"
check 'rpm: no link stays' gone "$root$rpm_extcap/dropmon"

echo "packages: $failed checks failed"
((failed == 0))
