#!/usr/bin/env bash
# `node test/bench/cheap.js` runs this inside a machine of test/vm/run, as root, in the project's folder:
#
#     cheap.sh DIR SENDER RATE FIRST LATER
#
# Each tool captures RATE drops a second: FIRST seconds from its start, then LATER seconds. SENDER is datagrams.c's program.
# Prints a line for each tool and phase: nanoseconds on a processor, drops, and resident memory in KiB.
set -uo pipefail
# shellcheck source=test/kernel/lib.sh
source test/kernel/lib.sh
# shellcheck source=test/bench/tools.sh
source test/bench/tools.sh
sender=$1 rate=$2 first=$3 later=$4
CLOSED_BY_RULE=42004 # drops.sh has a rule that drops what comes to this port, without an answer.

# Makes $rate drops a second for some seconds. Prints their number.
send() {
  local seconds=$1
  if ((rate == 0)); then
    sleep "$seconds"
    echo 0
  else
    ip netns exec dropcap-far "$sender" 10.77.0.1 $CLOSED_BY_RULE "$rate" "$seconds"
  fi
}

# Peak of resident memory of the tool and of the program that it started, in KiB.
peak() {
  local process
  for process in "$pid" $(pgrep -P "$pid"); do grep VmHWM "/proc/$process/status"; done |
    awk '{ sum += $2 } END { print sum }'
}

# Measures $tool for some seconds.
measure_phase() {
  local phase=$1 seconds=$2 before drops
  before=$(cpu)
  drops=$(send "$seconds")
  sleep 0.2 # Until the last drops are in the file.
  echo "phase tool=$tool phase=$phase cpu=$(($(cpu) - before)) drops=$drops peak=$(peak)"
}

"$drops" setup || exit
for tool in dropcap dwdump; do
  launch "$tool"
  echo "start tool=$tool cpu=$(cpu)"
  measure_phase first "$first"
  measure_phase later "$later"
  finish
  echo "captured tool=$tool captured=$(python3 test/bench/kernel.py count "$file")"
done
