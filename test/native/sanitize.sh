#!/usr/bin/env bash
# Runs the native code under sanitizers. AddressSanitizer and UndefinedBehaviorSanitizer check the addon and the guard in
# the integration tests and the tests of filters. ThreadSanitizer checks the receive thread alone, because Node is not
# built for it. In CI, vitest's report is copied to build/results/sanitizers.json.
#
# Builds in a temporary folder, so that the installed addon does not change. Needs g++ with libasan, libubsan, libtsan.
set -euo pipefail
cd "$(dirname "$0")/../.."
project=$PWD

work=$(mktemp -d "${TMPDIR:-/tmp}/dropcap-sanitize.XXXXXX")
trap 'rm -rf "$work"' EXIT

echo '== thread'
g++ -std=c++20 -g -O1 -Wall -Wextra -fsanitize=thread -o "$work/receive_thread" \
  test/native/receive_thread.cc native/receive/receive_thread.cc native/receive/recv_batch.cc native/posix.cc
# GCC 12's ThreadSanitizer fails when the kernel uses more than 28 random bits in addresses.
fixed_addresses=()
((28 >= $(</proc/sys/vm/mmap_rnd_bits))) || fixed_addresses=(setarch -R)
TSAN_OPTIONS=halt_on_error=1 "${fixed_addresses[@]}" "$work/receive_thread"

echo '== address, undefined'
cp -r package.json tsconfig.json vitest.config.ts src test "$work"
mkdir "$work/native"
cp -r native/*.cc native/*.h native/binding.gyp native/*.js native/filter native/guard native/hot native/keeper native/receive "$work/native"
ln -s "$PWD/node_modules" "$PWD/samples" "$work"
cd "$work"
flags='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g -O1 -U_FORTIFY_SOURCE'
CXXFLAGS=$flags LDFLAGS='-fsanitize=address,undefined' npm run install --silent
status=0
# The code is several times slower, so tests get more time. Node is not built with AddressSanitizer, so its library must be
# preloaded. Leaks are not checked: Node and Python have some of their own.
LD_PRELOAD="$(g++ -print-file-name=libasan.so) $(g++ -print-file-name=libubsan.so)" \
  ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 \
  node node_modules/vitest/vitest.mjs run --testTimeout=180000 test/integration test/unit/filter || status=$?
if [[ -e build/results/test.json ]]; then
  mkdir -p "$project/build/results"
  cp build/results/test.json "$project/build/results/sanitizers.json"
fi
exit "$status"
