#!/usr/bin/env bash
# Captures known drops with the image. container.sh runs this inside a machine of test/vm/run, as root:
#
#   live.sh DIR    DIR has the image's files as image.tar, and gets live.pcapng, live.err, live.status and monitor
set -uo pipefail
# shellcheck source=test/kernel/lib.sh
source test/kernel/lib.sh

root=/run/image
mkdir "$root" && mount -t tmpfs -o size=300m image "$root" &&
  tar --xattrs --xattrs-include='*' -xf "$dir/image.tar" -C "$root" && mount -o remount,ro "$root" &&
  mount -t tmpfs -o uid=1000,gid=1000,mode=700 drops "$root/var/lib/dropcap" && mount --bind /dev "$root/dev" || exit
"$drops" setup || exit
unshare --fork --pid --mount --kill-child python3 test/everywhere/container/enter.py "$root" \
  /usr/bin/dropcap-entrypoint -w live.pcapng 2>"$dir/live.err" &
wait_for grep -qs '^dropcap: capturing' "$dir/live.err" || exit
"$drops" all >"$dir/sent"
sleep 1
kill -TERM "$(pgrep -u 1000 -f dropcap-entrypoint)"
wait $!
echo $? >"$dir/live.status"
dropcap status | grep '^monitoring:' >"$dir/monitor"
cp "$root/var/lib/dropcap/live.pcapng" "$dir"
