#!/usr/bin/env bash
# Steps of otherMonitors.test.ts: captures while another program monitors, killed captures, floods. Runs inside a machine
# of test/vm/run, as root, in the project's folder:
#
#   otherMonitors.sh DIR [STEP...]
#
set -uo pipefail
# shellcheck source=test/kernel/lib.sh
source test/kernel/lib.sh

# Starts a second dropcap, like `start`. Its process id is $two.
start_second() {
  local first=$pid
  start "$@"
  two=$pid pid=$first
}

# Ends the second dropcap by a signal.
end_second() {
  kill "-$2" "$two"
  wait "$two"
  echo $? >"$dir/$1.status"
}

# Keeps the number of references to the module: the kernel has one for each origin that it monitors. 0: off.
keep_off() { cat /sys/module/drop_monitor/refcnt >"$dir/$1.off"; }

# Whether a capture reported that it turned monitoring on again.
restarted() { grep -q 'software drops off: it is on again' "$dir/$1.err"; }

# Keeps the monitor's settings, as dwdump prints them.
keep_settings() { dwdump -q >"$dir/$1.settings" 2>&1; }

# Two captures: the first ends first; then the second ends first.
step_pair() {
  keep_settings pair-before
  start pair-a -w "$dir/pair-a.pcapng"
  start_second pair-b -w "$dir/pair-b.pcapng"
  "$drops" udp4 >/dev/null
  sleep 0.5
  end pair-a INT
  wait_for restarted pair-b
  "$drops" nft >/dev/null
  sleep 0.5
  end_second pair-b INT
  keep_off pair
  keep_settings pair-after
  start pair-c -w "$dir/pair-c.pcapng"
  start_second pair-d -w "$dir/pair-d.pcapng"
  end_second pair-d INT
  "$drops" udp4 >/dev/null
  sleep 0.5
  end pair-c INT
  keep_off pair-second
}

# A capture while dwdump runs, and while dropwatch runs; both start before dropcap.
step_others() {
  dwdump -w "$dir/others-dwdump.pcap" 2>/dev/null &
  local other=$!
  wait_for listeners 1
  sleep 0.5
  start others-join -w "$dir/others-join.pcapng"
  "$drops" udp4 >/dev/null
  sleep 0.5
  kill -INT "$other"
  wait "$other"
  wait_for restarted others-join
  "$drops" nft >/dev/null
  sleep 0.5
  end others-join INT
  keep_off others-join

  # dropwatch takes its commands from standard input, and monitors in summary mode.
  mkfifo /tmp/dropwatch
  dropwatch </tmp/dropwatch >"$dir/others-dropwatch.out" 2>&1 &
  other=$!
  exec 9>/tmp/dropwatch
  echo 'set alertmode summary' >&9
  echo start >&9
  wait_for listeners 1
  sleep 0.5
  keep others-summary dropcap -w "$dir/others-summary.pcapng" --duration 5
  start others-passive --passive
  "$drops" udp4 >/dev/null
  sleep 2
  end others-passive INT
  start others-takeover --takeover -w "$dir/others-takeover.pcapng"
  "$drops" udp4 >/dev/null
  sleep 0.5
  end others-takeover INT
  echo exit >&9
  exec 9>&-
  kill "$other" 2>/dev/null
  wait "$other"
  keep_off others-takeover
}

# `dropcap stop` turns monitoring off during a capture, and the guard turns it on again. The module cannot be unloaded
# during the capture.
step_stopped() {
  start stopped -w "$dir/stopped.pcapng"
  keep stopped-stop dropcap stop
  wait_for restarted stopped
  keep stopped-busy rmmod drop_monitor
  "$drops" udp4 >/dev/null
  sleep 0.5
  end stopped INT
  keep stopped-rmmod rmmod drop_monitor
}

# unload STEP: unloads the module during a capture. The guard stands still meanwhile: it cannot turn monitoring on again.
unload() {
  pkill -STOP dropcap-guard
  dropcap stop 2>/dev/null
  keep "$1-rmmod" rmmod drop_monitor
  [[ ${2:-} != again ]] || modprobe drop_monitor
  pkill -CONT dropcap-guard
}

# The module is unloaded, or unloaded and loaded again, during a capture that started monitoring or only listens.
step_unloaded() {
  local name
  for name in started again passive; do
    case $name in
      passive) start unloaded-passive --passive ;;
      *) start "unloaded-$name" -w "$dir/unloaded-$name.pcapng" ;;
    esac
    if [[ $name != passive ]]; then
      "$drops" udp4 >/dev/null
      sleep 0.5
    fi
    unload "unloaded-$name" "$name"
    wait_for [ ! -e "/proc/$pid" ] || kill "$pid"
    wait "$pid"
    echo $? >"$dir/unloaded-$name.status"
  done
  keep_settings unloaded
  keep_off unloaded
}

# The guard is stopped during a capture, and continued.
step_silent() {
  start silent -w "$dir/silent.pcapng"
  pkill -STOP dropcap-guard
  wait_for grep -q 'does not answer' "$dir/silent.err"
  pkill -CONT dropcap-guard
  wait_for grep -q 'answers again' "$dir/silent.err"
  end silent INT
  keep_off silent
  # A guard that is slow at the end is no output that stands still.
  start slow --json -w /dev/null
  "$drops" udp4 >/dev/null
  sleep 0.5
  pkill -STOP dropcap-guard
  kill -INT "$pid"
  sleep 2.5
  pkill -CONT dropcap-guard
  wait "$pid"
  echo $? >"$dir/slow.status"
  keep_off slow
}

