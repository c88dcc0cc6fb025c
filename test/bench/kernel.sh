#!/usr/bin/env bash
# `npm run bench:kernel` runs this inside a machine of test/vm/run, as root, in the project's folder:
#
#     kernel.sh DIR PACKETS RUNS floods RUN    run RUN: a capture of floods by each tool, with each queue length
#     kernel.sh DIR PACKETS RUNS others        all other measurements
#
# Prints one line for each measurement: its name, then KEY=VALUE pairs. Leaves the captured floods in DIR.
set -uo pipefail
# shellcheck source=test/kernel/lib.sh
source test/kernel/lib.sh
# shellcheck source=test/bench/tools.sh
source test/bench/tools.sh
packets=$1 runs=$2 part=$3 run=${4-}
tracepoint=/sys/kernel/tracing/events/skb/kfree_skb
hist='hist:keys=location.sym,reason if protocol == 2048'
bench() { python3 test/bench/kernel.py "$@"; }

# Starts a tool, and returns when it is idle.
launch_idle() {
  launch "$@"
  rest ticks
}

# Ticks of user and system time, as ps shows them.
ticks() {
  local process
  for process in "$pid" $(pgrep -P "$pid"); do cat "/proc/$process/stat"; done |
    awk '{ sum += $14 + $15 } END { print sum }'
}

# The losses that dropcap reports.
lost() { sed -n "s/^\([0-9]*\) $1.*/\1/p" "$dir/bench.err"; }

size() { stat -c %s "$file"; }

# Waits until what a command prints stays the same for a second.
rest() {
  local last='' now try
  for ((try = 0; try < 60; try++)); do
    now=$("$1")
    [[ $now != "$last" ]] || return 0
    last=$now
    sleep 1
  done
  echo "kernel.sh: no rest: $1" >&2
}

# Sends packets to a closed port by pktgen, which keeps no reference to them. Each packet is dropped once.
send() {
  local count=$1
  shift
  ip netns exec dropcap-far test/kernel/pktgen.sh "$count" dc1 10.77.0.2 10.77.0.1 "$mac" 42001 'flag !SHARED' "$@"
}

# Sends, waits until all drops are in the file, and sets $dropped, $reason and $place to the kernel's counts, and $pps.
flood() {
  local number count
  echo "$hist" >"$tracepoint/trigger"
  pps=$(send "$@" | sed -n 's/^ *\([0-9]*\)pps.*/\1/p')
  rest size
  count=$(sed -n \
    's/^{ location: \[[0-9a-f]*\] \(\w*\) *, reason: *\([0-9]*\) } hitcount: *\([0-9]*\)$/\3 \2 \1/p' \
    "$tracepoint/hist" | sort -rn | head -1)
  read -r dropped number place <<<"$count"
  echo "!$hist" >"$tracepoint/trigger"
  reason=$(grep -o "{ $number, \"[A-Z_]*\" }" "$tracepoint/format" | cut -d '"' -f 2)
}

queue_length() { dwdump -q | sed -n 's/^Queue length: //p'; }

# Two floods a capture: the first is the program's warm-up.
measure_flood() {
  local tool=$1 length=$2 run=$3 before number losses=''
  launch_idle "$tool" "$length"
  for number in 1 2; do
    before=$(cpu)
    flood "$packets"
    echo "flood tool=$tool length=$length run=$run number=$number dropped=$dropped pps=$pps cpu=$(($(cpu) - before))"
  done
  finish
  mv "$file" "$dir/$tool-$length-$run"
  [[ $tool == dwdump ]] || losses=" queue=$(lost 'queue drop') buffer=$(lost overrun)"
  echo "captured tool=$tool length=$length run=$run reason=$reason place=$place$losses"
}

# Halves the rate until dwdump loses nothing in two seconds, then measures dropcap at that rate.
measure_rate() {
  local rate run captured
  for ((rate = 32000; rate > 500; rate /= 2)); do
    launch_idle dwdump ''
    flood $((2 * rate)) "ratep $rate"
    finish
    captured=$(bench count "$file")
    echo "rate tool=dwdump rate=$rate dropped=$dropped captured=$captured"
    ((captured < dropped)) || break
  done
  for ((run = 0; run < runs; run++)); do
    launch_idle dropcap ''
    flood $((2 * rate)) "ratep $rate"
    finish
    echo "rate tool=dropcap rate=$rate dropped=$dropped captured=$(bench count "$file")"
  done
}

# Processor time at a low rate: the cost of waking up for few packets.
measure_steady() {
  local tool=$1 before
  launch_idle "$tool" ''
  flood $((packets < 50000 ? packets : 50000))
  before=$(cpu)
  flood 10000 'ratep 2000'
  echo "steady tool=$tool dropped=$dropped cpu=$(($(cpu) - before))"
  finish
}

# Time from launch to the first drop in the file, while 200 packets a second are dropped. Each tool's first run is not
# counted: it reads the programs from disk.
measure_start() {
  local run
  file=/tmp/capture
  send 0 'delay 5000000' >/dev/null &
  for ((run = 0; run <= runs; run++)); do
    rm -f "$file"
    echo "start tool=dropcap run=$run seconds=$(bench start "$file" node bin/dropcap.js -w "$file")"
    rm -f "$file"
    echo "start tool=dwdump run=$run seconds=$(bench start "$file" dwdump -w "$file")"
    echo "start tool=node run=$run seconds=$(bench run node -e 0)"
  done
  ip netns exec dropcap-far bash -c 'echo stop >/proc/net/pktgen/pgctrl'
  wait
}

measure_idle() {
  local tool=$1 before run
  launch_idle "$tool" ''
  sleep 30 # V8 may collect garbage once more, some seconds after it was busy.
  before=$(ticks)
  sleep 10
  echo "idle tool=$tool ticks=$(($(ticks) - before))"
  for ((run = 0; run < runs; run++)); do
    sleep 1
    echo "single tool=$tool ms=$(bench drop "$file")"
  done
  finish
}

measure_floods() {
  local tool length
  declare -A own
  for tool in dropcap dwdump; do
    launch_idle "$tool" ''
    own[$tool]=$(queue_length)
    finish
  done
  echo "own dropcap=${own[dropcap]} dwdump=${own[dwdump]}"
  for tool in dropcap dwdump; do
    for length in "${own[dropcap]}" "${own[dwdump]}"; do measure_flood "$tool" "$length" "$1"; done
  done
}

measure_others() {
  local tool run
  measure_rate
  for ((run = 0; run < runs; run++)); do
    for tool in dropcap dwdump; do measure_steady "$tool"; done
  done
  measure_start
  for tool in dropcap dwdump; do measure_idle "$tool"; done
}

"$drops" setup || exit
mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null
mac=$(</sys/class/net/dc0/address)
"measure_$part" "$run"
