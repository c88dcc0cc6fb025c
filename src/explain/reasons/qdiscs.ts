import type { Explanations } from '../explanation.js';
import { REFUSED, REFUSED_COUNTERS } from './qdiscSenders.js';

const DOWN = 'If the device is down, no program gets an error.';

/** Drops of a queueing discipline for which the drop monitor has no exact reason. */
export const QDISCS: Explanations = {
  QDISC_DROP: {
    what: "The queueing discipline (qdisc) of the output device dropped the packet. Its queue was full, it dropped early to slow senders down, or it was set to drop. 7.3 reports this reason for all of a qdisc's own reasons.",
    causes: [
      [
        'More packets come than the device or a shaper sends, and the queue is full.',
        'tc -s qdisc shows dropped and a high backlog, for tbf and htb also overlimits.',
      ],
      [
        'The qdisc drops early, before its queue is full: pie, red, sfb; in 7.3 also codel, fq_codel and cake. In 6.12, early drops of these three are NOT_SPECIFIED.',
        'The backlog is below the limit. In tc -s qdisc, early of red, earlydrop of sfb or drops of cake rises.',
      ],
      [
        'The device is down or has no carrier.',
        'TX dropped in ip -s link rises, dropped in tc -s qdisc does not, and ip link shows DOWN or NO-CARRIER.',
      ],
      [
        'The qdisc is set to drop: netem with loss, or blackhole.',
        'tc qdisc show names netem loss or blackhole.',
      ],
    ],
    sender: `${REFUSED} ${DOWN}`,
    counters: `${REFUSED_COUNTERS} If the device is down, only TX dropped rises.`,
    next: [
      'tc -s -d qdisc show dev IFACE',
      'tc -s class show dev IFACE',
      'ip -s -s link show dev IFACE',
      'nstat -az IpOutDiscards UdpSndbufErrors TcpRetransSegs',
      'perf record -a -e qdisc:qdisc_drop -- sleep 10 && perf script',
    ],
    source: ['6.12 net/core/dev.c __dev_xmit_skb', '7.3 net/sched/sch_generic.c __tcf_kfree_skb_list'],
  },
  QDISC_BURST_DROP: {
    what: 'Too many packets waited to enter the qdisc of the output device while another processor worked on it. The limit is net.core.qdisc_max_burst (1000 by default). Linux 6.12 has no such limit.',
    causes: [
      [
        'Many processors send by one qdisc at the same time.',
        'tc qdisc show names one root qdisc such as htb or fq, without mq, on a device with several queues.',
      ],
      [
        'The processor that serves the queue is held up: expensive classes and filters, or a virtual machine without time.',
        'The drops come in bursts. st or si in top is high for one processor.',
      ],
      ['The limit was set low.', 'sysctl net.core.qdisc_max_burst is below 1000.'],
    ],
    sender: REFUSED,
    counters:
      'No counter of the qdisc or the device rises. For UDP of this host, IpOutDiscards and UdpSndbufErrors (Ip6OutDiscards, Udp6SndbufErrors) can rise.',
    next: [
      'sysctl net.core.qdisc_max_burst',
      'tc -s -d qdisc show dev IFACE',
      'ls -d /sys/class/net/IFACE/queues/tx-*',
      'top -b -1 -n 1',
    ],
    source: ['7.3 net/core/dev.c __dev_xmit_skb'],
  },
  QDISC_DROP_GENERIC: {
    what: 'A qdisc dropped the packet and gave no exact reason. pfifo, bfifo, tbf, htb and netem give none, and a device that is down neither. In 7.3 the drop monitor reports QDISC_DROP.',
    causes: [
      [
        'The queue of a plain qdisc or of a shaper is full (pfifo, bfifo, tbf, htb, choke, hhf).',
        'tc -s qdisc shows dropped, and a backlog near the limit.',
      ],
      ['netem is set to lose packets.', 'tc qdisc show names netem loss.'],
      [
        'A qdisc that sends by time (etf, taprio) refuses the packet, for example because its time is past.',
        'tc qdisc show names etf or taprio.',
      ],
      [
        'The device is down or has no carrier.',
        'TX dropped in ip -s link rises, and dropped in tc -s qdisc does not.',
      ],
    ],
    sender: `${REFUSED} ${DOWN}`,
    counters: `${REFUSED_COUNTERS} If the device is down, only TX dropped rises.`,
    next: [
      'tc -s -d qdisc show dev IFACE',
      'tc -s class show dev IFACE',
      'ip -s -s link show dev IFACE',
      'perf record -a -e qdisc:qdisc_drop -- sleep 10 && perf script',
    ],
    source: ['7.3 net/core/dev.c __dev_xmit_skb'],
  },
};
