# Sourced by scripts that check packages. Needs the folder $work; counts in $failed.
# shellcheck shell=bash disable=SC2154

# Runs a command, and prints whether its status is 0.
check() {
  local name=$1
  shift
  if "$@" >"$work/output" 2>&1; then
    echo "ok   $name"
  else
    echo "FAIL $name"
    tail -n 15 "$work/output"
    failed=$((failed + 1))
  fi
}
