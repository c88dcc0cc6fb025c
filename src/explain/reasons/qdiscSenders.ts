/** What programs of this host notice of a packet that the queue of a device refused when they sent it. */
export const REFUSED =
  'TCP of this host slows down and sends again. A UDP program can get ENOBUFS, but only with IP_RECVERR. The sender of a forwarded packet is told nothing.';

/** Counters that rise when the queue of a device refuses a packet. */
export const REFUSED_COUNTERS =
  'The qdisc counts the drop: dropped in tc -s qdisc. For UDP of this host, IpOutDiscards and UdpSndbufErrors (Ip6OutDiscards, Udp6SndbufErrors) can rise. TX dropped in ip -s link does not rise.';

/** What programs notice of a packet that was in a queue, and was dropped on its way out. */
export const DROPPED_LATER =
  'Nobody is told. The sender finds out by missing ACKs, slows down and sends again if it uses TCP or QUIC.';

/** The only counter of such drops. */
export const DROPPED_LATER_COUNTERS =
  'The qdisc counts the drop: dropped in tc -s qdisc. No SNMP counter rises, and TX dropped in ip -s link does not rise.';

/** Which name the drop monitor has for a reason of queueing disciplines. */
export const NAMES =
  'In 7.3 the drop monitor reports QDISC_DROP, and only the tracepoint qdisc:qdisc_drop has this name.';
