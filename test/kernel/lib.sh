# What the scripts that run inside a machine have in common. Sourced with the script's arguments: DIR [STEP...].
# Each step leaves its output, errors and exit statuses in DIR as STEP.*, for the tests outside to judge.
# shellcheck shell=bash disable=SC2034
# shellcheck source=test/kernel/wait.sh
source test/kernel/wait.sh

dir=$(realpath "$1")
shift
drops=test/kernel/drops.sh
dropcap() { node bin/dropcap.js "$@"; }

# Runs a command; its output, errors and status become STEP.out, STEP.err and STEP.status.
keep() {
  local step=$1
  shift
  "$@" >"$dir/$step.out" 2>"$dir/$step.err"
  echo $? >"$dir/$step.status"
}

# Starts dropcap in the background and returns when it captures. Sets $pid.
start() {
  local step=$1
  shift
  node bin/dropcap.js "$@" >"$dir/$step.out" 2>"$dir/$step.err" &
  pid=$!
  wait_for grep -qs '^dropcap: ' "$dir/$step.err"
}

# Ends it by a signal, and keeps its status.
end() {
  local step=$1 signal=$2
  kill "-$signal" "$pid"
  wait "$pid"
  echo $? >"$dir/$step.status"
}

# Whether the monitor has that many listeners: sockets of NETLINK_GENERIC in a group.
listeners() { (($(awk '$2 == 16 && $4 != "00000000"' /proc/net/netlink | wc -l) == $1)); }

# Runs the steps that were asked for.
run_steps() {
  local step
  for step; do
    "step_$step" || exit
    echo "$step: at $SECONDS s" >>"$dir/times"
  done
}
