import type { CapturedDrop } from './judges.js';

/** Drops of one kind that drops.sh makes, and the facts about them in a file. */
export interface KindOfDrops {
  readonly kind: string;
  readonly number: number;
  /** Undefined where the kernel gives no reasons. */
  readonly reason: string | undefined;
  /** The functions, one of which dropped them: later kernels put one into another. */
  readonly symbol: string;
  /** Undefined where the function does not give it. */
  readonly class: string | undefined;
  /** Name of the interface in the file. */
  readonly device: string;
  readonly linkType: number;
  readonly length: number;
}

const [UDP4, UDP6] = ['__udp4_lib_rcv', '__udp6_lib_rcv'];
const NO_LISTENER = { reason: 'NO_SOCKET', class: 'host/no-listener' };
const DC0 = { device: 'dc0', linkType: 1 };

/** The drops of drops.sh on Linux 6.1 and 6.12. */
export const KINDS: readonly KindOfDrops[] = [
  { kind: 'udp4', number: 5, symbol: UDP4, ...NO_LISTENER, ...DC0, length: 56 },
  { kind: 'udp6', number: 3, symbol: UDP6, ...NO_LISTENER, ...DC0, length: 76 },
  { kind: 'loopback', number: 2, symbol: UDP4, ...NO_LISTENER, device: 'lo', linkType: 1, length: 60 },
  {
    kind: 'nft',
    number: 3,
    reason: 'NETFILTER_DROP',
    symbol: 'nft_do_chain',
    class: 'policy/l3/acl',
    ...DC0,
    length: 55,
  },
  {
    kind: 'vlan',
    number: 2,
    reason: 'OTHERHOST',
    symbol: 'ip_rcv_core',
    class: 'host/not-for-us',
    ...DC0,
    length: 56,
  },
  { kind: 'tunnel', number: 3, symbol: UDP4, ...NO_LISTENER, device: 'dct0', linkType: 101, length: 44 },
  {
    kind: 'proto',
    number: 1,
    ...NO_LISTENER,
    reason: 'IP_NOPROTO',
    symbol: 'ip_local_deliver_finish',
    ...DC0,
    length: 49,
  },
  { kind: 'large', number: 1, symbol: UDP4, ...NO_LISTENER, ...DC0, length: 1442 },
];

/** The same on the newest kernel: from 7.2 on, UDP is dropped in the callers of the older functions. */
export const NEWEST_KINDS: readonly KindOfDrops[] = KINDS.map((kind) => newest(kind));

function newest(kind: KindOfDrops): KindOfDrops {
  const symbols: Readonly<Record<string, string>> = {
    [UDP4]: `(${UDP4}|udp_rcv)`,
    [UDP6]: `(${UDP6}|udpv6_rcv)`,
  };
  return { ...kind, symbol: symbols[kind.symbol] ?? kind.symbol };
}

/** The same on arm64, where the compiler put one function into its caller. */
export const ARM64_KINDS: readonly KindOfDrops[] = KINDS.map((kind) =>
  kind.kind === 'proto' ? { ...kind, symbol: 'ip_protocol_deliver_rcu' } : kind,
);

/**
 * The same on Linux 5.10, which gives no reasons. nftables is seen at its caller. The packets of the tunnel begin with the
 * Ethernet header of the outer device. So dropcap does not take them for the tunnel's, and has only the index.
 */
export const KINDS_5_10: readonly KindOfDrops[] = KINDS.map((kind) => withoutReason(kind));

function withoutReason(kind: KindOfDrops): KindOfDrops {
  const plain = { ...kind, reason: undefined, class: undefined };
  if (kind.kind === 'nft') return { ...plain, symbol: 'nf_hook_slow', class: kind.class };
  if (kind.kind === 'tunnel') return { ...plain, device: 'ifindex4', linkType: 1, length: 78 };
  return plain;
}

/** The drops of drops.sh, recognized by the content of their packets. */
export function ofKind(drops: readonly CapturedDrop[], kind: string): CapturedDrop[] {
  return drops.filter((drop) => drop.bytes.toString('latin1').includes(`dropcap-${kind}-`));
}
