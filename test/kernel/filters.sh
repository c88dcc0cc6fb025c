#!/usr/bin/env bash
# Steps of filters.test.ts: captures with filter expressions beside a capture of all drops. Runs inside a machine of
# test/vm/run, as root, in the project's folder:
#
#   filters.sh DIR [STEP...]
#
set -uo pipefail
# shellcheck source=test/kernel/lib.sh
source test/kernel/lib.sh

# The captures' names and expressions. Linux 5.10 reports the drops of nftables in nf_hook_slow.
declare -A expressions=(
  [port]='udp port 42001 and reason = NO_SOCKET'
  [packet]='udp port 42001 or 42002'
  [reason]='reason = NETFILTER_DROP'
  [place]='symbol = nft_do_chain*,nf_hook_slow*'
  [device]='iface = dc0 and not tcp'
  [long]='len > 1000'
  [facts]='origin = sw and ifindex != 1 and proto = 0x86dd'
  [tunnel]='reason != IP_NOPROTO and ip host 10.78.0.1'
  [nothing]='symbol = * and tcp port 1'
)

# capturing NAME...: whether these captures have started.
capturing() {
  local name
  for name; do grep -qs '^dropcap: capturing' "$dir/$name.err" || return; done
}

# Captures all drops, and with each expression at the same time. One capture prints JSON, and its summary too.
step_live() {
  local name all
  local -A pids=()
  start all -w "$dir/all.pcapng"
  all=$pid
  wait_for capturing all
  for name in "${!expressions[@]}"; do
    echo "${expressions[$name]}" >"$dir/$name.expression"
    node bin/dropcap.js -w "$dir/$name.pcapng" "${expressions[$name]}" 2>"$dir/$name.err" &
    pids[$name]=$!
  done
  node bin/dropcap.js --json "${expressions[port]}" >"$dir/json.out" 2>"$dir/json.err" &
  pids[json]=$!
  wait_for capturing "${!pids[@]}"
  "$drops" all >"$dir/kinds"
  sleep 2
  for name in "${!pids[@]}"; do kill -INT "${pids[$name]}"; done
  for name in "${!pids[@]}"; do
    wait "${pids[$name]}"
    echo $? >"$dir/$name.status"
  done
  pid=$all
  end all INT
}

"$drops" setup || exit
run_steps "$@"
