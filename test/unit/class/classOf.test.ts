import { describe, expect, test } from 'vitest';
import { classOf } from '../../../src/class/classOf.js';
import type { DropCause } from '../../../src/class/dropCause.js';

describe('classOf', () => {
  const cases: [string, DropCause, string | undefined][] = [
    ['a reason', { reason: 'NETFILTER_DROP', symbol: 'nft_do_chain+0x40f/0x630' }, 'policy/l3/acl intended'],
    ['a reason of a subsystem', { reason: 'OVS_DROP_METER' }, 'policy/l3/policer intended'],
    ['a reason of wireless', { reason: 'RX_DROP_U_REPLAY' }, 'host/authentication unclear'],
    ['the name of a reason in Linux 5.18', { reason: 'PTYPE_ABSENT' }, 'host/no-listener unclear'],
    ['a trap', { trap: 'ttl_value_is_too_small' }, 'errors/l3/ttl-expired unclear'],
    ['a trap, also with a reason', { trap: 'tail_drop', reason: 'NO_SOCKET' }, 'no-buffer unintended'],
    ['a trap of a driver', { trap: 'fid_miss' }, undefined],
    ['a place without reason', { symbol: 'nf_hook_slow+0xa3/0xb0' }, 'policy/l3/acl intended'],
    [
      'a place with NOT_SPECIFIED',
      { reason: 'NOT_SPECIFIED', symbol: 'ip6_mc_input+0x1/0x2' },
      'host/not-for-us intended',
    ],
    [
      'a function that the compiler changed',
      { symbol: 'br_flood.constprop.0.isra.1+0x1/0x2' },
      'host/no-port unclear',
    ],
    ['a function with several causes', { symbol: 'tcp_v4_rcv+0x1/0x2' }, undefined],
    ['a name that the kernel may have cut', { symbol: 'skb_queue_purge' }, undefined],
    ['an address', { symbol: '0xffffffffc0123456' }, undefined],
    [
      'a bad header',
      { reason: 'IP_INHDR', symbol: 'ip_rcv_core+0x1/0x2' },
      'errors/l3/rx/invalid-packet unintended',
    ],
    [
      'a TTL that ran out',
      { reason: 'IP_INHDR', symbol: 'ip_forward+0x1/0x2' },
      'errors/l3/ttl-expired unclear',
    ],
    [
      'an unknown reason, whatever the place',
      { reason: 'NEW_REASON', symbol: 'nf_hook_slow+0x1/0x2' },
      undefined,
    ],
    ['names of JavaScript', { reason: 'constructor' }, undefined],
    ['names of JavaScript as a trap', { trap: '__proto__' }, undefined],
    ['names of JavaScript as a function', { symbol: 'toString+0x1/0x2' }, undefined],
    ['nothing', {}, undefined],
  ];
  test.each(cases)('finds the class of %s', (_, cause, expected) => {
    const found = classOf(cause);
    expect(found && `${found.name} ${found.intent}`).toBe(expected);
  });
});
