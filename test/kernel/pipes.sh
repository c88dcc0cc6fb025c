#!/usr/bin/env bash
# Steps of pipes.test.ts: captures into pipes, and the log of Wireshark's toolbar. Runs inside a machine of test/vm/run, as
# root, in the project's folder:
#
#   pipes.sh DIR [STEP...]
#
set -uo pipefail
# shellcheck source=test/kernel/lib.sh
source test/kernel/lib.sh

monitor() {
  wait_for listeners 0
  dropcap status | grep '^monitoring:' >"$dir/$1.monitor"
}

captures_now() { wait_for listeners 1 && sleep 1; }

# writes STEP: captures to standard output, and keeps the status.
writes() {
  dropcap -w - 2>"$dir/$1.err"
  echo $? >"$dir/$1.status"
}

# `dropcap -w - | tshark -i -` and a FIFO: tshark ends after 5 drops, and dropcap after tshark, without another drop.
step_tshark() {
  mkfifo /run/drops
  writes stdout | tshark -q -i - -c 5 -w /run/stdout.pcapng 2>/dev/null &
  captures_now || return
  "$drops" udp4 >/dev/null
  wait
  cp /run/stdout.pcapng "$dir"
  monitor stdout
  tshark -q -i /run/drops -c 5 -w /run/fifo.pcapng 2>/dev/null &
  node bin/dropcap.js -w /run/drops 2>"$dir/fifo.err" &
  pid=$!
  captures_now || captures_now || return
  "$drops" udp4 >/dev/null
  wait "$pid"
  echo $? >"$dir/fifo.status"
  wait
  cp /run/fifo.pcapng "$dir"
  monitor fifo
}

# The reader goes, and no drop comes.
step_idle() {
  writes idle | {
    captures_now
    head -c 1 >/dev/null
  }
  monitor idle
}

# The interface of Wireshark loses drops of a flood, in a queue of one packet: what its toolbar gets.
step_log() {
  mkfifo /run/drops-captured /run/drops-control
  cat /run/drops-captured >/dev/null &
  cat /run/drops-control >"$dir/control" &
  local reader=$!
  bin/dropmon.js --capture --extcap-interface dropmon --fifo /run/drops-captured --queue-length 1 \
    --extcap-control-out /run/drops-control 2>"$dir/log.err" &
  pid=$!
  captures_now || return
  ip netns exec dropcap-far test/kernel/pktgen.sh 20000 dc1 10.77.0.2 10.77.0.1 "$(</sys/class/net/dc0/address)" 42004 \
    >"$dir/pktgen" 2>&1
  sleep 3
  end log TERM
  wait "$reader"
  monitor log
}

"$drops" setup || exit
run_steps "$@"
