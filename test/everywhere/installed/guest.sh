#!/usr/bin/env bash
# Steps of captures.ts. Runs inside a machine of test/vm/run, as root, in the project's folder: installs the .deb, and
# runs the steps of test/kernel/guest.sh with it. Then a member of the group captures with it, and root with the tarball.
#
#   guest.sh DIR [STEP...]
#
set -uo pipefail
project=$PWD home=/usr/lib/dropcap packages=$PWD/build/packages
version=$(sed -n 's/^ *"version": "\(.*\)",$/\1/p' package.json)
# As Debian and as Node call the processor.
case $(uname -m) in
  x86_64) debian=amd64 processor=x64 force=() ;;
  # That machine's packages were unpacked, not installed: dpkg does not know them.
  aarch64) debian=arm64 processor=arm64 force=(--force-depends) ;;
esac

# Else dpkg makes an index of all man pages of the host: minutes.
rm -f /var/lib/man-db/auto-update
# The steps run the package's Node, not the host's.
export PATH=$home/lib:$PATH
dpkg "${force[@]}" -i "$packages/dropcap_${version}_$debian.deb" >"$1/deb.out" 2>"$1/deb.err" &&
  useradd -m -G dropcap colleague &&
  ln -s "$project/test" $home/test &&
  cd $home &&
  test/kernel/guest.sh "$@" || exit

# shellcheck source=test/kernel/lib.sh
source test/kernel/lib.sh
node -p 'process.arch + " " + process.execPath' >"$dir/node"
guard=native/prebuilds/linux-$processor/dropcap-guard
echo "$(stat -c "%U:%G %a" "$guard") $(getcap "$guard")" >"$dir/guard"

# as USER STEP COMMAND...: captures five drops as a user.
as() {
  local user=$1 step=$2
  shift 2
  install -d -o "$user" "/run/$step"
  setpriv --reuid "$user" --regid "$user" --init-groups "$@" -w "/run/$step/drops.pcapng" >"$dir/$step.out" 2>"$dir/$step.err" &
  pid=$!
  wait_for grep -qs '^dropcap: ' "$dir/$step.err" || exit
  "$drops" udp4 >/dev/null
  sleep 1
  end "$step" INT
  cp "/run/$step/drops.pcapng" "$dir/$step.pcapng"
}

# Whether V8 accepts the code that was compiled before. Without it, the program only starts more slowly.
code_of() {
  # shellcheck disable=SC2016 # JavaScript.
  "$1/lib/node" -e '
    const { readFileSync, readdirSync } = require("node:fs");
    const folder = `${process.argv[1]}/dist`;
    const code = readdirSync(folder).find((name) => name.endsWith(".code"));
    const source = require("node:module").wrap(readFileSync(`${folder}/program.cjs`, "latin1"));
    const cachedData = readFileSync(`${folder}/${code}`).subarray(0, -4);
    const script = new (require("node:vm").Script)(source, { cachedData });
    console.log(code, script.cachedDataRejected ? "rejected" : "accepted");' "$1"
}

code_of $home >"$dir/deb.code"
as colleague member dropcap
keep nobody setpriv --reuid 65534 --regid 65534 --clear-groups dropcap
mkdir -p /opt/dropcap && tar -xJf "$packages/dropcap-$version-linux-$processor.tar.xz" --strip-components=1 -C /opt/dropcap || exit
as root tarball /opt/dropcap/bin/dropcap
code_of /opt/dropcap >"$dir/tarball.code"
