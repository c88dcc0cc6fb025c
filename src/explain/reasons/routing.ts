import type { Explanations } from '../explanation.js';

const NO_COUNTER =
  'None of nstat. in_martian_src in /proc/net/stat/rt_cache rises, and with log_martians the kernel log has a line.';
const SOURCE_IN_6_12 = 'Linux 6.12 drops such packets without a reason.';

/** Drop reasons of routes and addresses. */
export const ROUTING: Explanations = {
  IP_INADDRERRORS: {
    what: 'A packet came whose addresses this host cannot use. Mostly the packet is for another host, and this host does not forward.',
    causes: [
      [
        'IPv4: the packet is for another address, and forwarding is off on the input device.',
        'The destination is not listed by ip -4 addr, and ip netconf shows forwarding off.',
      ],
      [
        'IPv6: the packet is for another address, and forwarding is off.',
        'The destination is not listed by ip -6 addr, and the function is ip6_forward.',
      ],
      [
        'IPv6: a packet to forward has a source that must not be forwarded, such as a link-local address.',
        'Forwarding is on, and the source begins with fe80, is ::1, :: or a multicast address.',
      ],
      [
        'IPv6: a multicast packet came for a group that this host has not joined.',
        'The destination begins with ff, and ip -6 maddress does not list the group.',
      ],
    ],
    sender:
      'Mostly not told. For a link-local source, and for a destination ::, the sender gets an ICMPv6 destination unreachable.',
    counters:
      'IPv4: IpInAddrErrors. IPv6: Ip6InAddrErrors, but Ip6InDiscards for a multicast group that was not joined.',
    next: [
      'sysctl net.ipv4.ip_forward net.ipv6.conf.all.forwarding',
      'ip netconf show dev IFACE',
      'ip addr show',
      'ip route get ADDRESS from SOURCE iif IFACE',
      'nstat -az IpInAddrErrors Ip6InAddrErrors',
    ],
    source: [
      '6.12 net/ipv4/route.c ip_error',
      '6.12 net/ipv6/ip6_output.c ip6_forward',
      '6.12 net/ipv6/ip6_input.c ip6_protocol_deliver_rcu',
      '6.12 net/ipv6/route.c ip6_pkt_drop',
    ],
  },
  IP_INNOROUTES: {
    what: 'A packet came for another host, and this router has no route to the destination.',
    causes: [
      [
        'A route is missing, for example because a routing daemon lost a neighbour.',
        'ip route get for the destination answers "Network is unreachable".',
      ],
      [
        'A rule sends the packet to a routing table that has no route for the destination.',
        'ip route get with from and iif fails, while ip route get without them finds a route.',
      ],
      [
        'IPv6: a route of type unreachable or prohibit covers the destination.',
        'ip -6 route show type unreachable or type prohibit lists the route.',
      ],
    ],
    sender:
      'IPv4: the sender gets an ICMP network unreachable, limited in rate. IPv6: an ICMPv6 destination unreachable (no route, or prohibited).',
    counters: 'IPv4: IpExtInNoRoutes. IPv6: Ip6InNoRoutes.',
    next: [
      'ip route get ADDRESS from SOURCE iif IFACE',
      'ip rule show',
      'ip route show table all',
      'nstat -az IpExtInNoRoutes Ip6InNoRoutes',
    ],
    source: ['6.12 net/ipv4/route.c ip_error', '6.12 net/ipv6/route.c ip6_pkt_drop'],
  },
  IP_LOCAL_SOURCE: {
    what: `A packet came from the network with an IPv4 address of this host as its source. ${SOURCE_IN_6_12}`,
    causes: [
      [
        'The network sends packets of this host back, in a loop.',
        'The source MAC address is one of this host.',
      ],
      [
        'Another host uses the same IPv4 address.',
        'The source MAC address is of another host, and arping -D finds that host.',
      ],
      [
        'Two devices of this host are connected, in one network namespace.',
        'The packet leaves by one device and comes in at another one of this host.',
      ],
      ['Somebody forges the address.', 'The source MAC address is the one of a router.'],
    ],
    sender: 'The sender is not told.',
    counters: NO_COUNTER,
    next: [
      "dropcap -r FILE 'reason = IP_LOCAL_SOURCE'",
      'ip -4 addr show to SOURCE',
      'arping -D -c 3 -I IFACE SOURCE',
      'sysctl net.ipv4.conf.all.accept_local net.ipv4.conf.IFACE.accept_local',
      'sysctl -w net.ipv4.conf.all.log_martians=1',
    ],
    source: [
      '7.3 net/ipv4/fib_frontend.c fib_validate_source',
      '7.3 net/ipv4/fib_frontend.c __fib_validate_source',
    ],
  },
  IP_INVALID_SOURCE: {
    what: `A packet came with an IPv4 source that no host may use: a multicast or broadcast address, or an address in 0.0.0.0/8. ${SOURCE_IN_6_12}`,
    causes: [
      [
        'A host has no address yet, and sends to a destination other than 255.255.255.255.',
        'The source is 0.0.0.0, and the packets come from a host that just started.',
      ],
      [
        'A host has another network mask, so its own address is a broadcast address for this host.',
        'ip route show table local type broadcast lists the source.',
      ],
      [
        'Somebody forges the address, or a program is faulty.',
        'The source is 255.255.255.255 or begins with 224 to 239.',
      ],
    ],
    sender: 'The sender is not told.',
    counters: NO_COUNTER,
    next: [
      "dropcap -r FILE 'reason = IP_INVALID_SOURCE'",
      'ip route show table local type broadcast',
      'ip -4 addr show',
      'sysctl -w net.ipv4.conf.all.log_martians=1',
    ],
    source: [
      '7.3 net/ipv4/route.c ip_route_input_slow',
      '7.3 net/ipv4/route.c ip_mc_validate_source',
      '7.3 net/ipv4/fib_frontend.c __fib_validate_source',
    ],
  },
  IP_LOCALNET: {
    what: `A packet came from the network with a source or destination in 127.0.0.0/8, and route_localnet is off. ${SOURCE_IN_6_12}`,
    causes: [
      [
        'A DNAT rule sends packets from the network to 127.0.0.1.',
        'The destination is 127.x, and nft list ruleset has a rule with dnat to 127.',
      ],
      [
        'Another host or container sends packets with a source of 127.x.',
        'The source is 127.x, and the source MAC address is of that host.',
      ],
      [
        'Somebody forges the address to reach services that listen on 127.0.0.1.',
        'The destination is 127.x, and no rule of this host changes destinations.',
      ],
    ],
    sender: 'The sender is not told. A connection attempt waits until its timeout.',
    counters:
      'None of nstat. in_martian_src or in_martian_dst in /proc/net/stat/rt_cache rises, and with log_martians the kernel log has a line.',
    next: [
      'sysctl net.ipv4.conf.all.route_localnet net.ipv4.conf.IFACE.route_localnet',
      'nft list ruleset',
      'iptables-save -t nat',
      "dropcap -r FILE 'reason = IP_LOCALNET'",
    ],
    source: [
      '7.3 net/ipv4/route.c ip_route_input_slow',
      '7.3 net/ipv4/route.c ip_route_use_hint',
      '7.3 net/ipv4/route.c ip_mc_validate_source',
    ],
  },
  IP_INVALID_DEST: {
    what: `A packet came for an IPv4 destination that cannot be forwarded: an address in 0.0.0.0/8, or one whose route is not for single hosts. ${SOURCE_IN_6_12}`,
    causes: [
      [
        'A program sends to 0.0.0.0 or to another address that begins with 0.',
        'The destination begins with 0.',
      ],
      [
        'The route of the destination has a type such as anycast or multicast.',
        'ip route get for the destination shows the type before the address.',
      ],
    ],
    sender: 'The sender is not told.',
    counters:
      'None of nstat. in_martian_dst in /proc/net/stat/rt_cache rises, and with log_martians the kernel log has a line.',
    next: [
      "dropcap -r FILE 'reason = IP_INVALID_DEST'",
      'ip route get ADDRESS from SOURCE iif IFACE',
      'ip route show table all',
      'sysctl -w net.ipv4.conf.all.log_martians=1',
    ],
    source: ['7.3 net/ipv4/route.c ip_route_input_slow'],
  },
  ARP_PVLAN_DISABLE: {
    what: 'An ARP request asks for an address that is reached through the device it came from, and proxy_arp_pvlan is off. This host does not answer for the address. In Linux 7.3, the ARP code does not use this reason, so a drop record with it is not expected.',
    causes: [
      [
        'The request is for a host on the same link, which answers by itself.',
        'Another host answers the request.',
      ],
      [
        'The switch separates its ports (private VLAN), and this router should answer for the others.',
        'Nobody answers the request.',
      ],
    ],
    sender: 'Not told by this host. The owner of the address answers if the request reaches it.',
    counters: 'None.',
    next: [
      'sysctl net.ipv4.conf.IFACE.proxy_arp_pvlan net.ipv4.conf.IFACE.proxy_arp',
      'ip route get ADDRESS',
      'tcpdump -n -e -i IFACE arp',
    ],
    source: ['7.3 net/ipv4/route.c __mkroute_input'],
  },
  PKT_TOO_BIG: {
    what: 'A packet is longer than the MTU of the way out, and must not be cut into fragments.',
    causes: [
      [
        'A router or tunnel on this host has a smaller MTU than the sender thinks.',
        'The function is ip_forward (the packet has DF) or ip6_forward. IpFragFails or Ip6FragFails rises.',
      ],
      [
        'A firewall drops the ICMP messages, so the sender does not learn the MTU.',
        'The same sender sends packets of the same length again and again.',
      ],
      [
        'A port of Open vSwitch has a smaller MTU than the fragments that came in.',
        'The function is do_output of openvswitch.',
      ],
      [
        'Linux 7.3: a program of this host sends an IPv6 packet above the MTU, or an IP-TFS tunnel does not fragment.',
        'The function is ip6_xmit, or begins with iptfs_.',
      ],
    ],
    sender:
      'Forwarding: the sender gets an ICMP fragmentation needed or an ICMPv6 packet too big, with the MTU. A program of this host gets the error EMSGSIZE. Open vSwitch sends no error.',
    counters:
      'IPv4: IpFragFails. IPv6: Ip6FragFails, and Ip6InTooBigErrors when forwarding. IP-TFS: XfrmOutError. Open vSwitch: none.',
    next: [
      'ip route get ADDRESS',
      'ip link show dev IFACE',
      'tracepath -n ADDRESS',
      'nstat -az IpFragFails Ip6FragFails Ip6InTooBigErrors',
      'nft add rule inet TABLE forward tcp flags syn tcp option maxseg size set rt mtu',
    ],
    source: [
      '6.12 net/ipv4/ip_forward.c ip_forward',
      '6.12 net/ipv6/ip6_output.c ip6_forward',
      '6.12 net/openvswitch/actions.c do_output',
      '7.3 net/ipv6/ip6_output.c ip6_xmit',
      '7.3 net/xfrm/xfrm_iptfs.c iptfs_output_collect',
    ],
  },
};
