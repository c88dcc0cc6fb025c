import type { Explanation, Explanations } from '../explanation.js';
import { DROPPED_LATER, DROPPED_LATER_COUNTERS, NAMES } from './qdiscSenders.js';

const BELOW_ANOTHER =
  'If codel, fq_codel, cake or dualpi2 is below another qdisc such as htb, the drop monitor of 7.3 reports NOT_SPECIFIED.';

const CONGESTED: Explanation = {
  what: `A qdisc dropped the packet before its queue was full, to make the sender slow down. Packets waited too long, or the average queue was too long. ${NAMES} ${BELOW_ANOTHER}`,
  causes: [
    [
      'The link or the shaper is the bottleneck, and a transfer fills it. This is how these qdiscs work.',
      'A few drops for much traffic, in flows of TCP or QUIC. Throughput is at the rate of the link.',
    ],
    [
      'A flow does not slow down, as UDP without congestion control.',
      'Most drops are of one flow, and they do not end.',
    ],
    [
      'The rate or the target of the qdisc is set too low.',
      'bandwidth, target or min and max in tc -d qdisc show do not fit the link.',
    ],
    [
      'A processor or a virtual machine serves the queue late, so packets wait.',
      'Drops come although the link is not busy.',
    ],
  ],
  sender: `codel, fq_codel, cake and dualpi2 drop on the way out. ${DROPPED_LATER} red, gred, pie, fq_pie and sfb drop on entry: TCP of this host slows down at once.`,
  counters: `${DROPPED_LATER_COUNTERS} tc -s qdisc also shows early for red, earlydrop for sfb, and drops of a tin for cake.`,
  next: [
    'tc -s -d qdisc show dev IFACE',
    'ss -tni',
    'sysctl net.ipv4.tcp_ecn',
    'perf record -a -e qdisc:qdisc_drop -- sleep 10 && perf script',
  ],
  source: [
    '7.3 net/sched/sch_fq_codel.c drop_func',
    '7.3 net/sched/sch_codel.c drop_func',
    '7.3 net/sched/sch_cake.c cobalt_should_drop',
    '7.3 net/sched/sch_red.c red_enqueue',
    '7.3 net/sched/sch_pie.c pie_qdisc_enqueue',
    '7.3 net/sched/sch_sfb.c sfb_enqueue',
  ],
};

const FLOOD: Explanation = {
  what: `The qdisc cake dropped the packet at random, because its flow does not slow down. The queue had overflowed by this flow before. ECN does not help against this drop. ${NAMES} ${BELOW_ANOTHER}`,
  causes: [
    [
      'A flow ignores drops: UDP without congestion control, a flood, a test such as iperf3 -u.',
      'All drops are of one flow. un_flows in tc -s qdisc is not 0.',
    ],
    [
      'Many connections share a flow of cake, because flow isolation is off or a tunnel hides them.',
      'tc -d qdisc show names flowblind, or the drops are packets of one tunnel.',
    ],
    [
      'The bandwidth is set far below what senders need, so the queue overflows all the time.',
      'memory used in tc -s qdisc is near its limit, and bandwidth is low.',
    ],
  ],
  sender: DROPPED_LATER,
  counters: `${DROPPED_LATER_COUNTERS} tc -s qdisc also shows drops of the tin.`,
  next: [
    'tc -s -d qdisc show dev IFACE',
    'ss -unmp',
    'perf record -a -e qdisc:qdisc_drop -- sleep 10 && perf script',
  ],
  source: ['7.3 net/sched/sch_cake.c cobalt_should_drop', '7.3 net/sched/sch_cake.c cake_dequeue'],
};

const STEP: Explanation = {
  what: `The qdisc dualpi2 dropped a packet of its low-latency queue (L4S). The packet waited longer than the step threshold (1 ms by default), and a packet without ECN cannot be marked. ${NAMES} ${BELOW_ANOTHER}`,
  causes: [
    [
      'A filter or the priority of the socket puts packets without ECN into the low-latency queue.',
      'The ECN bits of the dropped packets are 0. tc filter show, or SO_PRIORITY of the program, leads to the qdisc.',
    ],
    [
      'The low-latency queue is too slow for the traffic that is sent into it.',
      'The number of step marks in tc -s qdisc rises as well.',
    ],
    [
      'The step threshold is set too low for the link.',
      'The step threshold in tc -d qdisc show is below the time of a few packets.',
    ],
  ],
  sender: DROPPED_LATER,
  counters: DROPPED_LATER_COUNTERS,
  next: [
    'tc -s -d qdisc show dev IFACE',
    'tc filter show dev IFACE',
    'tshark -r FILE -T fields -e ip.src -e ip.dsfield.ecn -e ipv6.tclass.ecn',
  ],
  source: ['7.3 net/sched/sch_dualpi2.c __dualpi2_qdisc_dequeue', '7.3 net/sched/sch_dualpi2.c do_step_aqm'],
};

/** Drops by which a queueing discipline slows senders down. Some have two names: the older ones are without DROP. */
export const QDISC_CONGESTION: Explanations = {
  QDISC_CONGESTED: CONGESTED,
  QDISC_DROP_CONGESTED: CONGESTED,
  CAKE_FLOOD: FLOOD,
  QDISC_DROP_FLOOD_PROTECTION: FLOOD,
  DUALPI2_STEP_DROP: STEP,
  QDISC_DROP_L4S_STEP_NON_ECN: STEP,
};
