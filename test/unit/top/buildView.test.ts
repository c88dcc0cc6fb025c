import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildReport } from '../../../src/report/buildReport.js';
import { Analysis } from '../../../src/report/analysis.js';
import { NO_SYMBOLS } from '../../../src/symbols/symbolLookup.js';
import { TABLES } from '../../../src/top/tables.js';
import type { TopRow } from '../../../src/top/view.js';
import { ethernet } from '../../support/packetBytes.js';
import { inputOf } from '../../support/reports.js';
import { batchOfRows, type DropRow } from '../../support/rows.js';
import { dropAt, dropOfFlow, testCounts } from '../../support/topViews.js';

const sumOf = (rows: readonly TopRow[]) => rows.reduce((sum, { drops }) => sum + drops, 0);
const countsOf = (rows: readonly { name: string; drops: number }[]) =>
  Object.fromEntries(rows.map(({ name, drops }) => [name, drops]));

const anyDrops = fc.array(
  fc
    .record({
      reason: fc.constantFrom('NO_SOCKET', 'NETFILTER_DROP', 'TCP_OLD_DATA', 'no such reason', '\u001b[2J'),
      symbolText: fc.constantFrom('f+0x1/0x2', 'nft_do_chain+0x1/0x2 [nf_tables]', 'x\u0007\u009b+0x1/0x2'),
      interfaceName: fc.constantFrom('eth0', 'wlan0', '\u001b]0;x\u0007'),
      flow: fc.nat(5),
      seconds: fc.nat(25),
    })
    .map(({ flow, seconds, ...row }): DropRow => Object.assign(dropOfFlow(flow, seconds), row)),
  { minLength: 1, maxLength: 40 },
);

describe('buildView', () => {
  test('has each drop in one row of each table, and the same rows as a report', () => {
    fc.assert(
      fc.property(anyDrops, (unsorted) => {
        const rows = unsorted.toSorted((a, b) => a.at! - b.at!);
        const { add, view } = testCounts(30);
        add(...rows);
        const { drops, meanings, tables } = view();
        expect(drops).toBe(rows.length);
        expect(Object.values(meanings).reduce((sum, some) => sum + some, 0)).toBe(drops);
        for (const table of TABLES) {
          expect([table, sumOf(tables[table])]).toEqual([table, drops]);
          expect(tables[table].reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
          for (const row of tables[table]) {
            expect(row.history.reduce((sum, some) => sum + some, 0)).toBe(row.drops);
            expect(`${row.name}${row.filter}`).toMatch(/^[ -~]+$/);
          }
        }
        const analysis = new Analysis();
        analysis.write(batchOfRows(rows));
        const options = { rows: 100, samples: 0, application: '', symbols: NO_SYMBOLS };
        const report = buildReport(analysis, [inputOf()], options);
        for (const table of ['causes', 'classes', 'reasons', 'places', 'interfaces'] as const)
          expect(countsOf(tables[table])).toEqual(countsOf(report[table].rows));
        expect(meanings).toEqual(report.meanings);
      }),
      { numRuns: 40 },
    );
  });

  test('sorts by drops, and gives a row the time of its last drop and the filter that chooses its drops', () => {
    const { add, view } = testCounts();
    add(dropAt(0), dropAt(1, { reason: 'NETFILTER_DROP', interfaceName: 'eth0' }), dropAt(3));
    const { causes, interfaces, flows } = view().tables;
    expect(causes.map(({ name, drops }) => [name, drops])).toEqual([
      ['NO_SOCKET at udp_rcv', 2],
      ['NETFILTER_DROP at udp_rcv', 1],
    ]);
    expect(causes[0]).toMatchObject({
      filter: 'reason = NO_SOCKET and symbol = udp_rcv',
      meaning: 'unclear',
      missedAtMost: 0,
    });
    expect(interfaces.map(({ name, filter }) => [name, filter])).toEqual([
      ['(no device)', null],
      ['eth0', 'iface = eth0'],
    ]);
    expect(flows[0]!.name).toBe('10.0.0.1.1000 > 10.0.0.2.9 UDP, NO_SOCKET at udp_rcv');
    expect(flows[0]!.filter).toContain('reason = NO_SOCKET and symbol = udp_rcv');
  });

  test('a row of several meanings has the worst of them', () => {
    const { add, view } = testCounts();
    add(dropAt(0, { reason: 'OTHERHOST' }), dropAt(0, { reason: 'SOCKET_RCVBUFF' }));
    expect(view().tables.places).toMatchObject([{ name: 'udp_rcv', drops: 2, meaning: 'unintended' }]);
  });

  test('the rate is that of the last three seconds, without the one that has not passed', () => {
    const { add, pass, view } = testCounts();
    for (const at of [0, 1, 1, 2, 2, 2, 3, 3, 3, 3]) add(dropAt(at + 0.1));
    expect(view().perSecond).toBe((1 + 2 + 3) / 3);
    pass(1);
    expect(view().perSecond).toBe((2 + 3 + 4) / 3);
    pass(4);
    expect(view().perSecond).toBe(0);
  });

  test('packets without addresses are flows too', () => {
    const { add, view } = testCounts();
    add(dropAt(0, { packet: ethernet(0x0806, new Uint8Array(28)), protocol: 0x0806 }));
    expect(sumOf(view().tables.flows)).toBe(1);
  });
});

describe('the table of flows, when it is full', () => {
  test('says how many drops a flow can lack: never less than the truth', () => {
    const { add, view } = testCounts(38);
    const truth = new Map<string, number>();
    const drop = (flow: number, seconds: number) => {
      const name = `10.0.0.1.${flow} > 10.0.0.2.9 UDP, NO_SOCKET at udp_rcv`;
      truth.set(name, (truth.get(name) ?? 0) + 1);
      return dropOfFlow(flow, seconds);
    };
    // A part has 2 seconds. In the first one, flow 1 is given up; in the second one, it is alone.
    add(...Array.from({ length: 1500 }, (_, i) => drop(1 + i, 0)));
    add(...Array.from({ length: 50 }, () => drop(1, 2)));
    const { flows } = view().tables;
    expect(flows[0]!.name).toContain('10.0.0.1.1 >');
    for (const { name, drops, missedAtMost } of flows) {
      expect(drops).toBeLessThanOrEqual(truth.get(name)!);
      expect(drops + missedAtMost).toBeGreaterThanOrEqual(truth.get(name)!);
    }
    expect(flows[0]).toMatchObject({ drops: 50, missedAtMost: 1 });
  });

  test('much noise takes no place from rows that hurt', () => {
    const { add, view } = testCounts();
    const noise = (flow: number) => ({ ...dropOfFlow(flow), reason: 'OTHERHOST' });
    for (let flow = 0; flow < 300; flow++) add(noise(flow), noise(flow));
    for (let flow = 0; flow < 150; flow++) add({ ...dropOfFlow(flow), reason: 'SOCKET_RCVBUFF' });
    const { flows } = view().tables;
    const noisy = flows.filter(({ meaning }) => meaning === 'noise').length;
    expect([flows.length, noisy]).toEqual([200, 100]);
    expect(flows[0]!.meaning).toBe('noise');
  });

  test('prints at most 200 rows, those with the most drops', () => {
    const { add, view } = testCounts();
    add(...Array.from({ length: 300 }, (_, i) => dropOfFlow(i)), dropOfFlow(299));
    expect(view().tables.flows).toHaveLength(200);
    expect(view().tables.flows[0]).toMatchObject({ drops: 2, missedAtMost: 0 });
  });
});
