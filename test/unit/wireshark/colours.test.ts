import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { classOf, REASON_NAMES } from '../../../src/class/classOf.js';

const FILE = new URL('../../../src/wireshark/profile/colorfilters', import.meta.url);

/** The rules by reason in their order: Wireshark takes the first that matches. `matches` ignores case. */
const RULES = [
  ...readFileSync(FILE, 'latin1').matchAll(/^@Drop: (.+?)@dropcap\.reason matches "(.+)"@/gm),
].map(([, name, pattern]) => ({ name: name!, pattern: new RegExp(pattern!, 'i') }));

const ruleOf = (reason: string) => RULES.find(({ pattern }) => pattern.test(reason))?.name ?? 'other';

const [FIREWALL, DAMAGED] = ['firewall and filters', 'checksum and header errors'];
const [QUEUES, NO_SOCKET, ROUTES] = ['queues and buffers', 'no socket', 'routes and neighbours'];
const [WIRELESS, TCP, OTHER] = ['wireless and encryption', 'TCP', 'other'];

/** The rule for the reasons of a class. A class that is not here fails the test: choose its colour. */
const BY_CLASS: Readonly<Record<string, string>> = {
  'errors/l2/rx/invalid-mac': DAMAGED,
  'errors/l2/rx/invalid-vlan': DAMAGED,
  'errors/l2/rx/invalid-frame': DAMAGED,
  'errors/l2/tx': ROUTES,
  'errors/l3/rx/checksum-error': DAMAGED,
  'errors/l3/rx/mtu-exceeded': DAMAGED,
  'errors/l3/rx/invalid-packet': DAMAGED,
  'errors/l3/ttl-expired': DAMAGED,
  'errors/l3/no-route': ROUTES,
  'errors/l3/tx': ROUTES,
  'errors/internal': OTHER,
  'policy/l2/acl': FIREWALL,
  'policy/l3/acl': FIREWALL,
  'policy/l3/policer': FIREWALL,
  'policy/l3/rpf': FIREWALL,
  'no-buffer': QUEUES,
  'host/no-listener': NO_SOCKET,
  'host/not-for-us': ROUTES,
  'host/closing': NO_SOCKET,
  'host/disabled': ROUTES,
  'host/filter': FIREWALL,
  'host/authentication': WIRELESS,
  'host/protocol-state': OTHER,
  'host/duplicate': OTHER,
  'host/reassembly': OTHER,
  'host/no-neighbour': ROUTES,
  'host/no-port': ROUTES,
  'host/port-state': ROUTES,
  'host/normal-free': OTHER,
};

/** Reasons whose rule is not that of their class, because their name says something else first. */
const EXCEPTIONS: readonly (readonly [pattern: RegExp, rule: string])[] = [
  [/^TCP_(CSUM|FLAGS)$/, DAMAGED],
  [/^TCP_(OFO_QUEUE_PRUNE|LISTEN_OVERFLOW)$/, QUEUES],
  [/^TCP_MINTTL$/, FIREWALL],
  [/^TCP_/, TCP],
  [/^(TC_|XDP$)/, FIREWALL],
  [/^(SKB_CSUM|UNHANDLED_PROTO|PTYPE_ABSENT)$/, DAMAGED],
  [/^(QUEUE_PURGE|NEIGH_QUEUEFULL|FQ_HORIZON_LIMIT|QDISC_DROP_HORIZON_LIMIT)$/, QUEUES],
  [/^UNICAST_IN_L2_MULTICAST$/, ROUTES],
  [/^RX_DROP_U_NOT_PORT_CONTROL$/, FIREWALL],
  [/^RX_DROP_U_OOM$/, QUEUES],
  [/^RX_DROP_/, WIRELESS],
];

describe("the profile's colours", () => {
  const reasons = [...REASON_NAMES].filter((reason) => reason !== 'NOT_SPECIFIED');

  test('have a rule for every reason with a class, which fits the class', () => {
    expect(reasons.length).toBeGreaterThan(150);
    const expected = reasons.map((reason) => {
      const rule = EXCEPTIONS.find(([pattern]) => pattern.test(reason))?.[1];
      return [reason, rule ?? BY_CLASS[classOf({ reason, trap: undefined, symbol: undefined })!.name]];
    });
    expect(reasons.map((reason) => [reason, ruleOf(reason)])).toEqual(expected);
  });

  test('have no alternative in a rule that no reason fits', () => {
    const alternatives = RULES.flatMap(({ pattern }) => alternativesOf(pattern.source));
    expect(alternatives.length).toBeGreaterThan(40);
    expect(
      alternatives.filter((text) => !reasons.some((reason) => new RegExp(`^${text}`).test(reason))),
    ).toEqual([]);
  });

  test('say nothing about a drop without a known reason', () => {
    expect([ruleOf('NOT_SPECIFIED'), ruleOf('SOME_LATER_REASON')]).toEqual([OTHER, OTHER]);
  });
});

/** The alternatives of `^(A|B(C|D))$`: `A$` and `B(C|D)$`; of a pattern without such a group, the pattern. */
function alternativesOf(source: string): string[] {
  const group = /^\^\((.*)\)\$$/.exec(source)?.[1];
  if (group === undefined) return [source.replace(/^\^/, '')];
  let depth = 0;
  const marked = group.replace(/[()|]/g, (character) => {
    depth += character === '(' ? 1 : character === ')' ? -1 : 0;
    return character === '|' && depth === 0 ? '\n' : character;
  });
  return marked.split('\n').map((text) => `${text}$`);
}
