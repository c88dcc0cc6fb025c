import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KindTable } from '../../../src/drop/kind.js';
import { FlowTable } from '../../../src/report/flowTable.js';
import { TimeLine } from '../../../src/report/timeLine.js';
import { FlowKey, KIND } from '../../../src/stage/flowKey.js';
import { ethernet, ipv4 } from '../../support/packetBytes.js';
import { batchOfRows } from '../../support/rows.js';

/** A key whose first word is `number`, so that each number is another flow. */
function keysOf(): (number: number) => FlowKey {
  const key = new FlowKey();
  expect(key.read(batchOfRows([{ packet: ethernet(0x0800, ipv4()) }], new KindTable()), 0)).toBe(true);
  return (number) => {
    key.words[KIND] = number;
    return key;
  };
}

describe('FlowTable', () => {
  test('counts up to 32,768 flows exactly, with the times of the first and the last drop in any order', () => {
    const table = new FlowTable();
    const key = keysOf();
    for (let i = 0; i < 32_768; i++) table.add(key(i), 100);
    for (const time of [7, 0, 9, 5]) table.add(key(3), time);
    const flows = [...table];
    expect(flows).toHaveLength(32_768);
    expect(table.givenUp).toBe(0);
    const flow = flows.find(({ words }) => words[KIND] === 3)!;
    expect(flow).toMatchObject({ drops: 5, missed: 0, first: 5, last: 100 });
    expect(flow.words).toHaveLength(7);
  });

  test('gives up flows with few drops, and says how many drops a flow can lack', () => {
    const table = new FlowTable();
    const key = keysOf();
    const counts = new Map<number, number>();
    const add = (flow: number) => {
      table.add(key(flow), 1);
      counts.set(flow, (counts.get(flow) ?? 0) + 1);
    };
    for (let i = 0; i < 200_000; i++) {
      add(i % 1000 === 0 ? i : 1_000_000 + (i % 10));
      add(2_000_000 + i);
    }
    const flows = [...table];
    for (const { words, drops, missed } of flows) {
      const truth = counts.get(words[KIND]!)!;
      expect(drops).toBeLessThanOrEqual(truth);
      expect(drops + missed).toBeGreaterThanOrEqual(truth);
    }
    const most = flows.toSorted((a, b) => b.drops - a.drops).slice(0, 10);
    expect(new Set(most.map(({ words }) => words[KIND]))).toEqual(
      new Set(Array.from({ length: 10 }, (_, i) => 1_000_000 + i)),
    );
    expect(most.map(({ missed }) => missed)).toEqual(Array<number>(10).fill(0));
    const kept = flows.reduce((sum, { drops }) => sum + drops, 0);
    expect(kept + table.givenUp).toBe(400_000);
    expect(table.givenUp).toBeGreaterThan(100_000);
  });
});

test('a sender cannot choose flows that take long: FlowKey.hash is the same for all of these', () => {
  const key = keysOf()(0);
  key.length = key.words.length;
  const secondsOf = (wordOf: (i: number) => number) => {
    const table = new FlowTable();
    const start = process.cpuUsage();
    for (let i = 0; i < 16_384; i++) {
      key.words[10] = i;
      key.words[12] = wordOf(i);
      table.add(key, 1);
    }
    expect([...table]).toHaveLength(16_384);
    return process.cpuUsage(start).user / 1e6;
  };
  const usual = secondsOf(() => 0);
  expect(secondsOf((i) => -Math.imul(i, 0x9e3779b1))).toBeLessThan(20 * usual);
});

describe('TimeLine', () => {
  test('has each drop once, in at most 720 spans side by side, whatever the times are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(20), fc.double({ min: 0, max: 2 ** 34, noNaN: true })), { maxLength: 2000 }),
        (drops) => {
          const line = new TimeLine();
          for (const [cause, time] of drops) line.add(cause, time);
          const spans = line.spans();
          expect(spans.length).toBeLessThanOrEqual(720);
          const known = drops.filter(([, time]) => time !== 0);
          expect(spans.reduce((sum, span) => sum + span.drops, 0)).toBe(known.length);
          for (const [cause, time] of known) {
            const span = spans.find(({ start }) => time >= start && time < start + line.seconds);
            expect(span?.causes.get(cause)).toBeGreaterThan(0);
          }
          spans.forEach(({ start }, i) => expect(start).toBe(spans[0]!.start + i * line.seconds));
        },
      ),
      { numRuns: 30 },
    );
  });
});
