#!/usr/bin/env bash
# Steps of capture.test.ts. Runs inside a machine of test/vm/run, as root, in the project's folder:
#
#   guest.sh DIR [STEP...]
#
set -uo pipefail
# shellcheck source=test/kernel/lib.sh
source test/kernel/lib.sh

# The main job while dwdump also listens; the settings before, during and after. Writes to a local file of the machine.
# The other captures write to DIR, which counts as a network file system.
step_all() {
  keep all-before dwdump -q
  start all -w /run/all.pcapng --queue-length 2000
  dwdump -p -w "$dir/all-dwdump.pcap" 2>/dev/null &
  local beside=$!
  wait_for listeners 2
  keep all-during dwdump -q
  "$drops" all >"$dir/all.kinds"
  sleep 1
  end all INT
  cp /run/all.pcapng "$dir"
  kill -INT "$beside"
  wait "$beside"
  keep all-after dwdump -q
  # A second capture must work after the first one ended.
  start all-again -c 1
  "$drops" loopback >/dev/null
  wait "$pid"
  echo $? >"$dir/all-again.status"
}

# Truncation by the kernel; ends by SIGTERM, after a count, after a time.
step_options() {
  start truncated -w "$dir/truncated.pcapng" -s 64
  "$drops" large udp4 >/dev/null
  sleep 0.5
  end truncated TERM
  start counted -w "$dir/counted.pcapng" -c 3
  "$drops" udp4 >/dev/null
  wait "$pid"
  echo $? >"$dir/counted.status"
  keep duration dropcap --duration 0.5 --origin sw
}

# Lines on standard output; a capture on standard output.
step_output() {
  start lines
  "$drops" udp4 udp6 nft tunnel >/dev/null
  sleep 0.5
  end lines INT
  start piped -w - --origin sw
  "$drops" loopback >/dev/null
  sleep 0.5
  end piped INT
}

# tcpdump records all netlink traffic while dropcap captures. dumpcap reads dropcap's capture live.
step_recorded() {
  modprobe nlmon
  ip link add nlmon0 type nlmon
  ip link set nlmon0 up
  tcpdump -U -i nlmon0 -w "$dir/recorded.pcap" 2>"$dir/recorded.tcpdump" &
  local recorder=$!
  wait_for grep -qs 'listening on' "$dir/recorded.tcpdump"
  start recorded -w "$dir/recorded.pcapng" --origin sw
  "$drops" all >/dev/null
  sleep 0.5
  end recorded INT
  sleep 0.5
  kill -INT "$recorder"
  wait "$recorder"
  ip link del nlmon0
  keep converted dropcap -r "$dir/recorded.pcap" -w "$dir/converted.pcapng"
  # Wireshark and tshark read pipes with dumpcap.
  (node bin/dropcap.js -q -w - --origin sw -c 5 | dumpcap -q -i - -w "$dir/live.pcapng" 2>"$dir/live.err") &
  wait_for listeners 1
  "$drops" udp4 >/dev/null
  wait $!
}

# Frames of an unknown type are dropped in a function whose name the kernel cuts (not on 5.10): dropcap then reads the
# symbols, which takes some seconds when the host is busy.
unknown_type() {
  printf "${near_mac}\\x02\\x00\\x00\\x00\\x00\\x01\\x88\\xb5dropcap-symbols-%040d" 1 |
    ip netns exec dropcap-far socat -u - INTERFACE:dc1
}

# Whether the capture has a drop with the whole symbol. Makes another drop first.
symbol_is_whole() {
  unknown_type
  sleep 0.5
  grep -qaE 'symbol=__netif_receive_skb_core(\.constprop\.0)?\+0x[0-9a-f]' "$dir/symbols.pcapng"
}

step_symbols() {
  local near_mac
  near_mac=$(tr -d : <"/sys/class/net/dc0/address" | sed 's/../\\x&/g')
  start symbols -w "$dir/symbols.pcapng"
  unknown_type
  wait_for symbol_is_whole
  end symbols INT
  cp /proc/kallsyms "$dir/kallsyms"
  keep without-pc dropcap -r "$dir/recorded.pcap" --kallsyms "$dir/kallsyms" --no-pc -w "$dir/without-pc.pcapng"
}

