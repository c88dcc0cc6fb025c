# Functions that start the machine's systemd. Sourced by the scripts that run inside a machine, after lib.sh.
# shellcheck shell=bash
#
# systemd runs in a process namespace of its own, as in a container: test/vm/run's shell is the machine's first process.

# Starts systemd with the journal, and without the services of the host whose files the machine sees.
boot() {
  local link name
  mkdir -p /sys/fs/cgroup /run/log/journal
  mountpoint -q /sys/fs/cgroup || mount -t cgroup2 cgroup2 /sys/fs/cgroup || return
  for link in /{etc,lib}/systemd/system/{sysinit,basic,sockets,timers,local-fs,paths}.target.wants/*; do
    name=${link##*/}
    case $name in
      '*' | systemd-journald*) ;;
      *) ln -sf /dev/null "/etc/systemd/system/$name" ;;
    esac
  done
  : >/etc/machine-id
  unshare --fork --pid --mount-proc env -i container=dropcap-test /lib/systemd/systemd --unit=basic.target &
  wait_for pgrep -P $! systemd >/run/systemd.pid
  wait_for booted
}
# systemd answers only to processes of its namespace.
inside() { nsenter --target "$(tail -n 1 /run/systemd.pid)" --pid --mount "$@"; }
booted() { [[ $(inside systemctl is-active basic.target 2>/dev/null) == active ]]; }

property() { systemctl show --property "$1" --value dropcap; }
