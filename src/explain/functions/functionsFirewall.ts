import type { Explanation, Explanations } from '../explanation.js';

const IPV4_ERRORS = 'IpInHdrErrors or IpExtInTruncatedPkts';
const IPV6_ERRORS = 'Ip6InHdrErrors or Ip6InTruncatedPkts';

/** Functions that check bridged packets before iptables sees them. */
function bridgedPacket(
  name: string,
  hook: string,
  ip: string,
  source = `6.12 net/bridge/br_netfilter_hooks.c ${name}`,
): Explanation {
  return {
    what: `A bridge was to pass a frame to iptables at ${hook}, and the frame did not get there.`,
    causes: [
      [
        'The IP header of the bridged packet is wrong, or the packet is shorter than its header says.',
        `The reason is IP_INHDR, and a counter of errors rises: ${ip}.`,
      ],
      ['A port of the bridge is going.', 'The reason is DEV_READY. ip monitor link shows it.'],
      ['The frame is too short, or there is no memory.', 'The reason is PKT_TOO_SMALL or NOMEM.'],
    ],
    sender: 'The sender is not told.',
    counters: `IP_INHDR: ${ip}, although the host only bridges. Otherwise none.`,
    next: [
      `dropcap -r FILE --summary 'symbol = ${name}'`,
      'sysctl net.bridge.bridge-nf-call-iptables net.bridge.bridge-nf-call-ip6tables',
      'nstat -az IpInHdrErrors IpExtInTruncatedPkts Ip6InHdrErrors Ip6InTruncatedPkts',
    ],
    source: [source],
  };
}

/** nf_reinject, and the functions into which compilers put it. */
const REINJECT: Explanation = {
  what: 'A program at a netfilter queue (NFQUEUE), such as an intrusion prevention system, said drop.',
  causes: [
    ['The program judged the packet bad.', 'No reason. The log of the program says so.'],
    [
      'The program ended, and the kernel dropped what it still held.',
      'The drops come in one burst, when the program ended.',
    ],
    [
      'The rules changed while the packet waited.',
      'The reason is NETFILTER_DROP, and somebody loaded a ruleset at that time.',
    ],
  ],
  sender: 'The sender is not told by the kernel. The program may send a RST itself.',
  counters: 'No counter of the kernel rises. The program may count.',
  next: [
    'cat /proc/net/netfilter/nfnetlink_queue',
    "dropcap -r FILE --summary 'symbol = nf_reinject,nfqnl_re*'",
    'journalctl --since -1h',
  ],
  source: [
    '6.12 net/netfilter/nfnetlink_queue.c nf_reinject',
    '6.12 net/netfilter/nfnetlink_queue.c nfqnl_reinject',
    '6.12 net/netfilter/nfnetlink_queue.c nfqnl_recv_verdict',
  ],
};

/** Functions of netfilter that drop packets with several causes. */
export const FIREWALL_FUNCTIONS: Explanations = {
  nft_do_chain: {
    what: 'An nftables rule with drop or reject, or the policy of a chain, dropped the packet. iptables-nft makes such rules too.',
    causes: [
      [
        'A rule with the verdict drop fits.',
        'nft -a list ruleset shows the rule. Its counter rises, if it has one.',
      ],
      [
        'No rule accepted the packet, and the policy of the chain is drop.',
        'nft list chains shows policy drop at the hook.',
      ],
      ['A rule with reject fits.', 'The sender gets an ICMP error or a RST at the same time.'],
    ],
    sender:
      'drop: the sender is not told. reject: the sender gets an ICMP error or a TCP RST. A local sender gets EPERM.',
    counters:
      'A rule counts if it has counter. For UDP or ICMP of this host IpOutDiscards or Ip6OutDiscards rises too. Otherwise none.',
    next: [
      'nft -a list ruleset',
      'nft monitor trace',
      'nft list chains',
      "dropcap -r FILE --summary 'symbol = nft_do_chain'",
      'iptables-nft-save -c',
    ],
    source: ['6.12 net/netfilter/nf_tables_core.c nft_do_chain'],
  },

  nf_queue: {
    what: 'A firewall rule sent the packet to a program (NFQUEUE), and the kernel could not queue it.',
    causes: [
      [
        'No program listens at the queue, and the rule has no bypass.',
        '/proc/net/netfilter/nfnetlink_queue does not list the number of the queue.',
      ],
      [
        'The program is too slow: the queue is full.',
        'Column 6 (dropped) of nfnetlink_queue rises. The kernel log says "nf_queue: full".',
      ],
      ['The socket of the program is full.', 'Column 7 (dropped for the user) of nfnetlink_queue rises.'],
    ],
    sender: 'The sender is not told.',
    counters: 'Columns 6 and 7 of /proc/net/netfilter/nfnetlink_queue. No queue: none.',
    next: [
      'cat /proc/net/netfilter/nfnetlink_queue',
      'nft -a list ruleset',
      'iptables-save -c',
      'journalctl -k --since -1h',
    ],
    source: ['6.12 net/netfilter/nf_queue.c nf_queue'],
  },

  nf_reinject: REINJECT,
  nfqnl_reinject: REINJECT,
  nfqnl_recv_verdict: REINJECT,

  br_nf_pre_routing: bridgedPacket('br_nf_pre_routing', 'PREROUTING', IPV4_ERRORS),
  br_nf_pre_routing_ipv6: bridgedPacket(
    'br_nf_pre_routing_ipv6',
    'PREROUTING',
    IPV6_ERRORS,
    '6.12 net/bridge/br_netfilter_ipv6.c br_nf_pre_routing_ipv6',
  ),
  br_nf_forward: bridgedPacket('br_nf_forward', 'FORWARD', `${IPV4_ERRORS}, ${IPV6_ERRORS}`),
  br_nf_forward_ip: bridgedPacket('br_nf_forward_ip', 'FORWARD', `${IPV4_ERRORS}, ${IPV6_ERRORS}`),
};
