#!/usr/bin/env bash
# Makes a dropped packet for each link type and kind of device. Runs as root in a machine of test/vm/run, after
# `drops.sh setup`, whose veth pair dc0 and dc1, tunnel dct0 and namespace it uses.
#
#   linkTypes.sh setup      devices and rules; quiet when it returns
#   linkTypes.sh all        one drop for each case; several for super4 and super6
#
# "rx" is a packet received on the device. "tx" is a packet sent to the device, and its alert has no device. The packets
# hold dropcap-CASE-rx or dropcap-CASE-tx, or else dcstpr, dc-canrx, dc-cantx. linkTypes.test.ts has the link types.
#
#   case                       device                     rx is dropped by            tx is dropped by
#   veth, vlan, bridge,        dc0, dc0.43, lt-CASE       nftables in INPUT           tc at egress
#     macvlan, gretap, vxlan,
#     geneve, tap
#   lo                         lo                         nftables in INPUT           tc at egress
#   tun, tun6 (IPv6)           lt-tun (NONE)              nftables in INPUT           tc at egress
#   wireguard                  lt-wireguard (NONE)        nftables in INPUT           tc at egress
#   ipip, gre, ip6gre, sit,    dct0, lt-CASE              nftables in INPUT           tc at egress
#     mgre, mgre6 (no remote)
#   ip6tnl, ip6tnl6 (IPv6)     lt-ip6tnl                  nftables in INPUT           tc at egress
#   ppp, slip                  ppp0, sl0                  nftables in INPUT           tc at egress
#   mpls                       dc0                        MPLS: no such label         tc at egress
#   mplsgre (no Ethernet)      lt-gre                     MPLS: no such label         tc at egress
#   snap, stp (802.2)          dc0                        LLC: no such SAP, no bridge tc at egress (snap)
#   ipx (802.3)                dc0                        no protocol handler         tc at egress
#   can, canfd, canxl          vxcan0                     tc at ingress               tc at egress
#   radiotap (monitor mode)    hwsim0; wlan1, tx wlan0    LLC: another host's         tc at egress
#   wpan (802.15.4, 6LoWPAN)   wpan1, tx wpan0            no protocol handler         tc at egress
#   wpanmon                    lt-wpanmon                 no protocol handler
#   version                    lt-tun                     tun: not IP
#   proto0, proto3             dc0, lt-tun, ppp0                                      tc at egress
#   netlink                    none                       closing of its socket (6.1 does not report it)
#   nlmon                      nlmon0                                                 tc at egress
#   ipoib, 80211, prism, dsa   lt-CASE                    tc at ingress
#   route                      dc0                        routing: blackhole
#   down                       in by dc0, out by dct0     tc at dct0's egress
#   up                         in by lt-tun, out by dc0   tc at dc0's egress
#   elsewhere                  lt-inside (not here)        nftables in INPUT of the other namespace
#   super4, super6             lt-super                   nftables in INPUT: TCP of more than 65575 bytes (6.1 makes
#                                                         none with IPv4)
#
# proto0 and proto3 are whole frames with IPv4 from packet sockets, with the protocol numbers 0 and ETH_P_ALL.
#
# Debian's kernels cannot make some devices without hardware. So lt-ipoib, lt-80211, lt-prism and lt-dsa are tun devices
# with another device type, and packets.py builds their packets. There is no module for DSA. ib_ipoib makes devices only
# for InfiniBand ports, but rdma_rxe's port is an Ethernet port, and there is no siw. mac80211's monitor devices always
# have radiotap headers.
#
# Needs iproute2, nftables, procps, socat, python3, iw, wireguard-tools and wpan-tools.
set -euo pipefail

near4=10.77.0.1 far4=10.77.0.2 near6=fd77::1 far6=fd77::2 namespace=dropcap-far
packets=test/kernel/packets.py
commands=/run/linkTypes.commands reports=/run/linkTypes.reports holder=/run/linkTypes.pid
udp_port=42100 tcp_port=42102
# CASE:NUMBER. The number is a part of both ends' addresses, which end in 1 here and in 2 in the other namespace.
pairs4=(vlan:1 bridge:2 macvlan:3 gretap:4 vxlan:5 geneve:6 gre:7 wireguard:8 ip6gre:9 ip6tnl:10 mgre:17)
pairs6=(ip6tnl6:10 sit:11 mgre6:17)
held4=(tap:13 tun:14 ppp:15 slip:16)
addresses6=(10:lt-ip6tnl 11:lt-sit 12:lt-super 17:lt-mgre)
super_number=12

