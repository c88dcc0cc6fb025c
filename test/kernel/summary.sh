#!/usr/bin/env bash
# Steps of summary.test.ts: counts of known drops and of floods, of packets and of the kernel's summary mode. Runs inside a
# machine of test/vm/run, as root, in the project's folder:
#
#   summary.sh DIR [STEP...]
#
set -uo pipefail
# shellcheck source=test/kernel/lib.sh
source test/kernel/lib.sh

# Keeps the monitor's settings and the number of references to its module. 0: off.
keep_monitor() {
  dwdump -q >"$dir/$1.settings" 2>&1
  cat /sys/module/drop_monitor/refcnt >"$dir/$1.off"
}

# Counts all drops of drops.sh, of packets and in summary mode. The text of a capture is beside the JSON of another one.
step_known() {
  local mode
  keep_monitor before
  for mode in packet summary; do
    start "known-$mode" --summary --json --interval 2 --alert-mode "$mode"
    keep_monitor "known-$mode-during"
    "$drops" all >/dev/null
    # In summary mode, the last counts arrive after the signal.
    [[ $mode == summary ]] || sleep 1
    end "known-$mode" INT
    keep_monitor "known-$mode"
  done
  start known-text --summary --alert-mode summary
  "$drops" nft >/dev/null
  sleep 1
  end known-text INT
  start known-filter --summary --json 'udp port 42001 or reason = NETFILTER_DROP'
  "$drops" all >/dev/null
  sleep 1
  end known-filter INT
  start known-count --summary --json -c 4
  "$drops" udp4 >/dev/null
  wait "$pid"
  echo $? >"$dir/known-count.status"
  keep_monitor known-count
}

# dropwatch monitors in summary mode: a summary joins it, and a filter cannot.
step_joined() {
  start_dropwatch
  start joined --summary --json --interval 1
  "$drops" udp4 nft >/dev/null
  sleep 0.2
  end joined INT
  cat /sys/module/drop_monitor/refcnt >"$dir/joined.refcnt"
  keep joined-filter dropcap --summary 'udp port 42001'
  kill_dropwatch
  # A dropwatch that is killed leaves monitoring on.
  dropcap stop >"$dir/joined.stop"
}

# The drops of a switch's hardware, counted by their traps: by dropcap and, for the device, by devlink.
step_hardware() {
  local port trap
  start hardware --summary --json --origin hw --alert-mode summary
  port=$(test/kernel/hardware.sh start) || return
  sleep 3
  ip link set "$port" down
  sleep 0.5
  for trap in fid_miss ttl_value_is_too_small; do
    devlink -j -s trap show netdevsim/netdevsim7 trap "$trap" >"$dir/hardware.$trap"
  done
  end hardware INT
  keep_monitor hardware
  test/kernel/hardware.sh stop
}

# Floods: packets with a queue that is too small, and summary mode.
step_flood() {
  local name ipv4='protocol == 2048' tracepoint=/sys/kernel/tracing/events/skb/kfree_skb mac
  mac=$(</sys/class/net/dc0/address)
  mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null
  for name in queue summary; do
    case $name in
      queue) start flood-queue --summary --json --queue-length 1 ;;
      summary) start flood-summary --summary --json --alert-mode summary ;;
    esac
    echo "hist:keys=protocol if $ipv4" >"$tracepoint/trigger"
    # nftables drops the datagrams, so that no answer comes back.
    ip netns exec dropcap-far test/kernel/pktgen.sh 20000 dc1 10.77.0.2 10.77.0.1 "$mac" 42004 >"$dir/pktgen" 2>&1
    sleep 1
    cat "$tracepoint/hist" >"$dir/flood-$name.hist"
    echo "!hist:keys=protocol if $ipv4" >"$tracepoint/trigger"
    end "flood-$name" INT
    keep_monitor "flood-$name"
  done
}

"$drops" setup || exit
run_steps "$@"
