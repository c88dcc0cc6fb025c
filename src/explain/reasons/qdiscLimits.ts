import type { Explanation, Explanations } from '../explanation.js';
import { NAMES, REFUSED, REFUSED_COUNTERS } from './qdiscSenders.js';

const OVERLIMIT: Explanation = {
  what: `The queue of a qdisc is full: it has as many packets or bytes as its limit allows. fq_codel, cake and sfq drop from the longest flow then. ${NAMES}`,
  causes: [
    [
      'More packets come than the device or a shaper above the qdisc sends.',
      'The backlog in tc -s qdisc stays near the limit.',
    ],
    [
      'A burst comes, and the limit is small.',
      'The backlog is low most of the time. limit in tc qdisc show, or txqueuelen in ip link, is small.',
    ],
    [
      'The device sends nothing for some time: flow control, a slow radio link, a stopped queue.',
      'ethtool -S shows pause frames received, or the driver logs a transmit timeout.',
    ],
  ],
  sender: `${REFUSED} If fq_codel, cake or sfq drops a packet of another flow, the sender of that flow is told nothing.`,
  counters: `${REFUSED_COUNTERS} tc -s qdisc also shows drop_overlimit for fq_codel and codel, and overlimit for pie.`,
  next: [
    'tc -s -d qdisc show dev IFACE',
    'ip -s link show dev IFACE',
    'ethtool -S IFACE',
    'journalctl -k --grep "transmit queue|NETDEV WATCHDOG"',
  ],
  source: [
    '7.3 net/sched/sch_generic.c pfifo_fast_enqueue',
    '7.3 net/sched/sch_fq_codel.c fq_codel_drop',
    '7.3 net/sched/sch_codel.c codel_qdisc_enqueue',
    '7.3 net/sched/sch_pie.c pie_qdisc_enqueue',
    '7.3 net/sched/sch_cake.c cake_drop',
    '7.3 net/sched/sch_sfq.c sfq_drop',
  ],
};

const BAND_LIMIT: Explanation = {
  what: `A priority band of the qdisc fq is full. Each band may have as many packets as limit says (10000 by default). ${NAMES}`,
  causes: [
    [
      'More packets come than the device sends, in many flows.',
      'The backlog in tc -s qdisc is near limit, and no single flow is at flow_limit.',
    ],
    [
      'Flows are paced (SO_MAX_PACING_RATE, TCP pacing, maxrate) and wait in the qdisc.',
      'throttled flows in tc -s qdisc is high.',
    ],
    ['The limit was set low.', 'tc -d qdisc show names a limit below 10000p.'],
  ],
  sender: REFUSED,
  counters: REFUSED_COUNTERS,
  next: ['tc -s -d qdisc show dev IFACE', 'ip -s link show dev IFACE', 'ss -tni'],
  source: ['6.12 net/sched/sch_fq.c fq_enqueue', '7.3 net/sched/sch_fq.c fq_enqueue'],
};

const HORIZON_LIMIT: Explanation = {
  what: `The packet has a departure time that is farther away than the horizon of the qdisc fq (10 seconds by default). The qdisc drops such packets unless horizon_cap is set. ${NAMES}`,
  causes: [
    [
      'A BPF program limits the rate by departure times, and a program sends much more than that.',
      'bpftool net shows a program on the output of the device, and the drops are of the limited sender.',
    ],
    [
      'A program sends with SO_TXTIME and a wrong time or clock.',
      'All packets of this program are dropped from the first on. fq of 6.12 takes each time for one of CLOCK_MONOTONIC.',
    ],
    [
      'A flow has a very low rate, so its packets wait longer than the horizon.',
      'pacing_rate in ss -tni, or maxrate in tc qdisc show, is very low.',
    ],
  ],
  sender: REFUSED,
  counters: `${REFUSED_COUNTERS} tc -s qdisc also shows horizon_drops.`,
  next: ['tc -s -d qdisc show dev IFACE', 'bpftool net show dev IFACE', 'ss -tni'],
  source: ['6.12 net/sched/sch_fq.c fq_enqueue', '7.3 net/sched/sch_fq.c fq_enqueue'],
};

const FLOW_LIMIT: Explanation = {
  what: `One flow has as many packets in the qdisc as a flow may have. The limit is flow_limit of fq (100 by default), or depth of sfq. In sfq with red, also early drops of a flow. ${NAMES}`,
  causes: [
    [
      'A program sends UDP in bursts, faster than the device or its pacing rate.',
      'The drops are of one socket. flows_plimit in tc -s qdisc rises (fq).',
    ],
    [
      'Forwarded packets of many connections can share a flow of fq, because they have no socket here.',
      'The drops have many addresses, none of this host. Fewer come with a larger orphan_mask.',
    ],
    [
      'One flow is paced to a low rate (SO_MAX_PACING_RATE, maxrate) and its program sends on.',
      'throttled flows in tc -s qdisc is not 0, and the device is idle.',
    ],
  ],
  sender: REFUSED,
  counters: `${REFUSED_COUNTERS} tc -s qdisc also shows flows_plimit for fq.`,
  next: ['tc -s -d qdisc show dev IFACE', 'ss -unmp', "dropcap -r FILE 'reason = FQ_FLOW_LIMIT,QDISC_DROP'"],
  source: [
    '6.12 net/sched/sch_fq.c fq_enqueue',
    '7.3 net/sched/sch_fq.c fq_enqueue',
    '7.3 net/sched/sch_sfq.c sfq_enqueue',
  ],
};

/** Drops because a limit of a queueing discipline was reached. Some have two names: the older ones are without DROP. */
export const QDISC_LIMITS: Explanations = {
  QDISC_OVERLIMIT: OVERLIMIT,
  QDISC_DROP_OVERLIMIT: OVERLIMIT,
  FQ_BAND_LIMIT: BAND_LIMIT,
  QDISC_DROP_BAND_LIMIT: BAND_LIMIT,
  FQ_HORIZON_LIMIT: HORIZON_LIMIT,
  QDISC_DROP_HORIZON_LIMIT: HORIZON_LIMIT,
  FQ_FLOW_LIMIT: FLOW_LIMIT,
  QDISC_DROP_FLOW_LIMIT: FLOW_LIMIT,
  QDISC_DROP_MAXFLOWS: {
    what: `The qdisc sfq has no free slot for another flow. As many flows as flows allows (128 by default) have packets in it. ${NAMES}`,
    causes: [
      [
        'More connections send at the same time than the qdisc has slots.',
        'The backlog in tc -s qdisc is high, and the drops are first packets of different flows.',
      ],
      [
        'A host scans, or sends to many targets.',
        'The drops have one source and many destinations or ports.',
      ],
    ],
    sender: REFUSED,
    counters: REFUSED_COUNTERS,
    next: [
      'tc -s -d qdisc show dev IFACE',
      'ss -s',
      'perf record -a -e qdisc:qdisc_drop -- sleep 10 && perf script',
    ],
    source: ['7.3 net/sched/sch_sfq.c sfq_enqueue'],
  },
};
