/**
 * Whether somebody wanted such a discard. `unclear`: the kernel's words alone cannot answer. A packet whose TTL ran out
 * may be of a traceroute, or of a routing loop.
 */
export type DiscardIntent = 'intended' | 'unintended' | 'unclear';

/**
 * The name of a class: a class of the IETF's discard model (draft-ietf-opsawg-discardmodel), or one of dropcap's own. These
 * begin with `host/`, for what the model of routers and switches does not have. docs/classes.md says what each means.
 */
export type DiscardClassName =
  | 'errors/l2/rx/invalid-mac'
  | 'errors/l2/rx/invalid-vlan'
  | 'errors/l2/rx/invalid-frame'
  | 'errors/l2/tx'
  | 'errors/l3/rx/checksum-error'
  | 'errors/l3/rx/mtu-exceeded'
  | 'errors/l3/rx/invalid-packet'
  | 'errors/l3/ttl-expired'
  | 'errors/l3/no-route'
  | 'errors/l3/tx'
  | 'errors/internal'
  | 'policy/l2/acl'
  | 'policy/l3/acl'
  | 'policy/l3/policer'
  | 'policy/l3/null-route'
  | 'policy/l3/rpf'
  | 'no-buffer'
  | 'host/no-listener'
  | 'host/not-for-us'
  | 'host/closing'
  | 'host/disabled'
  | 'host/filter'
  | 'host/authentication'
  | 'host/protocol-state'
  | 'host/duplicate'
  | 'host/reassembly'
  | 'host/no-neighbour'
  | 'host/no-port'
  | 'host/port-state'
  | 'host/normal-free';

/** A row of the tables: class and intent. */
export type ClassRow = readonly [DiscardClassName, DiscardIntent];

/** Rows by reason, trap or function. */
export type ClassRows = Readonly<Record<string, ClassRow>>;