# The reader of a FIFO stands still: after SIGTERM, dropcap ends by the signal, and its guard undoes the changes.
step_forced() {
  mkfifo /tmp/forced
  { exec 8</tmp/forced && exec sleep 1000; } &
  local reader=$!
  start forced -w /tmp/forced
  flood 20000
  end forced TERM
  keep_aftermath forced
  kill "$reader"
}

# keep_aftermath NAME: waits at most two seconds until the monitor is off with its earlier settings, and keeps both.
keep_aftermath() {
  local try
  for ((try = 0; try < 20; try++)); do
    sleep 0.1
    keep_off "$1"
    keep_settings "$1"
    cmp -s "$dir/$1.settings" "$dir/pair-before.settings" && [[ $(<"$dir/$1.off") == 0 ]] && break
  done
}

# SIGKILL of dropcap while it starts, in a flood, and while it stops; SIGKILL of the guard.
step_killed() {
  local tenth
  for tenth in 2 3 4 6; do
    node bin/dropcap.js -q -s 77 --queue-length 4321 >/dev/null 2>&1 &
    pid=$!
    sleep "0.$tenth"
    kill -KILL "$pid"
    wait "$pid" 2>/dev/null
    keep_aftermath "killed-$tenth"
  done
  start killed-flood -w "$dir/killed-flood.pcapng"
  flood 20000 &
  sleep 1
  kill -KILL "$pid"
  wait
  keep_aftermath killed-flood
  start killed-stopping -w "$dir/killed-stopping.pcapng"
  kill -INT "$pid"
  sleep 0.01
  kill -KILL "$pid"
  wait "$pid" 2>/dev/null
  keep_aftermath killed-stopping
  start killed-guard -w "$dir/killed-guard.pcapng"
  "$drops" udp4 >/dev/null
  sleep 0.5
  pkill -KILL dropcap-guard
  wait "$pid"
  echo $? >"$dir/killed-guard.status"
  keep_aftermath killed-guard
}

# flood COUNT: sends datagrams that nftables drops, so that no answer comes back. The kernel drops some packets twice:
# nftables drops a clone when pktgen still holds the packet, and pktgen drops the packet. So a tracepoint counts the drops.
flood() {
  local mac
  mac=$(</sys/class/net/dc0/address)
  ip netns exec dropcap-far test/kernel/pktgen.sh "$1" dc1 10.77.0.2 10.77.0.1 "$mac" 42004 >"$dir/pktgen" 2>&1
}

# A flood with the default settings, with a queue that is too small, and with a buffer that is too small.
step_flood() {
  local name ipv4='protocol == 2048' tracepoint=/sys/kernel/tracing/events/skb/kfree_skb
  mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null
  for name in default queue buffer; do
    case $name in
      default) start flood-default --json -w /dev/null ;;
      queue) start flood-queue -w "$dir/flood-queue.pcapng" --queue-length 1 ;;
      buffer) start flood-buffer -w "$dir/flood-buffer.pcapng" -B 4 ;;
    esac
    echo "hist:keys=protocol if $ipv4" >"$tracepoint/trigger"
    flood 20000
    sleep 1
    cat "$tracepoint/hist" >"$dir/flood-$name.hist"
    echo "!hist:keys=protocol if $ipv4" >"$tracepoint/trigger"
    end "flood-$name" INT
  done
}

# dropcap of root continues as another user, who owns the file.
step_relinquish() {
  start relinquish -Z nobody -w "$dir/relinquish.pcapng"
  grep -E '^(Uid|Gid|Groups|CapEff|CapPrm)' "/proc/$pid/status" >"$dir/relinquish.identity"
  "$drops" udp4 >/dev/null
  sleep 0.5
  end relinquish INT
  stat -c '%U' "$dir/relinquish.pcapng" >"$dir/relinquish.owner"
}

# An ordinary user captures with a copy of the program whose guard has the capabilities.
step_user() {
  local copy=/tmp/dropcap-copy
  mkdir -p "$copy/native/build/Release" "$copy/node_modules"
  cp -r bin dist package.json "$copy"
  cp native/build/Release/dropcap.node native/build/Release/dropcap-guard "$copy/native/build/Release"
  cp -r node_modules/node-gyp-build "$copy/node_modules"
  cp -r src "$copy"
  chmod -R a+rX "$copy"
  setcap cap_net_admin,cap_sys_admin+ep "$copy/native/build/Release/dropcap-guard"
  mkdir -m 777 /tmp/user
  (
    cd /tmp/user || exit
    exec setpriv --reuid 65534 --regid 65534 --clear-groups node "$copy/bin/dropcap.js" -w drops.pcapng
  ) >"$dir/user.out" 2>"$dir/user.err" &
  pid=$!
  wait_for grep -qs '^dropcap: capturing' "$dir/user.err"
  "$drops" udp4 nft >/dev/null
  sleep 0.5
  pkill -INT -f 'node /tmp/dropcap-copy'
  wait "$pid"
  echo $? >"$dir/user.status"
  cp /tmp/user/drops.pcapng "$dir/user.pcapng"
  keep_off user
}

"$drops" setup || exit
run_steps "$@"
