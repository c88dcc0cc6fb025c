#!/usr/bin/env bash
# Steps of top.test.ts: dropcap top on a terminal of tmux. Runs inside a machine of test/vm/run, as root, in the project's
# folder:
#
#   top.sh DIR [STEP...]
#
set -uo pipefail
# shellcheck source=test/kernel/lib.sh
source test/kernel/lib.sh
# shellcheck source=test/kernel/tmux.sh
source test/kernel/tmux.sh

udp4='NO_SOCKET at __udp4_lib_rcv'
monitor_off() { [[ $(</sys/module/drop_monitor/refcnt) == 0 ]]; }

# Starts dropcap top in the terminal, and returns when it shows an empty table. The window is longer than the step.
start_top() {
  type_text "bin/dropcap top --window 600 $*"
  press Enter
  see '^nothing is being dropped'
}

# Quits, and keeps what is left on the terminal and of the monitor.
quit_top() {
  press q
  keep_terminal "$1"
  keep_screen "$1-after"
  dropcap status --json >"$dir/$1.json"
}

# The tables and the keys, at 80x24.
step_wide() {
  open_terminal 80 24 sh
  start_top || return
  "$drops" udp4 nft loopback proto >/dev/null
  see "^ +7 .* $udp4" && see ' 3 .* NETFILTER_DROP' && see ' 1 .* IP_NOPROTO' || return
  keep_screen causes
  press 5 && see 'INTERFACES, by drops' || return
  keep_screen interfaces
  press 6 && see 'FLOWS, by drops' || return
  keep_screen flows
  press 1 s s s && see 'CAUSES, by name' || return
  keep_screen sorted
  press s && see 'CAUSES, by drops' || return
  press p && see PAUSED || return
  "$drops" udp4 >/dev/null
  sleep 2.5 # Twice the time after which an unpaused view changes.
  keep_screen paused
  press p && see "^ +12 .* $udp4" || return
  press / && see '^Filter:' || return
  type_text 'udp dst port 42004'
  press Enter
  see '^nothing is being dropped|^no drop fits' || return
  "$drops" udp4 nft >/dev/null
  see ' 3 .* NETFILTER_DROP' || return
  keep_screen filtered
  press / C-u Enter
  see '^nothing is being dropped' || return
  row
  quit_top wide
}

# The page about a row, and a capture of its drops.
row() {
  "$drops" udp4 nft >/dev/null
  see "^ +5 .* $udp4" || return
  press Enter && see '^Last packets' || return
  keep_screen row
  press w && see '^Write to: NO_SOCKET_at___udp4_lib_rcv.pcapng' || return
  press C-u
  type_text /run/row.pcapng
  press Enter && see '^writing 0 to /run/row.pcapng' || return
  "$drops" nft udp4 udp6 >/dev/null
  see '^writing 5 to ' || return
  press w && see 'is complete: 5 drops' || return
  press Escape && see 'CAUSES, by drops' || return
  cp /run/row.pcapng "$dir"
}

# A small terminal, which becomes larger.
step_narrow() {
  open_terminal 40 12 sh
  start_top || return
  "$drops" udp4 nft >/dev/null
  see '^ +5 .* NO_SOCKET' && see '^ +3 .* NETFILTER_DROP' || return
  keep_screen narrow
  press Enter && see '^Last packets' || return
  keep_screen narrow-row
  press Escape && see 'CAUSES, by drops' || return
  mux resize-window -x 80 -y 24
  see "^ +5 .* $udp4" || return
  keep_screen enlarged
  quit_top narrow
}

# Ctrl-Z, drops while it is stopped, and fg. bash sets the terminal for its own line.
step_stopped() {
  open_terminal 80 24 'bash --norc --noprofile'
  type_text 'stty -a >/run/before'
  press Enter
  start_top || return
  press C-z && see Stopped || return
  # shellcheck disable=SC2016 # The shell in the terminal computes.
  type_text 'echo alternate $((6 * 7)); stty -a >/run/stopped'
  press Enter && see '^alternate 42' || return
  keep_screen stopped
  diff /run/before /run/stopped >"$dir/stopped.terminal"
  "$drops" udp4 >/dev/null
  type_text fg
  press Enter && see "^ +5 .* $udp4" || return
  keep_screen continued
  press C-c && see '^ready>$' || return
  type_text 'stty -a >/run/stopped; echo ended'
  press Enter && see '^ended' || return
  diff /run/before /run/stopped >>"$dir/stopped.terminal"
}

# Terminals without colours.
step_colours() {
  local name
  for name in NO_COLOR=1 TERM=vt100; do
    open_terminal 80 24 sh "$name"
    start_top || return
    "$drops" udp4 nft >/dev/null
    see '^ +5 .* NO_SOCKET' && see '^ +3 .* NETFILTER_DROP' || return
    keep_screen "$name"
    press q
    keep_terminal "$name"
  done
}

# Signals at random moments, counted from the start of the program or of its screen. Drops come meanwhile. sh does
# not set the terminal after a killed program, as bash does.
step_killed() {
  local round signal after
  open_terminal 80 24 sh
  for round in {0..7}; do
    signal=$(cut -d ' ' -f $((round % 4 + 1)) <<<'KILL TERM HUP SEGV')
    after=$(printf '%d.%03d' $((RANDOM % 2)) $((RANDOM % 1000)))
    type_text 'bin/dropcap top'
    press Enter
    wait_for foreground >/dev/null || return
    ((round % 3 == 2)) || wait_for in_alternate_screen || return
    "$drops" loopback >/dev/null
    sleep "$after"
    kill "-$signal" "$(foreground)"
    keep_terminal "killed-$round"
    wait_for monitor_off
    echo "$round $signal $after $(monitor_off && echo off)" >>"$dir/killed"
  done
}

# A table that is printed, and all tables as JSON.
step_once() {
  local option
  for option in --once --json; do
    node bin/dropcap.js top $option --window 600 >"$dir/once$option.out" 2>"$dir/once$option.err" &
    pid=$!
    wait_for listeners 1 || return
    "$drops" udp4 nft >/dev/null
    sleep 1
    end "once$option" INT
  done
}

# A file that another dropcap is writing.
step_followed() {
  start capture -w /run/growing.pcapng
  open_terminal 80 24 sh
  start_top -r /run/growing.pcapng || return
  "$drops" udp4 nft >/dev/null
  see "^ +5 .* $udp4" && see ' 3 .* NETFILTER_DROP' || return
  keep_screen followed
  "$drops" udp4 >/dev/null
  see "^ +10 .* $udp4" || return
  keep_screen followed-more
  press q
  keep_terminal followed
  end capture INT
  dropcap status --json >"$dir/followed.json"
}

export LC_ALL=C.UTF-8
"$drops" setup || exit
run_steps "$@"
