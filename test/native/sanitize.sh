#!/usr/bin/env bash
# Runs the native code under sanitizers: the addon and the guard, in the integration tests, under AddressSanitizer and
# UndefinedBehaviorSanitizer; the receive thread alone, since Node cannot be looked into, under ThreadSanitizer.
#
# Builds in a folder of its own, so that the addon in use stays as it is. Needs g++ and its libasan, libubsan, libtsan.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d "${TMPDIR:-/tmp}/dropcap-sanitize.XXXXXX")
trap 'rm -rf "$work"' EXIT

echo '== thread'
g++ -std=c++20 -g -O1 -Wall -Wextra -fsanitize=thread -o "$work/receive_thread" \
  test/native/receive_thread.cc native/receive/receive_thread.cc native/receive/recv_batch.cc native/posix.cc
# GCC 12's ThreadSanitizer does not know as many random bits in addresses as newer kernels use.
fixed_addresses=()
((28 >= $(</proc/sys/vm/mmap_rnd_bits))) || fixed_addresses=(setarch -R)
TSAN_OPTIONS=halt_on_error=1 "${fixed_addresses[@]}" "$work/receive_thread"

echo '== address, undefined'
cp -r package.json tsconfig.json vitest.config.ts src test "$work"
mkdir "$work/native"
cp -r native/*.cc native/*.h native/binding.gyp native/build.js native/guard native/hot native/receive "$work/native"
ln -s "$PWD/node_modules" "$PWD/samples" "$work"
cd "$work"
flags='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g -O1 -U_FORTIFY_SOURCE'
CXXFLAGS=$flags LDFLAGS='-fsanitize=address,undefined' npm run install --silent
# Node is not built for it, so that the library has to be there first. Its leaks are Node's and Python's, too.
LD_PRELOAD="$(g++ -print-file-name=libasan.so) $(g++ -print-file-name=libubsan.so)" \
  ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 \
  node node_modules/vitest/vitest.mjs run test/integration
