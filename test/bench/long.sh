#!/usr/bin/env bash
# `node test/bench/long.js` runs this inside a machine of test/vm/run, as root, in the project's folder:
#
#     long.sh DIR SENDER RATE SECONDS KB
#
# Captures RATE drops a second into a ring of files of KB for SECONDS, with a program that counts the packets of each complete
# file. SENDER is datagrams.c's program. Prints a line every 10 s: resident memory in KiB of dropcap, guard and
# keeper, and nanoseconds on a processor; and a line at the end. Leaves the last files and dropcap's messages in DIR.
set -uo pipefail
# shellcheck source=test/kernel/lib.sh
source test/kernel/lib.sh
# shellcheck source=test/bench/tools.sh
source test/bench/tools.sh
sender=$1 rate=$2 seconds=$3 kb=$4
CLOSED_BY_RULE=42004 # drops.sh has a rule that drops what comes to this port, without an answer.
STEP=10

memory() {
  local process
  for process in "$pid" "$(pgrep -P "$pid" -x dropcap-guard)" "$(pgrep -P "$pid" -x dropcap-keeper)"; do
    awk '/^VmRSS/ { print $2 }' "/proc/$process/status"
  done | paste -sd +
}

"$drops" setup || exit
ring=/tmp/ring
mkdir "$ring"
start long -w "$ring/x.pcapng" -b filesize:"$kb" -b files:10 -z 'python3 test/bench/kernel.py count' --status-interval 60
ip netns exec dropcap-far "$sender" 10.77.0.1 $CLOSED_BY_RULE "$rate" "$seconds" >/tmp/sent &
sending=$!
while kill -0 $sending 2>/dev/null; do
  # Programs that dropcap started may end meanwhile.
  echo "at=$SECONDS memory=$(memory) cpu=$(cpu 2>/dev/null)"
  sleep $STEP
done
wait $sending
sleep 1
end long INT
echo "sent=$(</tmp/sent)"
dropcap status >"$dir/long.monitor"
cp "$ring"/* "$dir/"
