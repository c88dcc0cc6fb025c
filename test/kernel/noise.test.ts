import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { NOISE } from '../../src/class/noise.js';
import { dropcap, temporaryFolder } from '../support/tools.js';
import { type CapturedDrop, capturedDrops } from './judges.js';
import { machineOf } from './machine.js';

/** What `--hide noise` hides of the usual traffic, on these kernels: reason and function, and why it is no loss. */
const HIDDEN: readonly (readonly [string, readonly string[], string])[] = [
  ['QUEUE_PURGE inet_sock_destruct', ['6.12'], 'raw socket, closed with datagrams of others'],
  ['NOT_SPECIFIED inet_sock_destruct', ['6.1'], 'the same'],
  [
    'QUEUE_PURGE sk_stream_kill_queues',
    ['6.12'],
    'TCP socket, closed with the FIN of the other end in its queue',
  ],
  ['NOT_SPECIFIED sk_stream_kill_queues', ['6.1'], 'the same'],
  ['QUEUE_PURGE tcp_disconnect', ['6.12'], 'TCP listener, closed with a connection that nobody accepted'],
  ['NOT_SPECIFIED tcp_disconnect', ['6.1'], 'the same'],
  [
    'NOT_SPECIFIED udp_destruct_common',
    ['6.1', '6.12'],
    'UDP socket, closed with a datagram that nobody read',
  ],
  ['NOT_SPECIFIED skb_rbtree_purge', ['6.1', '6.12'], 'TCP socket, closed with a segment after a gap'],
  ['QUEUE_PURGE skb_queue_purge_reason', ['6.12'], 'packet and netlink sockets, closed with unread packets'],
  ['NOT_SPECIFIED skb_queue_purge', ['6.1'], 'the same'],
  ['NOT_SPECIFIED tun_queue_purge', ['6.1', '6.12'], 'tap device whose program ended'],
  ['NOT_SPECIFIED skb_release_data', ['6.1'], 'later fragments of datagrams that were delivered'],
  ['TCP_OLD_DATA tcp_data_queue', ['6.1', '6.12'], 'the last segment, twice'],
  ['TCP_OLD_SEQUENCE tcp_validate_incoming', ['6.12'], 'an earlier segment, twice'],
  ['TCP_OFOMERGE tcp_data_queue', ['6.1', '6.12'], 'a segment after a gap, twice'],
  ['TCP_OFO_DROP tcp_data_queue', ['6.1', '6.12'], 'a segment after a gap that a longer one filled'],
  ['DUP_FRAG ip_defrag', ['6.12'], 'a fragment, twice'],
  ['OTHERHOST ip_rcv_core', ['6.1', '6.12'], 'a frame with the address of another host'],
  ['OTHERHOST ip6_rcv_core', ['6.1', '6.12'], 'the same, IPv6'],
  ['IPV6_NDISC_NS_OTHERHOST icmpv6_rcv', ['6.12'], 'a neighbour solicitation for another host'],
  ['NOT_SPECIFIED ip6_mc_input', ['6.1', '6.12'], 'IPv6 multicast that nobody here has joined'],
];

/** The drops that hurt: the text in the packet after `hurts-`, the reason on these kernels. */
const HURTS: readonly (readonly [string, ...(readonly [string, string])])[] = [
  ['firewall', 'NETFILTER_DROP', 'NETFILTER_DROP'],
  // The datagram is a drop of its own, and its later fragments are noise.
  ['firewall-fragments', 'NETFILTER_DROP', 'NETFILTER_DROP'],
  ['tc', 'TC_INGRESS', 'TC_INGRESS'],
  ['receive-buffer', 'SOCKET_RCVBUFF', 'SOCKET_RCVBUFF'],
  ['packet-socket', 'NOT_SPECIFIED', 'PACKET_SOCK_ERROR'],
  ['queue', 'QDISC_DROP', 'QDISC_DROP'],
  ['socket-filter', 'SOCKET_FILTER', 'SOCKET_FILTER'],
  ['no-route', 'IP_INNOROUTES', 'IP_INNOROUTES'],
  ['blackhole', 'NOT_SPECIFIED', 'NOT_SPECIFIED'],
  ['source', 'IP_RPFILTER', 'IP_RPFILTER'],
  ['neighbour', 'NEIGH_FAILED', 'NEIGH_FAILED'],
  ['ttl', 'IP_INHDR', 'IP_INHDR'],
  ['mtu', 'PKT_TOO_BIG', 'PKT_TOO_BIG'],
  ['ip-checksum', 'IP_CSUM', 'IP_CSUM'],
  ['udp-checksum', 'UDP_CSUM', 'UDP_CSUM'],
  ['tcp-checksum', 'TCP_CSUM', 'TCP_CSUM'],
  ['icmp-checksum', 'ICMP_CSUM', 'ICMP_CSUM'],
  ['header', 'IP_INHDR', 'IP_INHDR'],
  ['protocol', 'IP_NOPROTO', 'IP_NOPROTO'],
  ['closed', 'NO_SOCKET', 'NO_SOCKET'],
  ['closed-tcp', 'NO_SOCKET', 'NO_SOCKET'],
  ['reassembly', 'NOT_SPECIFIED', 'FRAG_REASM_TIMEOUT'],
];

