#!/usr/bin/env bash
# Steps of noise.test.ts: drops that are no loss, and drops that hurt. Runs inside a machine of test/vm/run, as root, in the
# project's folder:
#
#   noise.sh DIR [STEP...]
#
set -uo pipefail
# shellcheck source=test/kernel/lib.sh
source test/kernel/lib.sh

far() { ip -n dropcap-far "$@"; }

# What hosts do all day, also while devices come up.
step_usual() {
  modprobe -a veth dummy tun
  ip netns add dropcap-far
  start usual -w /run/usual.pcapng --queue-length 20000
  ip link add ns0 type veth peer name ns1 netns dropcap-far
  ip -batch - <<<$'address add 10.90.0.1/24 dev ns0\naddress add fd90::1/64 dev ns0\nlink set ns0 up'
  far -batch - <<<$'address add 10.90.0.2/24 dev ns1\naddress add fd90::2/64 dev ns1\nlink set ns1 up\nlink set lo up'
  sleep 3
  keep traffic python3 test/kernel/noise usual
  sleep 0.5
  end usual INT
  cp /run/usual.pcapng "$dir"
}

# Drops that hurt: rules, routes and limits on the devices of the step before.
step_hurts() {
  modprobe -a nf_tables cls_u32 act_gact sch_ingress sch_tbf
  sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=1 net.ipv4.conf.ns0.rp_filter=1 net.ipv4.ipfrag_time=1 \
    net.ipv4.conf.ns0.send_redirects=0 net.ipv4.conf.all.send_redirects=0
  nft 'table inet dropcap { chain input { type filter hook input priority 0; udp dport 6002 drop; }; }'
  ip link add ns-small mtu 1000 type dummy
  ip -batch - <<<$'link set ns-small up\naddress add 10.94.0.1/24 dev ns-small\nroute add blackhole 198.51.100.0/24'
  tc qdisc add dev ns0 handle ffff: ingress
  tc filter add dev ns0 parent ffff: protocol ip u32 match ip dport 6003 0xffff action drop
  start hurts -w /run/hurts.pcapng --queue-length 20000
  keep harm python3 test/kernel/noise hurts
  sleep 0.5
  end hurts INT
  cp /run/hurts.pcapng "$dir"
}

run_steps "$@"