# shellcheck source=test/kernel/wait.sh
source test/kernel/wait.sh

far() { ip netns exec "$namespace" "$@"; }

# packets WORD: makes packets.py do WORD, and waits for it.
packets() {
  echo "$1" >"$commands"
  wait_for grep -qsx "$1" "$reports"
}

# Commands of ip for both ends.
near_batch='' far_batch=''

# pair NUMBER NAME WORDS...: makes a device at both ends. In WORDS, DC is replaced by dc0 or dc1, and L4, R4, L6 and R6 by
# their local and remote addresses.
pair() {
  local words=${*:3} near far
  near=${words//DC/dc0} far=${words//DC/dc1}
  near=${near//L4/$near4} near=${near//R4/$far4} near=${near//L6/$near6} near=${near//R6/$far6}
  far=${far//L4/$far4} far=${far//R4/$near4} far=${far//L6/$far6} far=${far//R6/$near6}
  near_batch+="link add $2 $near"$'\n'
  far_batch+="link add $2 $far"$'\n'
  configure "$1" "$2"
}

# configure NUMBER NAME: sets addresses at both ends.
configure() {
  near_batch+=$(configure_end "$1" "$2" 1 2)$'\n'
  far_batch+=$(configure_end "$1" "$2" 2 1)$'\n'
}

# configure_end NUMBER NAME OWN OTHER. Sets fixed neighbours: otherwise answers to neighbour requests would be dropped too.
configure_end() {
  local number=$1 name=$2 own=$3 other=$4
  case $name in
    ppp0 | sl0) echo "address add 10.81.$number.$own peer 10.81.$number.$other dev $name" ;;
    *) echo "address add 10.81.$number.$own/24 dev $name" ;;
  esac
  case $name in
    dc0.43 | lt-bridge | lt-macvlan | lt-gretap | lt-vxlan | lt-geneve | lt-tap | lt-super)
      echo "link set $name address 02:00:00:00:$number:0$own"
      echo "neighbour add 10.81.$number.$other lladdr 02:00:00:00:$number:0$other dev $name nud permanent"
      ;;
  esac
  echo "link set $name up"
}

# add_ipv6 OWN NUMBER:NAME...: enables IPv6. Other devices have no IPv6, because it sends packets by itself.
add_ipv6() {
  local device
  for device in "${@:2}"; do
    sysctl -qw "net.ipv6.conf.${device#*:}.disable_ipv6=0"
    ip address add "fd81:${device%:*}::$1/64" dev "${device#*:}" nodad
  done
}

setup() {
  modprobe -a 8021q bridge macvlan ip_gre vxlan geneve wireguard ip6_gre ip6_tunnel sit mpls_iptunnel mpls_router \
    tun ppp_async slip vxcan can_raw nlmon cls_matchall act_gact sch_ingress mac802154_hwsim
  modprobe mac80211_hwsim radios=2
  mkfifo "$commands"
  "$packets" hold "$commands" "$reports" </dev/null >/dev/null &
  echo $! >"$holder"
  # Use ports without a known protocol: tshark chooses dissectors by port. Set a TCP window for whole super-packets.
  sysctl -qw net.ipv4.ip_local_port_range='43000 43100' net.ipv4.ip_forward=1 \
    net.ipv4.tcp_rmem='4096 4000000 8000000'
  far sysctl -qw net.ipv4.ip_local_port_range='43000 43100'
  make_pairs
  wait_for grep -qsx ready "$reports"
  make_others
  ip -batch - <<<"$near_batch"
  far ip -batch - <<<"$far_batch"
  add_ipv6 1 "${addresses6[@]}" 14:lt-tun
  far bash -c "set -e; $(declare -f add_ipv6); add_ipv6 2 ${addresses6[*]}"
  ip neighbour add "fd81:$super_number::2" lladdr "02:00:00:00:$super_number:02" dev lt-super nud permanent
  far ip neighbour add "fd81:$super_number::1" lladdr "02:00:00:00:$super_number:01" dev lt-super nud permanent
  ip neighbour add 10.81.17.2 lladdr "$far4" dev lt-mgre nud permanent
  ip neighbour add fd81:17::2 lladdr "$far4" dev lt-mgre nud permanent
  far "$packets" super4 lt-super 200000
  make_elsewhere
  set_up_wireguard
  set_up_drops
  sleep 1
}

