#!/usr/bin/env bash
# Steps of rotation.test.ts: captures into several files. Runs inside a machine of test/vm/run, as root, in the project's
# folder:
#
#   rotation.sh DIR [STEP...]
#
set -uo pipefail
# shellcheck source=test/kernel/lib.sh
source test/kernel/lib.sh

flood() { python3 test/kernel/flood.py "$@"; }

# A flood with losses: the receive buffer and the kernel's queues are small.
step_flood() {
  mkdir "$dir/flood"
  start flood -B 256 --queue-length 200 -w "$dir/flood/x.pcapng" -b packets:1000 -b files:100 -b printname:stdout
  flood 40000
  sleep 1
  end flood INT
}

# A time limit ends a file although no drop comes: the file is complete while the capture goes on.
step_quiet() {
  mkdir "$dir/quiet"
  start quiet -w "$dir/quiet/x.pcapng" -b duration:1 -b printname:stdout -z 'echo complete:'
  flood 3
  wait_for grep -qs '^complete:' "$dir/quiet.err"
  cp "$dir/quiet/"x_00001_* "$dir/quiet-first.pcapng"
  flood 2
  sleep 0.5
  end quiet TERM
}

# Later files are made by the user who called sudo.
step_user() {
  # Not in $dir: the user may not enter it.
  local place
  place=$(mktemp -d)
  chmod 755 "$place"
  mkdir "$place/open"
  chown 1000:1000 "$place/open"
  SUDO_UID=1000 SUDO_GID=1000 start user -w "$place/open/x" -b packets:10
  flood 25
  sleep 0.5
  end user INT
  stat -c '%u:%g %a' "$place/open/"* >"$dir/user.owners"
  cp -r "$place/open" "$dir/user"
  mkdir -m 755 "$place/closed"
  SUDO_UID=1000 SUDO_GID=1000 keep closed dropcap -w "$place/closed/x" -C 1
  ls -A "$place/closed" >"$dir/closed.files"
  dropcap status >"$dir/closed.monitor"
}

# The disk is almost full: a ring gets smaller, one file ends.
step_full() {
  mkdir "$dir/small"
  mount -t tmpfs -o size=4m tmpfs "$dir/small"
  start ring -w "$dir/small/x" -C 500k -W 20 --min-free 2
  flood 20000 100 0.01
  sleep 1
  end ring INT
  df --output=avail -B1 "$dir/small" | tail -n 1 >"$dir/ring.free"
  ls "$dir/small" >"$dir/ring.files"
  rm "$dir/small/"*
  node bin/dropcap.js -w "$dir/small/one.pcapng" --min-free 2 2>"$dir/one.err" &
  pid=$!
  wait_for grep -qs '^dropcap: ' "$dir/one.err"
  flood 20000 100 0.01
  wait "$pid"
  echo $? >"$dir/one.status"
  df --output=avail -B1 "$dir/small" | tail -n 1 >"$dir/one.free"
  cp "$dir/small/one.pcapng" "$dir/one.pcapng"
  umount "$dir/small"
  dropcap status >"$dir/one.monitor"
}

ip link set lo up
run_steps "$@"
