import type { Explanations } from '../explanation.js';

/** Drop reasons of IP fragments. */
export const FRAGMENTS: Explanations = {
  DUP_FRAG: {
    what: 'The host already had this fragment of an IP packet, or the whole packet. The copy is dropped, and nothing is lost.',
    causes: [
      [
        'The network or a capture port delivers packets twice.',
        'Packets that are not fragments come twice too.',
      ],
      [
        'The sender sent the same IP packet again with the same IP identification.',
        'Both copies of all fragments come, some time apart.',
      ],
      ['A bond, bridge or tunnel on this host makes copies.', 'The two copies come in at different devices.'],
    ],
    sender: 'The sender is not told and need not be.',
    counters: 'None.',
    next: [
      "dropcap -r FILE 'reason = DUP_FRAG'",
      'tcpdump -n -e -i any host ADDRESS',
      'nstat -az IpReasmReqds IpReasmOKs Ip6ReasmReqds Ip6ReasmOKs',
    ],
    source: [
      '6.12 net/ipv4/ip_fragment.c ip_frag_queue',
      '6.12 net/ipv6/reassembly.c ip6_frag_queue',
      '6.12 net/ipv6/netfilter/nf_conntrack_reasm.c nf_ct_frag6_queue',
    ],
  },
  FRAG_REASM_TIMEOUT: {
    what: 'Some fragments of an IP packet did not come in time, so the packet could not be put together. The fragments that came are dropped. Linux 7.3 also uses this reason for a packet of an IP-TFS tunnel that stayed incomplete.',
    causes: [
      [
        'One fragment was lost in the network.',
        'IpReasmTimeout or Ip6ReasmTimeout rises slowly, and the missing fragment never came.',
      ],
      [
        'A firewall drops fragments. Later fragments have no ports, so port rules miss them.',
        'Always the same fragments are missing: all but the first.',
      ],
      [
        'The memory for fragments was full, so this host took no new ones.',
        'IpReasmFails rises faster than IpReasmTimeout, and FRAG memory in /proc/net/sockstat is near the limit.',
      ],
      [
        'A network namespace was removed with packets still incomplete.',
        'The drops come at once when a container ends, and no timeout counter rises.',
      ],
    ],
    sender:
      'If the first fragment came, the sender gets an ICMP time exceeded with code 1. For IPv4, only the host that the packet is for sends this message. Else the sender is not told.',
    counters: 'IPv4: IpReasmTimeout and IpReasmFails. IPv6: Ip6ReasmTimeout and Ip6ReasmFails.',
    next: [
      'nstat -az IpReasmTimeout IpReasmFails Ip6ReasmTimeout Ip6ReasmFails',
      'cat /proc/net/sockstat /proc/net/sockstat6',
      'sysctl net.ipv4.ipfrag_high_thresh net.ipv4.ipfrag_time net.ipv6.ip6frag_high_thresh',
      "dropcap -r FILE 'reason = FRAG_REASM_TIMEOUT'",
      'ping -M do -s 1472 ADDRESS',
    ],
    source: [
      '6.12 net/ipv4/ip_fragment.c ip_expire',
      '6.12 net/ipv4/inet_fragment.c inet_frag_destroy',
      '6.12 include/net/ipv6_frag.h ip6frag_expire_frag_queue',
    ],
  },
  FRAG_TOO_FAR: {
    what: 'An IPv4 packet was incomplete, and more than ipfrag_max_dist other fragments from the same source came in between. The kernel takes the missing fragment as lost and drops the old fragments.',
    causes: [
      [
        'A fragment was lost, and the source sends many fragmented packets.',
        'IpReasmFails rises, while IpReasmTimeout does not.',
      ],
      [
        'Fragments of many packets are mixed, because a path or a network card with several queues changes their order.',
        'Fragments of several IP identifications come in turns.',
      ],
      ['The limit is small.', 'net.ipv4.ipfrag_max_dist is below its preset 64.'],
    ],
    sender: 'The sender is not told.',
    counters: 'IpReasmFails.',
    next: [
      'nstat -az IpReasmFails IpReasmTimeout IpReasmReqds',
      'sysctl net.ipv4.ipfrag_max_dist',
      "dropcap -r FILE 'reason = FRAG_TOO_FAR'",
      'ethtool -n IFACE rx-flow-hash udp4',
    ],
    source: ['6.12 net/ipv4/ip_fragment.c ip_frag_reinit'],
  },
};
