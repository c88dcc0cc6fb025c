#!/usr/bin/env bash
# Steps of host.test.ts: status, doctor, stop and the other counters. Runs inside a machine of test/vm/run, as root, in
# the project's folder:
#
#   host.sh DIR [STEP...]
#
set -uo pipefail

# shellcheck source=test/kernel/lib.sh
source test/kernel/lib.sh

as_user() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }

references() { [[ $(cat /sys/module/drop_monitor/refcnt 2>/dev/null) == "$1" ]]; }

# Status before the module is loaded, when it is loaded but off, while dwdump runs, and after dwdump left monitoring on.
step_status() {
  keep status-unloaded dropcap status --json
  keep stop-unloaded dropcap stop
  grep -c '^drop_monitor ' /proc/modules >"$dir/unloaded"
  modprobe drop_monitor
  keep status-off as_user node bin/dropcap.js status --json
  keep doctor-user as_user node bin/dropcap.js doctor
  dwdump -w "$dir/dwdump.pcap" 2>/dev/null &
  local other=$!
  echo $other >"$dir/dwdump.pid"
  wait_for references 2
  keep status-on dropcap status
  keep status-user as_user node bin/dropcap.js status --json
  keep doctor-busy dropcap doctor
  # Hides the module's count of references, as if the monitor were built in: status must then ask the kernel.
  keep status-builtin unshare -m "$0" "$dir" hidden
  kill -KILL "$other"
  wait "$other" 2>/dev/null
  keep status-stale dropcap status
  keep stop dropcap stop
  cat /sys/module/drop_monitor/refcnt >"$dir/references"
  keep status-after dropcap status --json
}

# Runs status in its own mount namespace, with the count of references hidden.
step_hidden() {
  mount --bind /dev/null /sys/module/drop_monitor/refcnt
  echo 'drop_monitor 32768 - - Live 0x0000000000000000' >"$dir/modules"
  mount --bind "$dir/modules" /proc/modules
  dropcap status --json
}

# Doctor for root: in the first network namespace and in another, with and without a switch whose traps drop.
step_doctor() {
  keep doctor dropcap doctor
  keep doctor-namespace unshare -n node bin/dropcap.js doctor
  keep status-userns unshare -Urn node bin/dropcap.js status
  test/kernel/hardware.sh start >/dev/null || return
  devlink -j trap show >"$dir/traps.json"
  keep doctor-switch dropcap doctor
  test/kernel/hardware.sh stop
}

# Losses of every kind that the counters report, while dropcap captures.
step_counters() {
  keep counters-quiet dropcap --duration 0.5
  # Without IPv6 the kernel sends nothing by itself.
  sysctl -qw net.ipv6.conf.default.disable_ipv6=1
  ip link add dch0 type veth peer name dch1
  ip link set dch0 up
  ip link set dch1 up
  nft 'table inet dropcap { chain output { type filter hook output priority 0; udp dport 42012 drop; }; }'
  node bin/dropcap.js -w "$dir/counters.pcapng" --origin sw 2>"$dir/counters.err" &
  local pid=$!
  wait_for references 1
  python3 test/kernel/losses.py
  sleep 0.5
  kill -INT "$pid"
  wait "$pid"
  echo $? >"$dir/counters.status"
}

# Whether a thread of dropcap waits for the reader of a FIFO.
opening_fifo() { grep -qs wait_for_partner /proc/"$pid"/task/*/wchan; }

# Outputs that an ordinary user planted in a folder of all users, opened by root, and by another user. The kernel does not
# protect them, so that the refusal is dropcap's.
step_outputs() {
  local folder=/tmp/dropcap-sticky name reader
  sysctl -qw fs.protected_regular=0 fs.protected_fifos=0 fs.protected_symlinks=0
  mkdir -m 1777 "$folder"
  as_user sh -c "cd $folder; echo planted >file; : >empty; mkfifo fifo; ln -s /dev/null link; chmod 666 file empty fifo"
  as_user cat "$folder/fifo" >"$dir/outputs-read" &
  reader=$!
  for name in file empty fifo link; do
    keep "outputs-$name" timeout 60 node bin/dropcap.js --duration 1 -w "$folder/$name"
    keep "outputs-$name-force" timeout 60 node bin/dropcap.js --duration 1 --force -w "$folder/$name"
  done
  kill "$reader"
  (cd "$folder" && stat -c '%n %u %a %s' file empty fifo) >"$dir/outputs-kept"
  echo other >"$folder/other"
  chown 12345 "$folder/other"
  chmod 666 "$folder/other"
  local read=(-q -r samples/recordings/linux-6.12/nlmon.pcap)
  keep outputs-user as_user node bin/dropcap.js "${read[@]}" --force -w "$folder/other"
  cat "$folder/other" >"$dir/outputs-other"
  # In a user namespace without root, root's files belong to nobody.
  keep outputs-null as_user unshare --map-root-user node bin/dropcap.js "${read[@]}" -w /dev/null
  as_user unshare --map-root-user stat -c %u /dev/null >"$dir/outputs-null.owner"
  mkfifo "$folder/own"
  node bin/dropcap.js -w "$folder/own" 2>"$dir/outputs-own.err" &
  pid=$!
  wait_for opening_fifo || return
  end outputs-own INT
}

# A kernel without drop monitor.
step_absent() {
  keep doctor-absent dropcap doctor
  keep status-absent dropcap status --json
}

# Put the kernel's configuration where a kernel package would have put it.
mkdir -p /boot
cp "$DROPCAP_VM_CACHE/$(uname -r)/boot/config-$(uname -r)" /boot || exit
run_steps "$@"