# A device that is created and renamed while dropcap captures.
step_devices() {
  start devices -w "$dir/devices.pcapng"
  ip link add early0 type veth peer name late1 netns dropcap-far
  ip link set early0 name late0
  ip -batch - <<<$'address add 10.80.0.1/24 dev late0\nlink set late0 up'
  ip -n dropcap-far -batch - <<<$'address add 10.80.0.2/24 dev late1\nlink set late1 up'
  ip netns exec dropcap-far bash -c 'printf dropcap-devices-1 >/dev/udp/10.80.0.1/42010'
  sleep 1
  end devices INT
  ip link del late0
}

# A packet of almost 64 KiB, which the MTU of lo allows.
step_jumbo() {
  start jumbo -w "$dir/jumbo.pcapng"
  head -c 65000 /dev/zero >"$dir/jumbo.bin"
  socat -u -b 65000 "FILE:$dir/jumbo.bin" UDP4:127.0.0.1:42009
  sleep 0.5
  end jumbo INT
}

# A packet of each link type.
step_linkTypes() {
  test/kernel/linkTypes.sh setup || return
  start linkTypes -w "$dir/linkTypes.pcapng"
  test/kernel/linkTypes.sh all || return
  sleep 1
  end linkTypes INT
}

# Monitoring that dwdump left on when it was killed.
step_stale() {
  dwdump -w "$dir/stale-dwdump.pcap" 2>/dev/null &
  local other=$!
  wait_for listeners 1
  sleep 0.5
  kill -KILL "$other"
  wait "$other" 2>/dev/null
  keep stale-joined dropcap --duration 0.2
  keep stop dropcap stop
  keep stale-after dropcap --duration 0.2
}

# Signals at different moments of the start; a full output; standard error that cannot be written. Afterwards the monitor
# is off.
unheard() { dropcap --duration 1 -w "$dir/unheard.pcapng" 2>/dev/full; }

step_endings() {
  local tenth
  for tenth in 3 5 7 9 11 13; do
    timeout -s TERM "$((tenth / 10)).$((tenth % 10))" node bin/dropcap.js -q >/dev/null 2>&1
    keep "ending-$tenth" dropcap --duration 0.1
  done
  keep full timeout 20 node bin/dropcap.js -w /dev/full
  keep unheard unheard
  keep ending-last dropcap --duration 0.1
}

# Refusals: an ordinary user; another network namespace.
step_refused() {
  keep user setpriv --reuid 65534 --regid 65534 --clear-groups node bin/dropcap.js
  keep namespace ip netns exec dropcap-far node bin/dropcap.js
  keep list setpriv --reuid 65534 --regid 65534 --clear-groups node bin/dropcap.js -D
}

# dropwatch monitors in summary mode: a summary joins it. Then the reasons of packets, and doctor.
step_reduced() {
  start_dropwatch
  start joined --summary --json
  "$drops" udp4 nft >/dev/null
  sleep 0.2
  end joined INT
  kill_dropwatch
  keep stop dropcap stop
  start summary --summary --json
  "$drops" udp4 udp6 nft >/dev/null
  sleep 1
  end summary INT
  cat /sys/module/drop_monitor/refcnt >"$dir/summary.refcnt"
  keep doctor dropcap doctor --json
}

# The guard without dropcap, driven by test/kernel/guard.
step_guard() {
  keep guard python3 test/kernel/guard native/build/Release/dropcap-guard "$dir/guard.json"
}

# The quick start, which `npm start` runs.
step_quickstart() {
  (cd "$dir" && keep quickstart node "$OLDPWD/samples/quickstart.js")
}

# The library's sample with a stage of its own.
step_filtered() {
  node samples/filter-live.js "$dir/filtered.pcapng" NETFILTER_DROP 10 >"$dir/filtered.out" 2>"$dir/filtered.err" &
  local filtering=$!
  wait_for listeners 1
  "$drops" udp4 nft >/dev/null
  wait "$filtering"
  echo $? >"$dir/filtered.status"
}

# Drops of a simulated switch.
step_hardware() {
  local port
  port=$(test/kernel/hardware.sh start) || return
  echo "$port" >"$dir/hardware.port"
  keep hardware dropcap --origin hw -w "$dir/hardware.pcapng" -c 20
  keep hardware-queue dropcap --origin hw --queue-length 1 -w "$dir/hardware-queue.pcapng" --duration 3
  test/kernel/hardware.sh stop
}

# A kernel without drop monitor.
step_absent() {
  keep absent dropcap -w "$dir/absent.pcapng"
  (cd "$dir" && keep absent-quickstart node "$OLDPWD/samples/quickstart.js")
}

[[ ${1:-} == absent ]] || "$drops" setup || exit
run_steps "$@"
