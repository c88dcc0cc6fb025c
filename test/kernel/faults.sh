#!/usr/bin/env bash
# Steps of faults.test.ts: captures whose output goes wrong. Runs inside a machine of test/vm/run, as root, in the project's
# folder:
#
#   faults.sh DIR [STEP...]
#
set -uo pipefail
# shellcheck source=test/kernel/lib.sh
source test/kernel/lib.sh

flood() { python3 test/kernel/flood.py "$@"; }

monitor() { dropcap status | grep '^monitoring:' >"$dir/$1.monitor"; }
is_off() { dropcap status | grep -q '^monitoring: *off$'; }

# disk NAME SIZE: makes an ext4 of its own, at /run/NAME.
disk() {
  truncate -s "$2" "/run/$1.image"
  mkfs.ext4 -q -F "/run/$1.image"
  mkdir "/run/$1"
  mount -o loop "/run/$1.image" "/run/$1"
}

# Three drops, which are in the file after that.
three() {
  flood 3
  sleep 0.5
}

# ended STEP: waits until dropcap ends by itself, and keeps its status.
ended() {
  wait "$pid"
  echo $? >"$dir/$1.status"
  monitor "$1"
}

# The kernel makes the file system read-only: an emergency, since a file is open for writing.
step_readonly() {
  disk readonly 32M
  start readonly -w /run/readonly/x.pcapng --min-free 0
  three
  echo u >/proc/sysrq-trigger
  wait_for grep -q '^/dev/loop.* /run/readonly ext4 ro' /proc/mounts
  three
  ended readonly
  cp /run/readonly/x.pcapng "$dir/readonly.pcapng"
  umount /run/readonly
}

# The file system hangs, and dropcap is asked to end. Later the file system goes on.
step_frozen() {
  disk frozen 32M
  start frozen -w /run/frozen/x.pcapng --min-free 0
  three
  fsfreeze -f /run/frozen
  three
  kill -TERM "$pid"
  local asked=$SECONDS
  wait_for is_off
  echo $((SECONDS - asked)) >"$dir/frozen.seconds"
  monitor frozen-during
  fsfreeze -u /run/frozen
  ended frozen
  cp /run/frozen/x.pcapng "$dir/frozen.pcapng"
  umount /run/frozen
}

# The folder is removed: while a file is written, and while none is. (In memory: the file system does not matter here.)
step_folder() {
  mkdir /run/written /run/between
  start written -w /run/written/x.pcapng -b packets:5
  flood 8
  sleep 0.5
  cp /run/written/x_00001_* "$dir/written.pcapng"
  rm -r /run/written
  three
  ended written
  start between -w /run/between/x.pcapng -b duration:1 -b printname:stdout
  three
  wait_for grep -qs x_00001_ "$dir/between.out"
  cp /run/between/x_00001_* "$dir/between.pcapng"
  rm -r /run/between
  three
  ended between
}

# The disk is full.
step_full() {
  disk full 8M
  start full -w /run/full/x.pcapng --min-free 0
  flood 60000 100 0.005
  ended full
  cp /run/full/x.pcapng "$dir/full.pcapng"
  umount /run/full
}

# A ring of a user who may not remove files any more.
step_ring() {
  mkdir /run/ring
  chown 1000:1000 /run/ring
  SUDO_UID=1000 SUDO_GID=1000 start ring -w /run/ring/x.pcapng -b packets:3 -b files:2
  three
  three
  chmod 555 /run/ring
  three
  ended ring
  ls /run/ring >"$dir/ring.files"
}

ip link set lo up
modprobe -a loop ext4 || exit
run_steps "$@"
