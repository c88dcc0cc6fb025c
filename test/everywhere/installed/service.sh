#!/usr/bin/env bash
# Steps of x64.test.ts: the service that the .deb brings, under a real systemd. Runs inside a machine of test/vm/run, as
# root, in the project's folder:
#
#   service.sh DIR [STEP...]
#
set -uo pipefail
# shellcheck source=test/kernel/lib.sh
source test/kernel/lib.sh
# shellcheck source=test/kernel/systemd.sh
source test/kernel/systemd.sh
version=$(sed -n 's/^ *"version": "\(.*\)",$/\1/p' package.json)
deb=$PWD/build/packages/dropcap_${version}_amd64.deb
files=/var/lib/dropcap

links() { echo "$1:$(find /etc/systemd/system -name dropcap.service -printf ' %p')" >>"$dir/links"; }

# The first start, then an upgrade while the service runs.
step_service() {
  local first second
  systemctl is-enabled dropcap >"$dir/enabled-first"
  keep enable systemctl enable --now dropcap
  first=$(property InvocationID)
  property ActiveState >"$dir/first.state"
  "$drops" udp4 >/dev/null
  sleep 2
  keep upgrade dpkg -i "$deb"
  wait_for is_active
  second=$(property InvocationID)
  property ActiveState >"$dir/second.state"
  "$drops" udp6 >/dev/null
  sleep 2
  printf '%s\n' "$first" "$second" >"$dir/invocations"
  cp $files/drops-"$first"_* "$dir/first.pcapng"
}
is_active() { [[ $(property ActiveState) == active ]]; }

# The file of the second start is complete when the service has ended.
step_removal() {
  local second
  second=$(property InvocationID)
  links before
  keep remove dpkg -r dropcap
  links after
  pgrep -fa /usr/lib/dropcap >"$dir/processes-left"
  cat /sys/module/drop_monitor/refcnt >"$dir/monitor"
  ls /var/lib/private/dropcap >"$dir/files-removed"
  cp /var/lib/private/dropcap/drops-"$second"_* "$dir/second.pcapng"
  keep purge dpkg -P dropcap
  find /var/lib /var/lib/private /usr/lib /lib/systemd/system /etc/systemd -maxdepth 3 -name 'dropcap*' ! -path '/var/lib/dpkg/*' \
    >"$dir/files-purged"
  getent group dropcap >"$dir/group-purged" || true
}

if [[ -e /run/systemd.pid ]]; then
  run_steps "$@"
else
  # Else dpkg makes an index of all man pages of the host: minutes.
  rm -f /var/lib/man-db/auto-update
  "$drops" setup && keep deb dpkg -i "$deb" && boot || exit
  inside env -C "$PWD" "$0" "$dir" "$@"
fi
