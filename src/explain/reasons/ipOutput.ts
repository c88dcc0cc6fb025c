import type { Explanations } from '../explanation.js';

/** Packets that the IP layer could not send. */
export const IP_OUTPUT: Explanations = {
  IP_OUTNOROUTES: {
    what: 'There is no route to the destination of a packet that this host wanted to send.',
    causes: [
      [
        'The route of a connection has gone: an interface went down, or its address or a VPN was removed.',
        'The function is __ip_queue_xmit or inet6_csk_xmit. ip route get ADDRESS fails.',
      ],
      [
        'IPv6: the route is of type unreachable or prohibit, or there is no default route.',
        'The function is ip6_pkt_drop. ip -6 route get ADDRESS shows unreachable or fails.',
      ],
      [
        'A SYN cookie came back from an address to which this host has no route. Linux 7.3 with IPv6: or a RST or ACK has no route.',
        'The function is cookie_v4_check or cookie_v6_check, or tcp_v6_send_response for the RST or ACK.',
      ],
      [
        'Linux 7.3: a VXLAN device has no route to the other end of the tunnel.',
        'The function is vxlan_xmit_one. ip -d link show dev IFACE names the other end.',
      ],
    ],
    sender:
      'TCP of this host repeats the segment until a route appears or the connection times out. IPv6 at ip6_pkt_drop: an ICMPv6 destination unreachable.',
    counters:
      'IPv4 at __ip_queue_xmit: IpOutNoRoutes. IPv6: Ip6OutNoRoutes, at ip6_pkt_drop always, elsewhere if the network is unreachable. SYN cookies over IPv4: none. VXLAN: tx_errors of the device.',
    next: [
      'ip route get ADDRESS',
      'ip -6 route get ADDRESS',
      'ip rule',
      'nstat -az IpOutNoRoutes Ip6OutNoRoutes',
      'ip monitor link address route',
    ],
    source: [
      '6.12 net/ipv4/ip_output.c __ip_queue_xmit',
      '6.12 net/ipv6/route.c ip6_pkt_drop',
      '6.12 net/ipv4/syncookies.c cookie_v4_check',
      '6.12 net/ipv6/syncookies.c cookie_v6_check',
      '7.3 net/ipv6/tcp_ipv6.c tcp_v6_send_response',
      '7.3 net/ipv6/inet6_connection_sock.c inet6_csk_xmit',
      '7.3 drivers/net/vxlan/vxlan_core.c vxlan_xmit_one',
    ],
  },

  IPV6DISABLED: {
    what: 'IPv6 is switched off on the device, and an IPv6 packet came in or was to go out.',
    causes: [
      [
        'The sysctl disable_ipv6 of the device is 1, and its network has IPv6 traffic, often multicast.',
        'The function is ip6_rcv_core. The sysctl shows 1.',
      ],
      [
        'A packet is routed out of a device with disable_ipv6, or of one that lost its IPv6 settings.',
        'The function is ip6_output.',
      ],
      [
        'A packet has a segment routing header, and the device lost its IPv6 settings.',
        'The function is ipv6_rthdr_rcv, or ipv6_hop_ioam for an IOAM option.',
      ],
      [
        'IPv6 is off in the whole kernel, and a bridge passes IPv6 packets to ip6tables.',
        'The function is br_nf_pre_routing. The kernel command line has ipv6.disable=1.',
      ],
    ],
    sender: 'The sender is not told.',
    counters:
      'At ip6_rcv_core Ip6InDiscards, at ip6_output Ip6OutDiscards. Segment routing and bridges: none.',
    next: [
      'sysctl net.ipv6.conf.all.disable_ipv6 net.ipv6.conf.IFACE.disable_ipv6',
      'ip -6 addr show dev IFACE',
      'nstat -az Ip6InDiscards Ip6OutDiscards',
    ],
    source: [
      '6.12 net/ipv6/ip6_input.c ip6_rcv_core',
      '6.12 net/ipv6/ip6_output.c ip6_output',
      '6.12 net/ipv6/exthdrs.c ipv6_rthdr_rcv',
      '6.12 net/bridge/br_netfilter_hooks.c br_nf_pre_routing',
    ],
  },
};
