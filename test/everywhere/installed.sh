#!/usr/bin/env bash
# The .deb and the tarball for x86-64 in virtual machines: captures as root, as a member of the group and as another user, beside
# dwdump, and the service of the .deb under systemd. arm64.sh does the same for the packages for arm64, without the service.
#
#   test/everywhere/installed.sh
#
# Needs root, Debian 12, the project with its packages, and a network for the first run. Status 0: all tests passed.
set -euo pipefail
cd "$(dirname "$0")/../.." || exit 1
export DEBIAN_FRONTEND=noninteractive DROPCAP_VM_CACHE=${EVERYWHERE_CACHE:-/var/tmp/dropcap-everywhere}/kernels

packages=(g++ make python3 xz-utils qemu-system-x86 busybox-static cpio kmod util-linux mount iproute2 nftables procps socat
  libcap2-bin systemd dropwatch tshark)
dpkg -s "${packages[@]}" >/dev/null 2>&1 || apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
npm run --silent package -- x64 tarball deb
npx --no-install vitest run --config test/everywhere/installed/vitest.config.ts test/everywhere/installed/x64.test.ts
