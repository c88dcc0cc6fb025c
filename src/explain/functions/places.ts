import type { Explanations } from '../explanation.js';
import { PATH_PLACES } from './placesPath.js';
import { QUEUE_PLACES } from './placesQueues.js';
import { WAITING_PLACES } from './placesWaiting.js';

/** Functions that drop packets with one cause: those that have a class. */
export const PLACES: Explanations = { ...QUEUE_PLACES, ...PATH_PLACES, ...WAITING_PLACES };

/** Drops whose meaning depends on reason and function: `REASON function`. */
export const REASONS_AT_PLACES: Explanations = {
  'IP_INHDR ip_forward': {
    what: 'An IPv4 packet came with TTL 1 or 0, and this host should have forwarded it.',
    causes: [
      [
        'Somebody runs traceroute or mtr through this host.',
        'The TTL is 1, and the destination ports or sequence numbers count up.',
      ],
      [
        'There is a routing loop: two routers send the packet to each other.',
        'The same packet (IP identification) passed this host before, with a higher TTL.',
      ],
      [
        'The sender uses a TTL of 1 on purpose, for traffic that must stay on the link.',
        'All packets of the sender have TTL 1, for example SSDP or routing protocols.',
      ],
    ],
    sender:
      'The sender gets an ICMP time exceeded, limited in rate. None is sent for ICMP errors and for later fragments.',
    counters: 'IpInHdrErrors. IcmpOutTimeExcds counts the ICMP errors.',
    next: [
      'ip route get ADDRESS from SOURCE iif IFACE',
      'traceroute -n ADDRESS',
      'nstat -az IpInHdrErrors IcmpOutTimeExcds',
      "dropcap -r FILE -v 'symbol = ip_forward'",
    ],
    source: ['6.12 net/ipv4/ip_forward.c ip_forward'],
  },

  'IP_INHDR ip6_forward': {
    what: 'An IPv6 packet came with hop limit 1 or 0, and this host should have forwarded it.',
    causes: [
      [
        'Somebody runs traceroute or mtr through this host.',
        'The hop limit is 1, and the destination ports or sequence numbers count up.',
      ],
      [
        'There is a routing loop: two routers send the packet to each other.',
        'The same packet passed this host before, with a higher hop limit.',
      ],
      [
        'The sender uses a hop limit of 1 on purpose, for traffic that must stay on the link.',
        'All packets of the sender have hop limit 1.',
      ],
    ],
    sender: 'The sender gets an ICMPv6 time exceeded, limited in rate. None is sent for ICMPv6 errors.',
    counters: 'Ip6InHdrErrors. Icmp6OutTimeExcds counts the ICMPv6 errors.',
    next: [
      'ip -6 route get ADDRESS from SOURCE iif IFACE',
      'traceroute -6 -n ADDRESS',
      'nstat -az Ip6InHdrErrors Icmp6OutTimeExcds',
      "dropcap -r FILE -v 'symbol = ip6_forward'",
    ],
    source: ['6.12 net/ipv6/ip6_output.c ip6_forward'],
  },
};
