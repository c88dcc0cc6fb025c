import type { Explanation, Explanations } from '../explanation.js';

/** The functions that put the link-level header before a packet. */
function headerOutput(name: string): Explanation {
  return {
    what: 'The device could not build the link-level header for a packet. Linux 6.12 gives no reason, Linux 7.3 NEIGH_HH_FILLFAIL.',
    causes: [
      [
        'A GRE tunnel with many remote ends does not know the outer address of the next hop.',
        'The device is of type gre without remote, and ip neigh show dev IFACE has no address for the next hop.',
      ],
      ['Another kind of device refused.', 'ip -d link show dev IFACE shows another type of device.'],
    ],
    sender: 'A program of this host can get EINVAL from its send. Other senders are not told.',
    counters: 'No counter rises.',
    next: ['ip -d link show dev IFACE', 'ip -s neigh show dev IFACE', 'ip route get ADDRESS'],
    source: [`6.12 net/core/neighbour.c ${name}`],
  };
}

/** Functions of the neighbour table that drop packets. */
export const NEIGHBOUR_FUNCTIONS: Explanations = {
  neigh_resolve_output: headerOutput('neigh_resolve_output'),
  neigh_connected_output: headerOutput('neigh_connected_output'),

  neigh_blackhole: {
    what: 'The entry of the next hop was deleted from the neighbour table, and a packet still used it.',
    causes: [
      [
        'The device went down, or is being removed.',
        'ip monitor link shows it at the same time. The drops end after a moment.',
      ],
      [
        'Somebody flushed the neighbours of the device.',
        'ip monitor neigh shows Deleted lines, and the device stayed up.',
      ],
    ],
    sender: 'A program of this host can get ENETDOWN from its send. Other senders are not told.',
    counters: 'No counter rises.',
    next: ['ip monitor link neigh', 'ip -s neigh show dev IFACE'],
    source: ['6.12 net/core/neighbour.c neigh_blackhole'],
  },
};
