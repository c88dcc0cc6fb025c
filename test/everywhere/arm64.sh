#!/usr/bin/env bash
# The packages for arm64, built and used on this x86-64 host:
#
#   packages   built twice: the same bytes, all programs for arm64, the same files in the .deb and the .rpm; lintian
#   live       captures on an emulated machine with Debian's kernel for arm64; tshark judges the files
#   tests      the integration tests on such a machine, with the cross-built addon and guard
#
#   test/everywhere/arm64.sh [STEP...]      these steps (default: all). `live` and `tests` take what `packages` built
#
# Needs root, Debian 12, the project with its packages, and a network for the first run. Status 0: all checks passed.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
export DEBIAN_FRONTEND=noninteractive EVERYWHERE_CACHE=${EVERYWHERE_CACHE:-/var/tmp/dropcap-everywhere}
export DROPCAP_VM_CACHE=$EVERYWHERE_CACHE/kernels DROPCAP_ARM64_ROOT=$EVERYWHERE_CACHE/arm64/root
helpers=test/everywhere/arm64
steps=("$@")
((${#steps[@]} > 0)) || steps=(packages live tests)

tools=(g++-aarch64-linux-gnu make python3 xz-utils rpm qemu-user-static qemu-system-arm busybox-static cpio kmod mmdebstrap lintian
  binutils-aarch64-linux-gnu tshark)
dpkg -s "${tools[@]}" >/dev/null 2>&1 || apt-get install -y -qq --no-install-recommends "${tools[@]}" >/dev/null || exit 1

failed=()
for step in "${steps[@]}"; do
  echo "-- $step"
  case $step in
    packages) "$helpers/packages.sh" ;;
    live) "$helpers/root.sh" "$DROPCAP_ARM64_ROOT" && npx --no-install vitest run --config test/everywhere/installed/vitest.config.ts test/everywhere/installed/arm64.test.ts ;;
    tests) "$helpers/root.sh" "$DROPCAP_ARM64_ROOT" && "$helpers/tests.sh" ;;
    *) echo "$0: no step $step (there are: packages live tests)" >&2 && exit 2 ;;
  esac || failed+=("$step")
done
echo "arm64: ${#failed[@]} steps failed${failed[*]:+: ${failed[*]}}"
((${#failed[@]} == 0))
