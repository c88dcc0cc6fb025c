#!/usr/bin/env bash
# The tests of other kernels than 6.12 and 6.1, on the newest kernel that Debian has today, and on 5.10: drops beside dwdump,
# ends of a capture, symbols, summaries, filters. .ci/run uses the kernels that are in the cache.
set -euo pipefail
cd "$(dirname "$0")/../.."

export DEBIAN_FRONTEND=noninteractive
packages=(qemu-system-x86 busybox-static cpio kmod xz-utils util-linux iproute2 nftables mount procps socat python3
  dropwatch tshark tcpdump)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if ((${#missing[@]} > 0)); then
  echo "installing ${missing[*]}"
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

export DROPCAP_VM_CACHE=${EVERYWHERE_CACHE:-/var/tmp/dropcap-everywhere}/kernels
mkdir -p "$DROPCAP_VM_CACHE"
echo "kernels: $(test/vm/kernels.sh --update newest 5.10 | paste -sd ' ')"
npx vitest run --config vitest.kernel.config.ts test/kernel/otherKernels.test.ts test/kernel/filters.test.ts
