import type { ClassRows } from './discardClass.js';

/**
 * Functions that drop packets with one cause, for drops whose reason is NOT_SPECIFIED or missing (Linux 5.10 to 7.3).
 * A function with several causes, such as tcp_v4_rcv, has no row: its class cannot be told.
 */
export const PLACES: ClassRows = {
  // The parts of a packet that was handled, and queues whose owner is gone.
  skb_release_data: ['host/normal-free', 'intended'],
  inet_sock_destruct: ['host/closing', 'intended'],
  udp_destruct_common: ['host/closing', 'intended'],
  tcp_disconnect: ['host/closing', 'intended'],
  skb_queue_purge: ['host/closing', 'intended'],
  skb_queue_purge_reason: ['host/closing', 'intended'],
  skb_rbtree_purge: ['host/closing', 'intended'],
  sk_stream_kill_queues: ['host/closing', 'intended'],
  tun_queue_purge: ['host/closing', 'intended'],
  unix_release_sock: ['host/closing', 'intended'],

  // Firewall rules, and XDP programs on devices without XDP of their own and on veth.
  nf_hook_slow: ['policy/l3/acl', 'intended'],
  do_xdp_generic: ['policy/l2/acl', 'intended'],
  veth_xdp_rcv_skb: ['policy/l2/acl', 'intended'],

  // Routes. A route that the kernel is about to delete discards packets too.
  dst_discard: ['policy/l3/null-route', 'unclear'],
  dst_discard_out: ['policy/l3/null-route', 'unclear'],
  ip_error: ['errors/l3/no-route', 'unclear'],
  // Multicast that nobody on this host has joined.
  ip6_mc_input: ['host/not-for-us', 'intended'],

  arp_error_report: ['host/no-neighbour', 'unclear'],
  ndisc_error_report: ['host/no-neighbour', 'unclear'],
  // The caller of these two, which a compiler can turn into jumps (Debian's 6.12).
  neigh_invalidate: ['host/no-neighbour', 'unclear'],
  __neigh_event_send: ['host/no-neighbour', 'unclear'],

  br_flood: ['host/no-port', 'unclear'],
  inet_frag_rbtree_purge: ['host/reassembly', 'unintended'],

  enqueue_to_backlog: ['no-buffer', 'unintended'],
  packet_rcv: ['no-buffer', 'unintended'],
  tpacket_rcv: ['no-buffer', 'unintended'],
  tcp_prune_ofo_queue: ['no-buffer', 'unintended'],
};

/**
 * Drops whose class depends on reason and function: `REASON function`. ip_forward and ip6_forward report IP_INHDR only
 * when the TTL or hop limit runs out (net/ipv4/ip_forward.c, net/ipv6/ip6_output.c, Linux 5.19 to 7.3).
 */
export const REASONS_AT_PLACES: ClassRows = {
  'IP_INHDR ip_forward': ['errors/l3/ttl-expired', 'unclear'],
  'IP_INHDR ip6_forward': ['errors/l3/ttl-expired', 'unclear'],
};