make_pairs() {
  pair 1 dc0.43 link DC type vlan id 43
  near_batch+="link add lt-bridge type bridge
link add lt-port type veth peer name lt-bridge netns $namespace
link set lt-port master lt-bridge up
"
  configure 2 lt-bridge
  pair 3 lt-macvlan link DC type macvlan
  pair 4 lt-gretap type gretap local L4 remote R4
  pair 5 lt-vxlan type vxlan id 5 local L4 remote R4 dstport 4789
  pair 6 lt-geneve type geneve id 6 remote R4
  pair 7 lt-gre type gre local L4 remote R4
  pair 8 lt-wireguard type wireguard
  pair 9 lt-ip6gre type ip6gre local L6 remote R6
  pair 10 lt-ip6tnl type ip6tnl mode any local L6 remote R6
  pair 11 lt-sit type sit local L4 remote R4
  near_batch+="link add lt-mgre type gre local $near4 key 17"$'\n'
  far_batch+="link add lt-mgre type gre local $far4 remote $near4 key 17"$'\n'
  configure 17 lt-mgre
  near_batch+="link add lt-super mtu 65535 type veth peer name lt-super mtu 65535 netns $namespace"$'\n'
  far_batch+="link set lt-super gso_max_size 200000"$'\n'
  configure $super_number lt-super
}

make_others() {
  local device
  for device in 13:lt-tap 14:lt-tun 15:ppp0 16:sl0; do
    near_batch+=$(configure_end "${device%:*}" "${device#*:}" 1 2)$'\n'
  done
  for device in lt-{ipoib,80211,prism,dsa} hwsim0 wpan0 wpan1; do near_batch+="link set $device up"$'\n'; done
  for device in wlan0 wlan1; do
    iw dev "$device" set type monitor
    near_batch+="link set $device up"$'\n'
  done
  near_batch+="link add vxcan0 type vxcan peer name vxcan1 netns $namespace
link set vxcan0 mtu 2060 up
link add nlmon0 type nlmon
link set nlmon0 up
route add blackhole 10.83.0.0/24
route add 10.84.0.0/24 dev dct0
route add 10.85.0.0/24 via $far4
route add 10.86.0.0/24 encap mpls 100 via inet $far4 dev dc0
route add 10.87.0.0/24 encap mpls 100 dev lt-gre
"
  far_batch+="link set vxcan1 mtu 2060 up
route add 10.83.0.0/24 via $near4
route add 10.84.0.0/24 via $near4
route add 10.86.0.0/24 encap mpls 100 via inet $near4 dev dc1
route add 10.87.0.0/24 encap mpls 100 dev lt-gre
"
}

# lt-inside of the other namespace has the index of lt-same.
make_elsewhere() {
  ip link add lt-same type dummy
  ip link add lt-outside type veth peer name lt-inside index "$(</sys/class/net/lt-same/ifindex)" netns "$namespace"
  ip address add 10.81.19.1/24 dev lt-outside
  ip link set lt-outside up
  far ip address add 10.81.19.2/24 dev lt-inside
  far ip link set lt-inside up
  ip neighbour add 10.81.19.2 lladdr "$(far cat /sys/class/net/lt-inside/address)" dev lt-outside nud permanent
  far nft "table inet dropcap-link-types { chain input {
    type filter hook input priority 0;
    udp dport $udp_port drop
  }; }"
}

# The keys are in files: without udev, the machine has no link /dev/fd.
set_up_wireguard() {
  local end
  for end in near far; do (umask 077 && wg genkey >"/run/linkTypes.$end"); done
  wg set lt-wireguard private-key /run/linkTypes.near listen-port 51820 \
    peer "$(wg pubkey </run/linkTypes.far)" allowed-ips 10.81.8.0/24 endpoint "$far4:51820"
  far wg set lt-wireguard private-key /run/linkTypes.far listen-port 51820 \
    peer "$(wg pubkey </run/linkTypes.near)" allowed-ips 10.81.8.0/24 endpoint "$near4:51820"
}

