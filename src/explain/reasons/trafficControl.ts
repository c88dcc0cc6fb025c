import type { Explanation, Explanations } from '../explanation.js';

const COOKIE_ERROR: Explanation = {
  what: 'The network card did a part of the tc actions and gave the packet to the kernel for the rest. The kernel did not find the filter or the action to go on with.',
  causes: [
    [
      'The filter was replaced or removed while the card still had packets for it.',
      'The drops fall together with changes in tc monitor, and end soon.',
    ],
    [
      'The driver or the firmware of the card gives a wrong cookie.',
      'The drops go on without any change of filters.',
    ],
  ],
  sender: 'The sender is not told. TCP sends again.',
  counters: 'dropped of the clsact or ingress qdisc in tc -s qdisc.',
  next: [
    'tc -s qdisc show dev IFACE',
    'tc -s filter show dev IFACE ingress',
    'tc monitor',
    'ethtool -i IFACE',
    'ethtool -K IFACE hw-tc-offload off',
  ],
  source: ['6.12 net/sched/cls_api.c tcf_classify', '6.12 net/sched/cls_api.c __tcf_classify'],
};

/** Drop reasons of XDP, tc filters and tc actions. */
export const TRAFFIC_CONTROL: Explanations = {
  XDP: {
    what: 'An XDP program in generic mode wanted to redirect the packet to another device, and the redirect failed. A verdict XDP_DROP does not have this reason: in generic mode it has no reason, and in the driver it makes no drop record.',
    causes: [
      [
        'The target device is down, or does not exist any more.',
        'The trace point xdp:xdp_redirect_err or xdp:xdp_redirect_map_err gives err=-100 (ENETDOWN) or err=-22 (EINVAL).',
      ],
      [
        'The packet is longer than the MTU of the target device.',
        'Only long packets are dropped, and the trace point gives err=-90 (EMSGSIZE).',
      ],
      [
        'The target is an AF_XDP socket or another processor, and its queue is full.',
        'bpftool map show lists the map_id of the trace point as xskmap or cpumap, and the drops come in bursts.',
      ],
    ],
    sender: 'The sender is not told. TCP sends again.',
    counters: 'None. The trace points xdp:xdp_redirect_err and xdp:xdp_redirect_map_err report each failure.',
    next: [
      'perf stat -a -e xdp:xdp_redirect_err,xdp:xdp_redirect_map_err sleep 10',
      'bpftool net show dev IFACE',
      'ip -d link show dev IFACE',
      'bpftool map show',
    ],
    source: ['6.12 net/core/dev.c do_xdp_generic'],
  },
  TC_INGRESS: {
    what: 'A tc filter, a tc action or an eBPF program on the ingress side of the device decided to drop the packet.',
    causes: [
      [
        'A filter has the action drop (gact).',
        'tc -s filter show dev IFACE ingress shows a rising count at an action drop.',
      ],
      [
        'A policer limits the rate, and the packet exceeded the rate.',
        'An action police shows rising overlimits, and the drops come only under load.',
      ],
      [
        'An eBPF program, such as one of Cilium, answered TC_ACT_SHOT.',
        'bpftool net show lists a program at tcx/ingress or clsact/ingress of the device.',
      ],
    ],
    sender: 'The sender is not told. TCP sends again.',
    counters:
      'dropped of the clsact or ingress qdisc, and of the action. A program attached as tcx raises no counter of the kernel.',
    next: [
      'tc -s filter show dev IFACE ingress',
      'bpftool net show dev IFACE',
      'tc -s qdisc show dev IFACE',
      "dropcap -r FILE 'reason = TC_INGRESS'",
    ],
    source: ['6.12 net/core/dev.c sch_handle_ingress'],
  },
  TC_COOKIE_ERROR: COOKIE_ERROR,
  // 6.8 had this name.
  TC_ERROR: COOKIE_ERROR,
  TC_CHAIN_NOTFOUND: {
    what: 'A tc filter sent the packet to a chain of filters that does not exist.',
    causes: [
      [
        'The network card had sent the packet to a chain, and the kernel has no such chain.',
        'Filters of the device are offloaded: tc filter show lists in_hw.',
      ],
      [
        'An action with goto chain has lost its chain.',
        'tc filter show lists an action goto chain whose number tc chain show does not list.',
      ],
    ],
    sender: 'The sender is not told. TCP sends again.',
    counters: 'dropped of the clsact or ingress qdisc in tc -s qdisc.',
    next: [
      'tc -s filter show dev IFACE ingress',
      'tc chain show dev IFACE ingress',
      'tc -s qdisc show dev IFACE',
      'tc monitor',
    ],
    source: ['6.12 net/sched/cls_api.c tcf_classify', '6.12 net/sched/act_api.c tcf_action_exec'],
  },
  TC_RECLASSIFY_LOOP: {
    what: 'The tc filters sent the packet around in a circle. The kernel stops after 16 jumps to a chain or restarts of the classification.',
    causes: [
      [
        'Filters with goto chain or reclassify lead back to each other.',
        'The kernel log has "reclassify loop, rule prio N", which names the filter.',
      ],
      [
        'Linux 6.12: a filter of a qdisc sends the packet back to the same qdisc, for example with mirred.',
        'The function of the drop is __dev_queue_xmit, and the log has no reclassify loop.',
      ],
    ],
    sender: 'The sender is not told. TCP sends again, into the same loop.',
    counters: 'dropped of the qdisc whose filters loop, in tc -s qdisc. For the second cause: none.',
    next: [
      "journalctl -k -g 'reclassify loop'",
      'tc -s filter show dev IFACE ingress',
      'tc -s filter show dev IFACE egress',
      'tc -s qdisc show dev IFACE',
    ],
    source: ['6.12 net/sched/cls_api.c __tcf_classify', '6.12 net/core/dev.c __dev_xmit_skb'],
  },
};
