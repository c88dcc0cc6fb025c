#!/usr/bin/env bash
# Makes known numbers of packets that the kernel drops. Runs as root in a machine of test/vm/run: it creates
# devices, a network namespace and a firewall rule.
#
#   drops.sh setup          devices, namespace, rule; quiet when it returns
#   drops.sh KIND...        drops of these kinds, in this order; "all" is every kind
#
# Prints a line "KIND NUMBER" after the kind's packets were dropped. Between the end of setup and the end of "all",
# drop_monitor reported only these 20 packets. Debian's 6.12.117 and 6.1.192 have the same reasons and symbols:
#
#   kind      number  bytes  protocol  reason          symbol                   device  payload starts with
#   udp4           5     56  0x0800    NO_SOCKET       __udp4_lib_rcv           dc0     Ethernet, IPv4, UDP to 42001
#   udp6           3     76  0x86dd    NO_SOCKET       __udp6_lib_rcv           dc0     Ethernet, IPv6, UDP to 42002
#   loopback       2     60  0x0800    NO_SOCKET       __udp4_lib_rcv           lo      Ethernet (zeros), IPv4, UDP to 42003
#   nft            3     55  0x0800    NETFILTER_DROP  nft_do_chain             dc0     Ethernet, IPv4, UDP to 42004
#   vlan           2     56  0x0800    OTHERHOST       ip_rcv_core              dc0     Ethernet (no tag), IPv4, UDP to 42005
#   tunnel         3     44  0x0800    NO_SOCKET       __udp4_lib_rcv           dct0    IPv4, UDP to 42006
#   proto          1     49  0x0800    IP_NOPROTO      ip_local_deliver_finish  dc0     Ethernet, IPv4 of protocol 201
#   large          1   1442  0x0800    NO_SOCKET       __udp4_lib_rcv           dc0     Ethernet, IPv4, UDP to 42008
#
# Device types: dc0 ARPHRD_ETHER 1, lo ARPHRD_LOOPBACK 772, dct0 ARPHRD_TUNNEL 768. "bytes" is the original length.
# The content after the IP header, and UDP's if there is one, is dropcap-KIND-N with N from 1. "large" has dots after it.
# Needs iproute2, nftables, procps and socat.
set -euo pipefail

near=dc0 far=dc1 namespace=dropcap-far
near4=10.77.0.1 far4=10.77.0.2 near6=fd77::1 far6=fd77::2
all=(udp4 udp6 loopback nft vlan tunnel proto large)
declare -A number=([udp4]=5 [udp6]=3 [loopback]=2 [nft]=3 [vlan]=2 [tunnel]=3 [proto]=1 [large]=1)

far() { ip netns exec "$namespace" "$@"; }

# Switches off all packets that the kernel would send by itself, or waits until they are sent: addresses without duplicate
# address detection, fixed neighbours, no router solicitations, IPv6 only on the veth pair. There is no return route over
# IPv6: 6.1 also drops the ICMPv6 answer, which quotes the datagram (NOT_SPECIFIED in icmpv6_rcv).
setup() {
  modprobe -a veth nf_tables 8021q ipip
  sysctl -qw net.core.fb_tunnels_only_for_init_net=2 net.ipv6.conf.default.disable_ipv6=1
  ip netns add "$namespace"
  far sysctl -qw net.ipv6.conf.default.disable_ipv6=1
  ip link add "$near" type veth peer name "$far" netns "$namespace"
  local near_mac far_mac
  near_mac=$(<"/sys/class/net/$near/address")
  far_mac=$(far cat "/sys/class/net/$far/address")
  enable_ipv6 "$near"
  far bash -c "$(declare -f enable_ipv6); enable_ipv6 $far"
  ip -batch - <<END
address add $near4/24 dev $near
address add $near6/64 dev $near nodad
link set $near up
neighbour replace $far4 lladdr $far_mac dev $near nud permanent
neighbour replace $far6 lladdr $far_mac dev $near nud permanent
route add unreachable $far6
link add dct0 type ipip local $near4 remote $far4
address add 10.78.0.1/24 dev dct0
link set dct0 up
END
  far ip -batch - <<END
link set lo up
address add $far4/24 dev $far
address add $far6/64 dev $far nodad
link set $far up
neighbour replace $near4 lladdr $near_mac dev $far nud permanent
neighbour replace $near6 lladdr $near_mac dev $far nud permanent
link add dct1 type ipip local $far4 remote $near4
address add 10.78.0.2/24 dev dct1
link set dct1 up
link add link $far name $far.42 type vlan id 42
address add 10.79.0.2/24 dev $far.42
link set $far.42 up
neighbour replace 10.79.0.1 lladdr $near_mac dev $far.42 nud permanent
END
  nft 'table inet dropcap { chain input { type filter hook input priority 0; udp dport 42004 drop; }; }'
  sleep 1
}

enable_ipv6() {
  local tree=net.ipv6.conf.$1
  sysctl -qw "$tree.disable_ipv6=0" "$tree.addr_gen_mode=1" "$tree.accept_ra=0" "$tree.router_solicitations=0" \
    "$tree.mldv1_unsolicited_report_interval=1" "$tree.mldv2_unsolicited_report_interval=1"
}

# Sends COUNT datagrams, each from a new socket: an ICMP answer to a datagram makes the next send of its socket fail.
send() {
  local kind=$1 count=$2 address=$3 port=$4 filler=${5:-} i
  for ((i = 1; i <= count; i++)); do
    printf 'dropcap-%s-%d%s' "$kind" "$i" "$filler" >"/dev/udp/$address/$port"
  done
}

far_send() { far bash -c "$(declare -f send); send \"\$@\"" send "$@"; }

drop_udp4() { far_send udp4 "$1" "$near4" 42001; }
drop_udp6() { far_send udp6 "$1" "$near6" 42002; }
drop_loopback() { send loopback "$1" 127.0.0.1 42003; }
drop_nft() { far_send nft "$1" "$near4" 42004; }
drop_vlan() { far_send vlan "$1" 10.79.0.1 42005; }
drop_tunnel() { far_send tunnel "$1" 10.78.0.1 42006; }
drop_proto() { printf 'dropcap-proto-1' | far socat -u - "IP4-SENDTO:$near4:201"; }
drop_large() { far_send large "$1" "$near4" 42008 "$(printf '.%.0s' {1..1385})"; }

usage() {
  echo "usage: drops.sh setup | all | KIND... (${all[*]})" >&2
  exit 2
}

(($# > 0)) || usage
((EUID == 0)) || {
  echo 'drops.sh: must run as root' >&2
  exit 1
}
for kind; do
  case $kind in
    setup) setup ;;
    all) "$0" "${all[@]}" ;;
    *)
      [[ -n ${number[$kind]:-} ]] || usage
      "drop_$kind" "${number[$kind]}"
      echo "$kind ${number[$kind]}"
      ;;
  esac
done
