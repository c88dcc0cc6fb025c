#!/usr/bin/env bash
# Builds the image of samples/container by buildah, from a Debian 12 made here, and runs it: it reads a recording, and captures
# known drops in a virtual machine with the rights of docs/service.md. tshark judges the file.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
export DEBIAN_FRONTEND=noninteractive
folder=${EVERYWHERE_CACHE:-/var/tmp/dropcap-everywhere}/container
MOST_MEGABYTES=150

fail() {
  echo "container.sh: $*" >&2
  exit 1
}

# To make the tarball, to build the image, and for the virtual machine.
packages=(g++ make python3 xz-utils buildah mmdebstrap libcap2-bin tshark
  qemu-system-x86 busybox-static cpio kmod util-linux mount iproute2 nftables procps socat)
apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null || exit 1
# Neither a daemon nor a registry: the images are below $folder.
buildah() { command buildah --storage-driver vfs --root "$folder/images" --runroot "$folder/run" "$@"; }
mkdir -p "$folder" || exit 1
[[ -s $folder/debian.tar ]] || mmdebstrap --quiet --variant=minbase bookworm "$folder/debian.tar" || exit 1

npm run --silent package -- x64 tarball || fail 'no tarball'
make_base() {
  local base
  base=$(buildah from scratch) && buildah add "$base" "$folder/debian.tar" / >/dev/null &&
    buildah commit --quiet --rm "$base" localhost/debian:12 >/dev/null
}
make_base || fail 'no base image'
buildah bud --quiet --isolation chroot --build-arg BASE=localhost/debian:12 -f samples/container/Dockerfile \
  -t localhost/dropcap . >/dev/null || fail 'the image cannot be built'

container=$(buildah from --pull=false localhost/dropcap) || fail 'no container'
trap 'buildah rm "$container" >/dev/null; buildah rmi --prune --force >/dev/null' EXIT
root=$(buildah mount "$container")
[[ -n $root ]] || fail 'the image cannot be mounted'
megabytes=$(($(du -s --apparent-size --block-size=1000 "$root" | cut -f 1) / 1000))
echo "the image has $megabytes MB"
((megabytes < MOST_MEGABYTES)) || fail "it must have less than $MOST_MEGABYTES MB"

in_image() { chroot --userspec=1000:1000 "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin "$@"; }
in_image dropcap --version || fail 'the program does not start'
drops=$(in_image dropcap -q -r /usr/lib/dropcap/samples/recordings/linux-6.12/dwdump.pcap -w - | tshark -r - 2>/dev/null | wc -l)
expected=$(node bin/dropcap.js -q -r samples/recordings/linux-6.12/dwdump.pcap -w - | tshark -r - 2>/dev/null | wc -l)
((expected > 0 && drops == expected)) || fail "the image read $drops drops of $expected"
echo "the image reads a recording: $drops drops"

share=$(mktemp -d /var/tmp/dropcap-image-XXXXXX)
tar --xattrs --xattrs-include='*' -C "$root" -cf "$share/image.tar" . || exit 1
test/vm/run -t 400 -s "$share" -- test/everywhere/container/live.sh "$share" || fail "no live capture (see $share)"
captured=$(tshark -r "$share/live.pcapng" 2>/dev/null | wc -l)
sent=$(awk '{ sum += $2 } END { print sum + 0 }' "$share/sent")
((sent > 0 && captured == sent)) || fail "captured $captured of $sent drops (see $share)"
[[ $(<"$share/live.status") == 0 ]] || fail "ended with status $(<"$share/live.status") (see $share)"
grep -q '^monitoring: *off' "$share/monitor" || fail "the monitor is still on (see $share)"
rm -r "$share"
echo "the image captures live: $captured drops, and the monitor is off"