# An IPv6 header of 40 bytes and a payload of 65535 bytes need no jumbo option.
set_up_drops() {
  nft "table inet dropcap-link-types { chain input {
    type filter hook input priority 0;
    udp dport $udp_port drop
    tcp dport $tcp_port meta length > 65575 drop
  }; }"
  local device
  for device in vxcan0 lt-{ipoib,80211,prism,dsa}; do
    echo "qdisc add dev $device clsact"
    echo "filter add dev $device ingress matchall action drop"
  done | tc -batch -
}

send() { printf 'dropcap-%s' "$1" >"/dev/udp/$2/$udp_port"; }

far_send() { far bash -c "udp_port=$udp_port; $(declare -f send); while read -r case to; do send \$case \$to; done"; }

drop_received() {
  send lo-rx 127.0.0.1
  send elsewhere-rx 10.81.19.2
  {
    echo "veth-rx $near4"
    echo 'ipip-rx 10.78.0.1'
    for pair in "${pairs4[@]}"; do echo "${pair%:*}-rx 10.81.${pair#*:}.1"; done
    for pair in "${pairs6[@]}"; do echo "${pair%:*}-rx fd81:${pair#*:}::1"; done
    echo 'mpls-rx 10.86.0.1'
    echo 'mplsgre-rx 10.87.0.1'
    echo 'route-rx 10.83.0.9'
  } | far_send
  packets rx
  # A radio can have only one device up at a time.
  iwpan phy phy1 interface add lt-wpanmon type monitor
  ip link set wpan1 down
  ip link set lt-wpanmon up
  packets monitor
}

listening() { ss -"$1"Htln "sport = $tcp_port" | grep -q .; }

# drop_super VERSION ADDRESS: TCP with merged segments. The transfer does not finish, because they are dropped.
drop_super() {
  socat -u "TCP$1-LISTEN:$tcp_port" OPEN:/dev/null 2>/dev/null &
  wait_for listening "$1"
  yes "dropcap-super$1-rx" | head -c 1000000 | far timeout 3 socat -u -b 1000000 - "TCP$1:$2:$tcp_port" || true
  kill $! 2>/dev/null || true
  wait
}

# Drops everything that a device sends from now on.
drop_sent() {
  local device
  for device in lo dc0 dct0 dc0.43 ppp0 sl0 wlan0 wpan0 \
    lt-{bridge,macvlan,gretap,vxlan,geneve,tap,gre,mgre,wireguard,tun,ip6gre,ip6tnl,sit}; do
    echo "qdisc add dev $device clsact"
    echo "filter add dev $device egress matchall action drop"
  done | tc -batch -
  tc filter add dev vxcan0 egress matchall action drop
  # Drop only NETLINK_USERSOCK: alerts go into this device too, and dropping an alert would cause the next alert.
  tc qdisc add dev nlmon0 clsact
  tc filter add dev nlmon0 egress protocol 0x0002 matchall action drop
  send lo-tx 127.0.0.1
  send veth-tx "$far4"
  send ipip-tx 10.78.0.2
  for pair in "${pairs4[@]}" "${held4[@]}"; do send "${pair%:*}-tx" "10.81.${pair#*:}.2"; done
  for pair in "${pairs6[@]}" tun6:14; do send "${pair%:*}-tx" "fd81:${pair#*:}::2"; done
  send mpls-tx 10.86.0.2
  send mplsgre-tx 10.87.0.2
  packets tx
  far_send <<<'down-rx 10.84.0.9'
  packets forward
}

((EUID == 0)) || {
  echo 'linkTypes.sh: must run as root' >&2
  exit 1
}
case ${1:-} in
  setup) setup ;;
  all)
    drop_received
    drop_super 4 "10.81.$super_number.1"
    drop_super 6 "[fd81:$super_number::1]"
    drop_sent
    kill "$(<"$holder")"
    ;;
  *)
    echo 'usage: linkTypes.sh setup | all' >&2
    exit 2
    ;;
esac
