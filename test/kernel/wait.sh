# Sourced by the scripts that run inside a machine.
# shellcheck shell=bash

# Repeats a command until it succeeds, for at most 30 seconds.
wait_for() {
  local try
  for ((try = 0; try < 300; try++)); do
    "$@" && return
    sleep 0.1
  done
  echo "${0##*/}: waited in vain for: $*" >&2
  return 1
}
