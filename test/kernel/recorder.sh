#!/usr/bin/env bash
# Steps of recorder.test.ts: a recorder beside a capture of all drops. Runs inside a machine of test/vm/run, as root, in
# the project's folder:
#
#   recorder.sh DIR [STEP...]
#
set -uo pipefail
# shellcheck source=test/kernel/lib.sh
source test/kernel/lib.sh

# complete NUMBER: whether the recorder has written so many files.
complete() { (($(grep -c 'is complete: ' "$dir/recorder.err") == $1)); }

# A drop triggers the first file, SIGUSR2 the second one in the pause of the first.
step_recorder() {
  local all
  start all -w "$dir/all.pcapng"
  all=$pid
  # shellcheck disable=SC2016
  start recorder -w "$dir/recorder.pcapng" --trigger 'reason = NETFILTER_DROP' --after 8 --trigger-pause 9999 \
    -z "sh -c 'echo \"\$DROPCAP_TRIGGER \$0\" >>$dir/commands'"
  wait_for grep -qs 'drops are remembered' "$dir/recorder.err"
  "$drops" udp4 udp6 nft vlan >"$dir/kinds"
  wait_for complete 1
  "$drops" tunnel >>"$dir/kinds"
  sleep 1
  kill -USR2 "$pid"
  "$drops" proto >>"$dir/kinds"
  wait_for complete 2
  "$drops" nft loopback >>"$dir/kinds"
  sleep 2
  end recorder INT
  pid=$all
  end all INT
}

# A user who cannot make files in the folder.
step_folder() {
  keep folder node bin/dropcap.js -Z nobody -w "$dir/folder.pcapng" --recorder 1M
  listeners 0
  echo $? >"$dir/listeners.status"
}

"$drops" setup || exit
run_steps "$@"