/** `REASON function` of a drop, from its comment. */
function causeOf({ comment }: CapturedDrop): string {
  const [, reason, place] = /reason=(\S+) symbol=([^+. ]+)/.exec(comment) ?? [];
  return `${reason} ${place}`;
}

/** How often each text is in a list. */
function countsOf(texts: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const text of texts) counts[text] = (counts[text] ?? 0) + 1;
  return counts;
}

const KERNELS = ['6.1', '6.12'];
const folder = temporaryFolder();

describe.each(KERNELS)('--hide noise on Linux %s', (kernel) => {
  const guest = machineOf('noise.sh', kernel, ['usual', 'hurts']);
  /** All drops of a step, and those of its file that `--hide noise` shows. */
  const drops: Record<string, { all: CapturedDrop[]; shown: CapturedDrop[]; summary: string }> = {};
  beforeAll(() => {
    for (const step of ['usual', 'hurts']) {
      const input = guest.path(`${step}.pcapng`);
      const output = join(folder, `${kernel}-${step}.pcapng`);
      const { status, stderr } = dropcap('-r', input, '--hide', 'noise', '-w', output);
      if (status !== 0) throw new Error(stderr);
      drops[step] = { all: capturedDrops(input), shown: capturedDrops(output), summary: stderr };
    }
  });

  test('the steps made their packets, and no drop was lost', () => {
    expect(['traffic', 'harm'].map((step) => [guest.status(step), guest.text(`${step}.err`)])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    for (const step of ['usual', 'hurts'])
      expect(guest.text(`${step}.err`)).toMatch(/\n0 queue drops\n0 overruns\n0 malformed alerts\n/);
  });

  test('hides of the usual traffic exactly the drops that are listed', () => {
    const { all, shown } = drops['usual']!;
    const [before, after] = [countsOf(all.map(causeOf)), countsOf(shown.map(causeOf))];
    const hidden = Object.keys(before).filter((cause) => before[cause] !== after[cause]);
    const listed = HIDDEN.filter(([, kernels]) => kernels.includes(kernel)).map(([cause]) => cause);
    expect(hidden.toSorted()).toEqual(listed.toSorted());
    // A cause is hidden as a whole, or not at all.
    expect(hidden.filter((cause) => cause in after)).toEqual([]);
  });

  test('hides what the table has for this kernel, and nothing else', () => {
    const rows = NOISE.filter(({ kernels }) => kernels.split(', ').includes(kernel));
    const ofTable = rows.flatMap(({ reasons, places }) =>
      reasons.flatMap((reason) => (places ?? ['']).map((place) => `${reason} ${place}`)),
    );
    const listed = HIDDEN.filter(([, kernels]) => kernels.includes(kernel)).map(([cause]) => cause);
    const matches = (cause: string, key: string) =>
      cause === key || (key.endsWith(' ') && cause.startsWith(key));
    expect(listed.filter((cause) => !ofTable.some((key) => matches(cause, key)))).toEqual([]);
    expect(ofTable.filter((key) => !listed.some((cause) => matches(cause, key)))).toEqual([]);
  });

  test('counts what it hides', () => {
    const { all, shown, summary } = drops['usual']!;
    const [, list] = /^hidden: (.*)$/m.exec(summary)!;
    const counts = list!.split(', ').map((item) => Number(/^(\d+) [a-z-]+$/.exec(item)?.[1]));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(all.length - shown.length);
  });

  test.each(HURTS)('shows each drop that hurts: %s', (name, ...reasons) => {
    const { all, shown } = drops['hurts']!;
    const hurting = (list: readonly CapturedDrop[]) =>
      list.filter(({ bytes }) => bytes.includes(`hurts-${name}.`)).map(causeOf);
    const expected = reasons[KERNELS.indexOf(kernel)]!;
    expect(hurting(all).filter((cause) => cause.startsWith(`${expected} `)).length).toBeGreaterThan(0);
    expect(hurting(shown)).toEqual(hurting(all));
  });
});
