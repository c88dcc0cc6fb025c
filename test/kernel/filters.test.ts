import { describe, expect, test } from 'vitest';
import { dropcap } from '../support/tools.js';
import { machineOf } from './machine.js';

/** All drops of drops.sh. */
const MADE = 20;
/** Most other drops while drops.sh runs: a filter that rejects an alert must not cause another alert. */
const OTHERS = 40;

/** For each expression of filters.sh, how many drops of each kind of drops.sh fit. */
const EXPECTED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  port: { udp4: 5 },
  packet: { udp4: 5, udp6: 3 },
  reason: { nft: 3 },
  place: { nft: 3 },
  device: { udp4: 5, udp6: 3, nft: 3, vlan: 2, proto: 1, large: 1 },
  long: { large: 1 },
  facts: { udp6: 3 },
  tunnel: { tunnel: 3 },
  nothing: {},
};

/** Linux 5.10 gives no reasons, and reports the packets of the tunnel with their outer header. */
const EXPECTED_5_10: typeof EXPECTED = { ...EXPECTED, port: {}, reason: {}, tunnel: {} };

/** The drops by the kind that their content names. */
function kinds(packets: readonly Buffer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const packet of packets) {
    const kind = /dropcap-([a-z0-9]+)-\d/.exec(packet.toString('latin1'))?.[1] ?? 'other';
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

describe.each([
  ['6.12', EXPECTED],
  ['6.1', EXPECTED],
  ['5.10', EXPECTED_5_10],
])('a filter on Linux %s', (kernel, expected) => {
  const fitting = expected['port']!['udp4'] ?? 0;
  const guest = machineOf('filters.sh', kernel, ['live']);
  const count = (name: string, text: RegExp) => Number(text.exec(guest.text(`${name}.err`))?.[1] ?? 0);

  test.each(Object.entries(expected))('%s keeps only the drops that fit', (name, counts) => {
    expect([guest.status(name), guest.text(`${name}.err`)]).toEqual([0, expect.stringContaining('captured')]);
    const bytes = guest.drops(`${name}.pcapng`).map((drop) => drop.bytes);
    expect(kinds(bytes)).toEqual(counts);
  });

  test.each(Object.keys(EXPECTED))('%s accounts for the other drops', (name) => {
    const captured = count(name, /^(\d+) drops captured$/m);
    const written = count(name, /^(\d+) drops? written$/m);
    const leftOut = count(name, /^(\d+) drops left out by the filter$/m);
    expect(captured).toBeGreaterThanOrEqual(MADE);
    expect(captured).toBeLessThan(MADE + OTHERS);
    expect(written + leftOut).toBe(captured);
    expect(guest.text(`${name}.err`)).toContain('\n0 queue drops\n0 overruns\n0 malformed alerts\n');
  });

  test.each(['port', 'device', 'tunnel'])('%s keeps the same packets of a file', (name) => {
    const expression = guest.text(`${name}.expression`).trim();
    const path = guest.path(`${name}-again.pcapng`);
    expect(dropcap('-q', '-r', guest.path('all.pcapng'), '-w', path, expression).status).toBe(0);
    const packets = (file: string) => guest.drops(file).map((drop) => drop.bytes.toString('hex'));
    expect(packets(`${name}-again.pcapng`).toSorted()).toEqual(packets(`${name}.pcapng`).toSorted());
  });

  test('is in the JSON of the drops and of the summary', () => {
    expect(guest.status('json')).toBe(0);
    const drops = guest.text('json.out').split('\n').slice(0, -1);
    expect(drops).toHaveLength(fitting);
    for (const drop of drops) expect(drop).toContain('"reason":"NO_SOCKET"');
    const line = /^\{.*\}$/m.exec(guest.text('json.err'))![0];
    const summary = JSON.parse(line) as { captured: number };
    expect(summary).toMatchObject({
      filtered: summary.captured - fitting,
      removed: { filter: summary.captured - fitting },
      written: fitting,
      queueDrops: 0,
      overruns: 0,
    });
  });
});
