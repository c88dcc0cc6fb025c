#!/usr/bin/env bash
# Steps of service.test.ts: dropcap.service under a real systemd. Runs inside a machine of test/vm/run, as root, in the
# project's folder:
#
#   service.sh DIR [STEP...]
#
set -uo pipefail
# shellcheck source=test/kernel/lib.sh
source test/kernel/lib.sh
# shellcheck source=test/kernel/install.sh
source test/kernel/install.sh
# shellcheck source=test/kernel/systemd.sh
source test/kernel/systemd.sh

unit=/etc/systemd/system/dropcap.service

monitor() { dropcap status | grep '^monitoring:' >"$dir/$1.monitor"; }

# The journal's lines of the last start, each after its priority.
journal() {
  journalctl --flush >/dev/null 2>&1
  journalctl --sync
  journalctl -o json "_SYSTEMD_INVOCATION_ID=$1" | grep '"_TRANSPORT":"stdout"' |
    node -e 'for (const line of require("fs").readFileSync(0, "utf8").trim().split("\n")) {
      const { PRIORITY, MESSAGE } = JSON.parse(line);
      console.log(PRIORITY, MESSAGE);
    }' >"$dir/$2.journal"
}

# What the processes of the service may do. The guard is the child of Node.
privileges() {
  local main child
  main=$(property MainPID)
  child=$(pgrep -P "$main" dropcap-guard)
  grep -E '^(Uid|CapEff|CapBnd|NoNewPrivs|Seccomp):' "/proc/$main/status" >"$dir/$1.node"
  grep -E '^(Uid|CapEff|CapBnd|NoNewPrivs|Seccomp):' "/proc/$child/status" >"$dir/$1.guard"
}

step_checked() {
  keep verify systemd-analyze verify "$unit"
  keep security systemd-analyze security --offline=true "$unit"
}

# systemctl start waits for READY=1: drops made after it must be in the file.
step_whole() {
  local invocation
  keep start systemctl start dropcap || return
  property ActiveState >"$dir/whole.state"
  "$drops" all >"$dir/whole.kinds"
  monitor whole-during
  invocation=$(property InvocationID)
  privileges whole
  sleep 6
  property StatusText >"$dir/whole.text"
  keep stop systemctl stop dropcap
  property Result >"$dir/whole.result"
  monitor whole-after
  journal "$invocation" whole
  stat -L -c '%a %n' /var/lib/dropcap /var/lib/dropcap/* >"$dir/whole.files"
  cp "/var/lib/dropcap/drops-${invocation}_00001_"* "$dir/whole.pcapng"
}

is_restarted() { [[ $(property NRestarts) == 1 && $(property ActiveState) == active ]]; }

# A stopped process gives no sign of life: systemd ends and restarts it.
step_watchdog() {
  local first second
  mkdir -p /run/systemd/system/dropcap.service.d
  printf '[Service]\nWatchdogSec=4\nRestartSec=1\n' >/run/systemd/system/dropcap.service.d/fast.conf
  systemctl daemon-reload
  systemctl start dropcap || return
  first=$(property InvocationID)
  "$drops" udp4 >/dev/null
  sleep 10
  property NRestarts >"$dir/watchdog.restarts-before"
  kill -STOP "$(property MainPID)"
  wait_for is_restarted || return
  second=$(property InvocationID)
  "$drops" udp6 >/dev/null
  sleep 1
  systemctl stop dropcap
  monitor watchdog
  journalctl --sync
  journalctl -o cat -u dropcap >"$dir/watchdog.log"
  cp "/var/lib/dropcap/drops-${first}_00001_"* "$dir/watchdog-first.pcapng"
  cp "/var/lib/dropcap/drops-${second}_00001_"* "$dir/watchdog-second.pcapng"
  rm -r /run/systemd/system/dropcap.service.d
  systemctl daemon-reload
}

# Without one of the two capabilities, nothing is captured, and the reason is in the journal.
step_without() {
  local kept
  mkdir -p /run/systemd/system/dropcap.service.d
  for kept in CAP_NET_ADMIN CAP_SYS_ADMIN; do
    # An empty value removes what the unit has.
    printf '%s\n' '[Service]' CapabilityBoundingSet= "CapabilityBoundingSet=$kept" AmbientCapabilities= \
      "AmbientCapabilities=$kept" >/run/systemd/system/dropcap.service.d/less.conf
    systemctl daemon-reload
    keep "only-$kept" systemctl start dropcap
    property ExecMainStatus >"$dir/only-$kept.exit"
    journal "$(property InvocationID)" "only-$kept"
    sleep 6
    property NRestarts >"$dir/only-$kept.restarts"
    systemctl reset-failed dropcap
  done
  rm -r /run/systemd/system/dropcap.service.d
  systemctl daemon-reload
}

if [[ -e /run/systemd.pid ]]; then
  run_steps "$@"
else
  "$drops" setup && install_dropcap && cp samples/systemd/dropcap.service "$unit" && boot || exit
  echo "booted: at $SECONDS s" >"$dir/times"
  inside env -C "$PWD" "$0" "$dir" "$@"
fi
