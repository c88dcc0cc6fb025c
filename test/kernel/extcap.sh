#!/usr/bin/env bash
# Steps of extcap.test.ts: Wireshark's interface dropmon. Runs inside a machine of test/vm/run, as root, in the project's
# folder:
#
#   extcap.sh DIR [STEP...]
#
set -uo pipefail
# shellcheck source=test/kernel/lib.sh
source test/kernel/lib.sh

fields=(-T fields -e frame.comment -e dropcap.reason)
as_user() {
  setpriv --reuid 1234 --regid 1234 --clear-groups env HOME=/run/user "$@"
}
monitor() { dropcap status | grep '^monitoring:' >"$dir/$1.monitor"; }

# tshark takes more than half a minute to start here: it asks all extcap programs first.
captures_now() { wait_for listeners 1 2>/dev/null || wait_for listeners 1 2>/dev/null || wait_for listeners 1; }

# captures STEP COMMAND...: tshark, run by the command, lists the interface and captures 5 drops of udp4.
captures() {
  local step=$1
  shift
  keep "$step-list" "$@" tshark -D
  "$@" tshark -q -i dropmon -c 5 -w "/run/$step.pcapng" >"$dir/$step.out" 2>"$dir/$step.err" &
  pid=$!
  captures_now || return
  "$drops" udp4 >/dev/null
  wait "$pid"
  echo $? >"$dir/$step.status"
  keep "$step-fields" "$@" tshark -r "/run/$step.pcapng" "${fields[@]}"
  cp "/run/$step.pcapng" "$dir"
  wait_for listeners 0
  monitor "$step"
}

step_root() {
  export HOME=/run/root
  mkdir "$HOME"
  keep install dropcap wireshark install
  captures root env
}

# Without privileges, then with a guard that has the capabilities.
step_user() {
  mkdir /run/user
  chown 1234:1234 /run/user
  chmod 1777 /run
  keep user-install as_user node bin/dropcap.js wireshark install
  keep refused as_user timeout 120 tshark -i dropmon -c 1
  local guard=native/build/Release/dropcap-guard
  cp "$guard" /run/guard && rm "$guard" && cp /run/guard "$guard" || return
  setcap cap_net_admin,cap_sys_admin+ep "$guard" || return
  captures user as_user
}

# The ends of a capture: the program itself with a FIFO, as Wireshark runs it.
step_ends() {
  local signal reader
  mkfifo /run/fifo
  for signal in TERM INT; do
    cat /run/fifo >"$dir/end-$signal.pcapng" &
    reader=$!
    bin/dropmon.js --capture --extcap-interface dropmon --fifo /run/fifo 2>"$dir/end-$signal.err" &
    pid=$!
    wait_for listeners 1 || return
    sleep 1
    end "end-$signal" "$signal"
    wait "$reader"
    monitor "end-$signal"
  done
  head -c 200 /run/fifo >/dev/null &
  bin/dropmon.js --capture --extcap-interface dropmon --fifo /run/fifo 2>"$dir/end-EPIPE.err" &
  pid=$!
  wait_for listeners 1 || return
  "$drops" udp4 udp6 udp4 >/dev/null
  wait "$pid"
  echo $? >"$dir/end-EPIPE.status"
  monitor end-EPIPE
  bin/dropmon.js --capture --extcap-interface dropmon --fifo /run/fifo 2>"$dir/end-alone.err" &
  pid=$!
  sleep 5
  end end-alone TERM
  monitor end-alone
}

"$drops" setup || exit
run_steps "$@"
