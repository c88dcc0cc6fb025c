#!/usr/bin/env bash
# Sends datagrams of 200 bytes as fast as the kernel can, by pktgen, in the current network namespace:
#
#   pktgen.sh COUNT DEVICE SOURCE DESTINATION MAC PORT [COMMAND...]
#
# COMMANDs are pktgen's, for the device: 'ratep 1000' sends 1000 a second. Prints pktgen's report. Needs root.
set -euo pipefail
count=$1 device=$2 source=$3 destination=$4 mac=$5 port=$6
shift 6

modprobe pktgen
thread=$(find /proc/net/pktgen/ -name 'kpktgend_*' | sort | head -1)
echo rem_device_all >"$thread"
echo "add_device $device" >"$thread"
for word in "count $count" 'delay 0' 'pkt_size 200' "src_min $source" "src_max $source" "dst $destination" \
  "dst_mac $mac" "udp_dst_min $port" "udp_dst_max $port" "$@"; do
  echo "$word" >"/proc/net/pktgen/$device"
done
echo start >/proc/net/pktgen/pgctrl
cat "/proc/net/pktgen/$device"
echo rem_device_all >"$thread"
