#!/usr/bin/env bash
# Makes hardware drops with netdevsim, the kernel's simulated switch. Runs as root in a machine of test/vm/run. Build the
# module for its kernel with test/vm/netdevsim.sh before.
#
#   hardware.sh start       prints the port's device after the first packets were trapped
#   hardware.sh stop        removes the device
#
# While its link is up, the switch reports a UDP packet of 142 bytes for each trap, ten times a second. drop_monitor sees
# the packets of traps with the devlink action "trap". At first these are fid_miss of group l2_drops and
# ttl_value_is_too_small of group l3_exceptions. `devlink trap set` changes a trap's action.
set -euo pipefail

bus=/sys/bus/netdevsim number=7
device=netdevsim/netdevsim$number

start() {
  modprobe netdevsim || {
    echo "hardware.sh: this kernel has no netdevsim (run test/vm/netdevsim.sh outside the machine)" >&2
    exit 1
  }
  [[ -e $bus/devices/netdevsim$number ]] || echo "$number 1" >"$bus/new_device"
  local port
  port=$(ls "$bus/devices/netdevsim$number/net")
  ip link set "$port" up
  local try
  for ((try = 0; try < 100; try++)); do
    if devlink -s trap show "$device" trap fid_miss | grep -q 'packets [1-9]'; then
      echo "$port"
      return
    fi
    sleep 0.1
  done
  echo "hardware.sh: no packet was trapped on $port in ten seconds" >&2
  exit 1
}

case ${1:-} in
  start) start ;;
  stop) echo "$number" >"$bus/del_device" ;;
  *)
    echo 'usage: hardware.sh start | stop' >&2
    exit 2
    ;;
esac
