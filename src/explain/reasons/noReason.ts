import type { Explanations } from '../explanation.js';

/** Reasons that say little by themselves: the function that dropped the packet says more. */
export const NO_REASON: Explanations = {
  NOT_SPECIFIED: {
    what: 'The kernel dropped the packet and gave no reason. The function that dropped the packet says more than the reason.',
    causes: [
      [
        'Nobody has given this place in the kernel a reason yet. Such a drop can be an error, a rule, or a normal end.',
        'The drop names a function: dropcap explain FUNCTION.',
      ],
      [
        'A module or a driver frees the packet with the old call kfree_skb().',
        'The symbol of the drop ends with a module name in brackets.',
      ],
      [
        'The kernel is older than 5.18 and reports no reasons at all.',
        'uname -r says so, and all drops of the capture have no reason.',
      ],
    ],
    sender: 'The reason does not say whether the sender was told. Look at the function.',
    counters: 'The reason has no counter of its own. Look at the function.',
    next: [
      "dropcap -r FILE --summary 'reason = NOT_SPECIFIED'",
      'dropcap explain FUNCTION',
      'nstat',
      'ip -s -s link show dev IFACE',
    ],
    source: ['6.12 include/linux/skbuff.h kfree_skb', '6.12 include/linux/netdevice.h dev_kfree_skb_irq'],
  },

  CONSUMED: {
    what: 'The packet was handled, and the kernel freed it in the normal way. Nothing was lost.',
    causes: [
      [
        'The code reported the end of a packet through the function for drops. Linux 6.12 and 7.3 keep such ends out of the drops.',
        'The kernel of the capture is another one: uname -r.',
      ],
    ],
    sender: 'The sender has nothing to learn: the packet arrived.',
    counters: 'No counter of drops rises.',
    next: ['uname -r', "dropcap -r FILE --summary 'reason = CONSUMED'"],
    source: ['6.12 net/core/skbuff.c __sk_skb_reason_drop', '6.12 net/core/dev.c net_tx_action'],
  },
};
