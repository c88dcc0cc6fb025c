# Functions of kernel.sh and cheap.sh: dropcap and dwdump in turn, and their processor time. Sourced after test/kernel/lib.sh.
# shellcheck shell=bash disable=SC2034

# Starts a tool that writes to $file, with its own queue length or a given one. Returns when the tool captures. Sets $pid.
launch() {
  local tool=$1 length=${2-}
  file=/tmp/capture
  rm -f "$file"
  case $tool in
    dropcap) start bench -w "$file" ${length:+--queue-length "$length"} ;;
    dwdump)
      dwdump -w "$file" ${length:+-l "$length"} 2>/dev/null &
      pid=$!
      wait_for listeners 1
      ;;
  esac
}

finish() {
  kill -INT "$pid"
  wait "$pid"
}

# Nanoseconds on a processor of all threads of the tool and of the program that it started.
cpu() {
  local process
  for process in "$pid" $(pgrep -P "$pid"); do cat "/proc/$process"/task/*/schedstat; done |
    awk '{ sum += $1 } END { printf "%.0f\n", sum }'
}
