import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { classOf } from '../../../src/class/classOf.js';
import { CORE_REASONS } from '../../../src/class/coreReasons.js';
import type { DropCause } from '../../../src/class/dropCause.js';
import { NOISE } from '../../../src/class/noise.js';
import { NOISE_NAMES, noiseOf } from '../../../src/class/noiseOf.js';
import { PLACES } from '../../../src/class/places.js';
import { MAC80211_REASONS, OPENVSWITCH_REASONS, QDISC_REASONS } from '../../../src/class/subsystemReasons.js';
import { TRAPS } from '../../../src/class/traps.js';

const at = (place: string) => `${place}+0x1/0x2`;
const SHOWN_PLACE = at('any_function');

/** A cause of each reason and place of the table. */
const causes: DropCause[] = NOISE.flatMap(({ reasons, places }) =>
  reasons.flatMap((reason) => (places ?? ['any_function']).map((place) => ({ reason, symbol: at(place) }))),
);

describe('noiseOf', () => {
  const cases: [string, DropCause, string | undefined][] = [
    ['a reason at a place', { reason: 'QUEUE_PURGE', symbol: at('inet_sock_destruct') }, 'socket-close'],
    ['a place without reason', { symbol: at('skb_queue_purge') }, 'queue-purge'],
    [
      'a place with NOT_SPECIFIED',
      { reason: 'NOT_SPECIFIED', symbol: at('ip6_mc_input') },
      'multicast-not-joined',
    ],
    ['a reason at any place', { reason: 'OTHERHOST', symbol: at('ip_rcv_core') }, 'other-host'],
    ['a reason without place', { reason: 'OTHERHOST' }, 'other-host'],
    ['a function that the compiler changed', { symbol: at('tun_queue_purge.part.0') }, 'queue-purge'],
    // WireGuard drops the packets of its queue when no handshake succeeds; the neighbour table those of a dead neighbour.
    [
      'a queue that is purged elsewhere',
      { reason: 'QUEUE_PURGE', symbol: at('wg_packet_purge_staged_packets') },
      undefined,
    ],
    ['a queue of neighbours', { reason: 'QUEUE_PURGE', symbol: at('neigh_destroy') }, undefined],
    ['a place with another reason', { reason: 'NETFILTER_DROP', symbol: at('skb_release_data') }, undefined],
    ['a reason without its place', { reason: 'QUEUE_PURGE' }, undefined],
    ['a name that the kernel may have cut', { symbol: 'skb_queue_purge' }, undefined],
    [
      'an old acknowledgement, which may reset a connection',
      { reason: 'TCP_OLD_ACK', symbol: at('tcp_rcv_state_process') },
      undefined,
    ],
    ['a trap', { trap: 'stp' }, undefined],
    ['a trap, also with a reason', { trap: 'tail_drop', reason: 'OTHERHOST' }, undefined],
    ['names of JavaScript', { reason: 'constructor' }, undefined],
    ['nothing', {}, undefined],
  ];
  test.each(cases)('%s', (_, cause, expected) => {
    expect(noiseOf(cause)).toBe(expected);
  });

  test('finds every row of the table', () => {
    const names = NOISE.flatMap(({ name, reasons, places }) =>
      Array<string>(reasons.length * (places?.length ?? 1)).fill(name),
    );
    expect(causes.map(noiseOf)).toEqual(names);
    expect(new Set(names)).toEqual(new Set(NOISE_NAMES));
  });
});

describe('noise', () => {
  test('is only of classes that are intended', () => {
    const others = causes.filter((cause) => classOf(cause)?.intent !== 'intended');
    expect(others).toEqual([]);
  });

  test('has no reason or trap whose intent is another or not known, at any place', () => {
    const places = [...Object.keys(PLACES), ...NOISE.flatMap(({ places: own = [] }) => own)].map(at);
    const rows = Object.entries({
      ...CORE_REASONS,
      ...OPENVSWITCH_REASONS,
      ...MAC80211_REASONS,
      ...QDISC_REASONS,
    });
    const reasons = rows.filter(([, [, intent]]) => intent !== 'intended').map(([reason]) => reason);
    expect(reasons.length).toBeGreaterThan(100);
    for (const reason of [...reasons, 'A_REASON_OF_LATER'])
      for (const symbol of [...places, SHOWN_PLACE, undefined])
        expect(noiseOf({ reason, symbol })).toBeUndefined();
    for (const trap of Object.keys(TRAPS))
      for (const symbol of places) expect(noiseOf({ trap, symbol })).toBeUndefined();
  });

  test('is not what firewalls, full buffers, missing routes and checksums do', () => {
    const hurting = /^(policy|no-buffer|errors)\//;
    const names = causes.map((cause) => classOf(cause)?.name ?? '');
    expect(names.filter((name) => hurting.test(`${name}/`))).toEqual([]);
  });

  test('has each reason and place once', () => {
    const keys = causes.map(({ reason, symbol }) => `${reason} ${symbol}`);
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
  });
});

test('docs/noise.md has the rows of the table', () => {
  const page = readFileSync(new URL('../../../docs/noise.md', import.meta.url), 'utf8');
  const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');
  const rows = NOISE.map(
    ({ name, reasons, places, kernels, why }) =>
      `| \`${name}\` | ${code(reasons)} | ${places ? code(places) : 'any'} | ${kernels} | ${why} |`,
  );
  const section = page.slice(page.indexOf('\n## The table\n'), page.indexOf('\n## What stays\n'));
  expect(section.split('\n').filter((line) => line.startsWith('| `'))).toEqual(rows);
});
