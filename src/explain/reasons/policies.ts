import type { Explanations } from '../explanation.js';

/** Drops that somebody's rules ask for. */
export const POLICIES: Explanations = {
  NETFILTER_DROP: {
    what: 'A firewall rule dropped the packet: nftables, iptables, ebtables, or another user of netfilter. Rules that reject count too.',
    causes: [
      [
        'A rule with drop or reject, or the policy of an nftables chain.',
        'The function is nft_do_chain. nft monitor trace names the rule, if a rule sets meta nftrace set 1.',
      ],
      [
        'A rule of iptables (legacy) or ebtables, or a helper of netfilter such as conntrack, NAT or SYNPROXY.',
        'The function is nf_hook_slow. iptables-save -c shows which rule counts. For conntrack, drop in conntrack -S rises.',
      ],
      [
        'The packet waited in a netfilter queue (NFQUEUE), and the rules were removed meanwhile.',
        'The function is nf_reinject, nfqnl_reinject or nfqnl_recv_verdict.',
      ],
    ],
    sender:
      'drop: the sender is not told. reject: the sender gets an ICMP error or a TCP RST. A local sender gets EPERM.',
    counters:
      'None for received and forwarded packets. UDP and ICMP of this host: IpOutDiscards or Ip6OutDiscards. A rule counts if it has counter (nftables); iptables rules always count.',
    next: [
      'nft -a list ruleset',
      'nft monitor trace',
      'iptables-save -c',
      'ip6tables-save -c',
      'conntrack -S',
      "dropcap -r FILE --summary 'reason = NETFILTER_DROP'",
    ],
    source: [
      '6.12 net/netfilter/nf_tables_core.c nft_do_chain',
      '6.12 net/netfilter/core.c nf_hook_slow',
      '6.12 net/netfilter/nfnetlink_queue.c nf_reinject',
    ],
  },

  XFRM_POLICY: {
    what: 'An IPsec policy does not allow the packet, or the packet does not have the protection that the policy asks for.',
    causes: [
      [
        'The packet came in clear text, but a policy asks for IPsec.',
        'XfrmInTmplMismatch rises. ip xfrm policy lists a policy whose selector fits the packet.',
      ],
      ['A policy with action block fits the packet.', 'XfrmInPolBlock rises.'],
      ['A packet came through a tunnel, and no policy fits what was inside.', 'XfrmInNoPols rises.'],
      [
        'A packet to be forwarded needs a security association, and there is none or it is blocked.',
        'The function is ip_forward or ip6_forward. XfrmOutPolBlock or XfrmOutNoStates rises.',
      ],
    ],
    sender: 'The sender is not told.',
    counters:
      'One of /proc/net/xfrm_stat. UDP also UdpInErrors, IPv6 often Ip6InDiscards, raw sockets their own drops.',
    next: [
      'cat /proc/net/xfrm_stat',
      'ip xfrm policy',
      'ip -s xfrm state',
      "dropcap -r FILE -v 'reason = XFRM_POLICY'",
    ],
    source: [
      '6.12 net/ipv4/ip_input.c ip_protocol_deliver_rcu',
      '6.12 net/ipv4/ip_forward.c ip_forward',
      '6.12 net/ipv4/tcp_ipv4.c tcp_v4_rcv',
      '6.12 net/ipv4/udp.c udp_queue_rcv_one_skb',
      '6.12 net/ipv4/raw.c raw_rcv',
      '6.12 net/ipv4/icmp.c icmp_rcv',
      '6.12 net/ipv6/ip6_input.c ip6_protocol_deliver_rcu',
      '6.12 net/ipv6/ip6_output.c ip6_forward',
    ],
  },

  BPF_CGROUP_EGRESS: {
    what: 'A BPF program at the cgroup of the sending program (cgroup_inet_egress) refused the packet.',
    causes: [
      [
        'systemd limits the unit with IPAddressDeny= or IPAddressAllow=.',
        'systemctl show UNIT -p IPAddressDeny,IPAddressAllow is not empty.',
      ],
      [
        'A container runtime, a network policy or an agent attached a program.',
        'bpftool cgroup tree lists cgroup_inet_egress at the cgroup of the program.',
      ],
    ],
    sender:
      'UDP: the program of this host gets EPERM from its send. TCP repeats the segment until the connection times out.',
    counters: 'UDP: IpOutDiscards or Ip6OutDiscards. TCP: none.',
    next: ['bpftool cgroup tree', 'systemctl show UNIT -p IPAddressDeny,IPAddressAllow', 'bpftool prog show'],
    source: [
      '6.12 net/ipv4/ip_output.c ip_finish_output',
      '6.12 net/ipv4/ip_output.c ip_mc_finish_output',
      '6.12 net/ipv6/ip6_output.c ip6_finish_output',
    ],
  },

  TC_EGRESS: {
    what: 'A filter of tc, or a BPF program, dropped the packet before it came to the queue of the output device.',
    causes: [
      [
        'A filter at clsact egress has action drop, or its policer is over its rate.',
        'tc -s filter show dev IFACE egress lists it, and its action counts dropped packets.',
      ],
      [
        'A BPF program at tcx or clsact egress returned TC_ACT_SHOT, for example one of a container network.',
        'bpftool net show dev IFACE lists the program.',
      ],
    ],
    sender:
      'TCP slows down and repeats the segment. UDP of this host: ENOBUFS if IP_RECVERR is set. A remote sender is not told.',
    counters:
      'Filters: dropped in tc -s qdisc show dev IFACE, at clsact. Programs at tcx: none. UDP of this host: IpOutDiscards or Ip6OutDiscards, and UdpSndbufErrors.',
    next: ['tc -s filter show dev IFACE egress', 'tc -s qdisc show dev IFACE', 'bpftool net show dev IFACE'],
    source: ['6.12 net/core/dev.c sch_handle_egress'],
  },

  SECURITY_HOOK: {
    what: 'A Linux security module, such as SELinux or Smack, refused the packet.',
    causes: [
      [
        'Linux 7.3: the policy forbids the receiving socket to take this packet.',
        'The audit log has a denial at the same time. ausearch -m avc shows those of SELinux.',
      ],
      [
        'The policy forbids a connection that a SYN cookie would have opened.',
        'The function is cookie_v4_check or cookie_v6_check, and TcpExtSyncookiesRecv rises.',
      ],
    ],
    sender: 'The sender is not told. A TCP sender repeats its segment.',
    counters: 'No counter of its own. UDP of Linux 7.3: UdpInErrors.',
    next: ['ausearch -m avc -ts recent', 'journalctl -k --since -1h', 'cat /sys/kernel/security/lsm'],
    source: [
      '6.12 net/ipv4/syncookies.c cookie_v4_check',
      '6.12 net/ipv6/syncookies.c cookie_v6_check',
      '7.3 net/core/filter.c sk_filter_trim_cap',
    ],
  },
};
