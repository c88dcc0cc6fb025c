#!/usr/bin/env bash
# Steps of container.test.ts: dropcap as in the image of samples/container. Runs inside a machine of test/vm/run, as root, in
# the project's folder:
#
#   container.sh DIR [STEP...]
#
# The processes have what a container runtime gives them: a process namespace, the user of the image, and a bounding set
# of capabilities. The guard's file has the capabilities that the image gives it.
set -uo pipefail
# shellcheck source=test/kernel/lib.sh
source test/kernel/lib.sh
# shellcheck source=test/kernel/install.sh
source test/kernel/install.sh

# contained CAPABILITIES ARGUMENT...: the first process of the image, with these arguments of dropcap.
contained() {
  local capabilities=$1
  shift
  cd /var/lib/dropcap || return
  exec unshare --fork --pid --mount-proc --kill-child setpriv --reuid 1000 --regid 1000 --clear-groups \
    --inh-caps=-all --bounding-set="-all,$capabilities" "$package/entrypoint" "$@"
}
both=+net_admin,+sys_admin
monitor() { dropcap status | grep '^monitoring:' >"$dir/$1.monitor"; }

# Starts a container in the background, and returns when it captures. Sets $container and $node.
launch() {
  local step=$1
  (contained "$both" -w "$step.pcapng" 2>"$dir/$step.err") &
  container=$!
  wait_for grep -qs '^dropcap: capturing' "$dir/$step.err" || return
  node=$(pgrep -u 1000 -x node)
}

step_whole() {
  launch whole || return
  monitor whole-during
  grep -E '^(CapPrm|CapEff|CapAmb):' "/proc/$node/status" >"$dir/whole.node"
  "$drops" all >/dev/null
  sleep 1
  # The runtime sends SIGTERM to the first process.
  kill -TERM "$(pgrep -u 1000 -f entrypoint)"
  wait "$container"
  echo $? >"$dir/whole.status"
  monitor whole
  cp /var/lib/dropcap/whole.pcapng "$dir"
}

# dropcap is killed, as by the kernel when memory is short.
step_killed() {
  launch killed || return
  kill -KILL "$node"
  wait "$container"
  echo $? >"$dir/killed.status"
  monitor killed
}

step_without() {
  keep only-net_admin contained_once +net_admin
  keep only-sys_admin contained_once +sys_admin
  keep none contained_once -sys_admin
}
contained_once() { (contained "$1" -w refused.pcapng); }

"$drops" setup && install_dropcap && cp samples/container/entrypoint "$package" || exit
chgrp 1000 "$package/native/build/Release/dropcap-guard" &&
  chmod 750 "$package/native/build/Release/dropcap-guard" &&
  setcap cap_net_admin,cap_sys_admin+p "$package/native/build/Release/dropcap-guard" &&
  install -d -o 1000 -g 1000 -m 700 /var/lib/dropcap || exit
run_steps "$@"
