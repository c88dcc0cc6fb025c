import { controlTrap } from './controlTrapRow.js';
import type { Explanations } from '../explanation.js';
import { dropTrap } from './trapRow.js';

const DISCARDS = '6.12 drivers/net/ethernet/mellanox/mlxsw/spectrum_ethtool.c mlxsw_sp_port_hw_discard_stats';
const ACL = '6.12 drivers/net/ethernet/mellanox/mlxsw/spectrum_trap.c mlxsw_sp_rx_acl_drop_listener';

/** Traps of tc filters and queues in the device: groups acl_drops, acl_sample, acl_trap and buffer_drops. */
export const RULE_TRAPS: Explanations = {
  ingress_flow_action_drop: dropTrap('ingress_flow_action_drop', {
    id: 'INGRESS_FLOW_ACTION_DROP',
    drivers: ['mlxsw'],
    what:
      'A tc filter with action drop matched the packet as it came in, and the device dropped the packet. ' +
      'If the action has a cookie, the report names it.',
    causes: [
      [
        'A filter is meant to drop such packets.',
        'tc -s filter show lists a filter with action drop and in_hw, and its count rises.',
      ],
      [
        'A filter matches more than it was meant to.',
        'The packet fits the keys of the filter, but not its purpose; the cookie leads to the filter.',
      ],
    ],
    next: ['tc -s filter show dev IFACE ingress', "dropcap -r FILE 'trap = ingress_flow_action_drop'"],
    counters:
      'tc -s filter show counts for the filter, and mlxsw has discard_ingress_policy_engine in ' +
      'ethtool -S IFACE. ' +
      'No counter of the IP stack rises.',
    source: [ACL, DISCARDS],
  }),
  egress_flow_action_drop: dropTrap('egress_flow_action_drop', {
    id: 'EGRESS_FLOW_ACTION_DROP',
    drivers: ['mlxsw'],
    what:
      'A tc filter with action drop matched the packet as it went out, after bridging or routing, ' +
      'and the device dropped the packet. If the action has a cookie, the report names it. ' +
      'The report names the port where the packet came in.',
    causes: [
      [
        'A filter is meant to drop such packets.',
        'tc -s filter show on the outgoing port lists a filter with action drop and in_hw, and its ' +
          'count rises.',
      ],
      [
        'A filter matches more than it was meant to.',
        'The packet fits the keys of the filter, but not its purpose; the cookie leads to the filter.',
      ],
    ],
    next: ['tc -s filter show dev IFACE egress', "dropcap -r FILE 'trap = egress_flow_action_drop'"],
    counters:
      'tc -s filter show counts for the filter, and mlxsw has discard_egress_policy_engine in ' +
      'ethtool -S IFACE. ' +
      'No counter of the IP stack rises.',
    source: [ACL, DISCARDS],
  }),
  tail_drop: dropTrap('tail_drop', {
    id: 'TAIL_DROP',
    drivers: ['netdevsim'],
    what: 'The queue of the outgoing port was full, and the device dropped the packet.',
    causes: [
      [
        'More packets go to a port than its link can carry.',
        'The port sends at full rate, and drops go on for seconds.',
      ],
      [
        'Several ports send to one port in a burst.',
        'The port is far from full rate on average, and drops come in short groups.',
      ],
    ],
    next: ['ethtool -S IFACE', 'tc -s qdisc show dev IFACE', 'devlink sb occupancy show DEVICE'],
  }),
  early_drop: dropTrap('early_drop', {
    id: 'EARLY_DROP',
    fixedAction: true,
    drivers: ['mlxsw'],
    what:
      'RED dropped the packet on its way out, before the queue was full, to slow down the senders. ' +
      'mlxsw reports it from Spectrum-2 on, if a tc filter with action trap is bound to the qevent ' +
      'early_drop of the qdisc.',
    causes: [
      [
        'The queue is longer than the minimum of RED, since more comes than the port sends.',
        'tc -s qdisc show has a backlog, and its count of early drops rises.',
      ],
      [
        'The minimum of RED is too small for the bursts of the traffic.',
        'Early drops rise while the port is far from full rate on average.',
      ],
      [
        'Senders do not use ECN, so RED drops where it could mark.',
        'tc qdisc show has ecn, and the ECN bits in the IP header of the packet are 0.',
      ],
    ],
    next: ['tc -s qdisc show dev IFACE', 'tc filter show block BLOCK', 'devlink sb occupancy show DEVICE'],
    sender: 'No error message is sent. TCP takes the loss for congestion: it sends again, and slower.',
    counters: 'tc -s qdisc show counts it as early.',
    source: [
      '6.12 drivers/net/ethernet/mellanox/mlxsw/spectrum_trap.c mlxsw_sp2_trap_items_arr',
      '6.12 drivers/net/ethernet/mellanox/mlxsw/spectrum_qdisc.c mlxsw_sp_qevent_trap_configure',
      '6.12 net/sched/sch_red.c red_enqueue',
    ],
  }),
  flow_action_sample: controlTrap('flow_action_sample', {
    id: 'FLOW_ACTION_SAMPLE',
    group: 'acl_sample',
    packet: 'A tc filter with action sample chose the packet as a sample.',
    copy: true,
    reader: 'The kernel gives the copy to psample, from where a collector such as hsflowd (sFlow) reads it.',
    flood: [
      'The sampling rate is too high for the traffic.',
      'The count of the trap rises by thousands a second; tc filter show has a small rate.',
    ],
    next: ['tc -s filter show dev IFACE ingress', 'tc actions list action sample'],
    source: ['6.12 drivers/net/ethernet/mellanox/mlxsw/spectrum_trap.c mlxsw_sp_rx_sample_listener'],
  }),
  flow_action_trap: controlTrap('flow_action_trap', {
    id: 'FLOW_ACTION_TRAP',
    group: 'acl_trap',
    packet: 'A tc filter with action trap matched the packet.',
    reader:
      'The kernel takes the packet, and its own tc rules, bridge and routing decide what happens to it.',
    flood: [
      'The filter matches bulk traffic, which the processor now has to forward.',
      'The filter in tc -s filter show counts many packets, and softirq load is high.',
    ],
    next: ['tc -s filter show dev IFACE ingress', 'mpstat -P ALL 1 5'],
  }),
};
