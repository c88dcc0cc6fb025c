# Functions for the scripts that run inside a machine. Sourced with the script's arguments: DIR [STEP...].
# Each step writes its output, errors and exit statuses to DIR as STEP.*. The tests outside check them.
# shellcheck shell=bash disable=SC2034
# shellcheck source=test/kernel/wait.sh
source test/kernel/wait.sh

dir=$(realpath "$1")
shift
drops=test/kernel/drops.sh
dropcap() { node bin/dropcap.js "$@"; }

# keep STEP COMMAND: runs a command. Its output, errors and status become STEP.out, STEP.err and STEP.status.
keep() {
  local step=$1
  shift
  "$@" >"$dir/$step.out" 2>"$dir/$step.err"
  echo $? >"$dir/$step.status"
}

# Starts dropcap in the background, and returns when dropcap captures. Sets $pid.
start() {
  local step=$1
  shift
  node bin/dropcap.js "$@" >"$dir/$step.out" 2>"$dir/$step.err" &
  pid=$!
  wait_for grep -qs '^dropcap: ' "$dir/$step.err"
}

# Ends this dropcap by a signal, and keeps its status.
end() {
  local step=$1 signal=$2
  kill "-$signal" "$pid"
  wait "$pid"
  echo $? >"$dir/$step.status"
}

# Starts dropwatch, which monitors in summary mode. Sets $dropwatch.
start_dropwatch() {
  mkfifo /run/dropwatch
  dropwatch </run/dropwatch >"$dir/dropwatch.out" 2>&1 &
  dropwatch=$!
  exec 9>/run/dropwatch
  printf 'set alertmode summary\nstart\n' >&9
  wait_for listeners 1
  sleep 0.5
}

# Kills this dropwatch: it leaves monitoring on.
kill_dropwatch() {
  kill "$dropwatch"
  exec 9>&-
  wait "$dropwatch"
}

# listeners NUMBER: whether so many sockets of NETLINK_GENERIC are members of a group.
listeners() { (($(awk '$2 == 16 && $4 != "00000000"' /proc/net/netlink | wc -l) == $1)); }

# Runs the steps of the script's arguments.
run_steps() {
  local step
  for step; do
    "step_$step" || exit
    echo "$step: at $SECONDS s" >>"$dir/times"
  done
}
