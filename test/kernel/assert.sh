#!/usr/bin/env bash
# Steps of assert.test.ts: commands that make drops, and commands that make none. Runs inside a machine of test/vm/run, as root,
# in the project's folder:
#
#   assert.sh DIR [STEP...]
#
set -uo pipefail
# shellcheck source=test/kernel/lib.sh
source test/kernel/lib.sh

expression='reason = NO_SOCKET and udp dst port 42001'
# Sends three datagrams to a port that nobody listens at. The first one must not be a drop before the capture began.
send='import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(3): s.sendto(b"dropcap-assert", ("127.0.0.1", 42001))
print("sent")'

step_found() { keep found dropcap assert "$expression" -w "$dir/found.pcapng" -- python3 -c "$send"; }
step_other() { keep other dropcap assert 'reason = NETFILTER_DROP' -- python3 -c "$send"; }
step_none() { keep none dropcap assert "$expression" -- true; }
step_failed() { keep failed dropcap assert "$expression" -- sh -c 'exit 7'; }

# SIGTERM reaches the command, and the drops before it are found.
step_ended() {
  # shellcheck disable=SC2016 # The inner shell's $1.
  node bin/dropcap.js assert "$expression" -- sh -c 'python3 -c "$1"; exec sleep 60' sh "$send" \
    >"$dir/ended.out" 2>"$dir/ended.err" &
  pid=$!
  wait_for grep -qs sent "$dir/ended.out"
  end ended TERM
  dropcap status --json >"$dir/ended.json"
}

ip link set lo up
run_steps "$@"
