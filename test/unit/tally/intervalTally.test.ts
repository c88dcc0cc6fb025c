import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DropBatch } from '../../../src/drop/batch.js';
import { KindTable } from '../../../src/drop/kind.js';
import { CauseCounts } from '../../../src/tally/causeCounts.js';
import { type CountedSpan, IntervalTally } from '../../../src/tally/intervalTally.js';
import { generatedBatches } from '../../support/batches.js';
import { batchIn } from '../../support/encoding.js';

const SECOND = 1_000_000_000n;
const T0 = 1_700_000_000_000_000_000n;

/** A batch of one kind, with a row for each time; 0: a drop without a time. */
function batchAt(kinds: KindTable, reason: string, ...times: bigint[]): DropBatch {
  const batch = batchIn(new Uint8Array(0), times.length, kinds);
  const { id } = kinds.intern({ origin: 'software', deviceType: 1, littleEndian: true, reason });
  for (const [row, ns] of times.entries()) {
    batch.kind[row] = id;
    batch.timestampHigh[row] = Number(ns >> 32n);
    batch.timestampLow[row] = Number(ns & 0xffffffffn);
  }
  batch.length = times.length;
  return batch;
}

function tallyOf(lengthNs: bigint | undefined, origin?: 'software' | 'hardware') {
  const intervals: CountedSpan[] = [];
  const tally = new IntervalTally({ lengthNs, origin, onInterval: (interval) => intervals.push(interval) });
  return { tally, intervals };
}

const rowsOf = (counts: CauseCounts) =>
  Object.fromEntries(
    [...counts].map(({ cause, drops }) => [cause.reason ?? cause.trap ?? `${cause.programCounter}`, drops]),
  );

describe('IntervalTally of a file', () => {
  test('divides the drops by their times, within a batch too, and has no interval without drops', () => {
    const { tally, intervals } = tallyOf(SECOND);
    const kinds = new KindTable();
    tally.write(batchAt(kinds, 'A', T0, T0 + SECOND - 1n, T0 + SECOND));
    tally.write(batchAt(kinds, 'B', T0 + SECOND + 1n, T0 + 5n * SECOND + 7n));
    tally.endOfFile();
    expect(
      intervals.map(({ startNs, endNs, counts }) => [startNs! - T0, endNs! - T0, rowsOf(counts)]),
    ).toEqual([
      [0n, SECOND, { A: 2 }],
      [SECOND, 2n * SECOND, { A: 1, B: 1 }],
      [5n * SECOND, 6n * SECOND, { B: 1 }],
    ]);
    const { startNs, endNs, counts } = tally.total;
    expect([startNs, endNs, counts.drops]).toEqual([T0, T0 + 5n * SECOND + 7n, 5]);
    expect(rowsOf(counts)).toEqual({ A: 3, B: 2 });
  });

  test('counts a drop that is late, or has no time, in the current interval', () => {
    const { tally, intervals } = tallyOf(SECOND);
    const kinds = new KindTable();
    tally.write(batchAt(kinds, 'A', 0n, T0, T0 + 3n * SECOND, T0 + SECOND, 0n, T0 - 5n));
    tally.endOfFile();
    expect(intervals.map(({ counts }) => counts.drops)).toEqual([2, 4]);
    expect(tally.total.startNs).toBe(T0 - 5n);
  });

  test('has no times when no drop has one', () => {
    const { tally, intervals } = tallyOf(SECOND);
    tally.write(batchAt(new KindTable(), 'A', 0n, 0n));
    tally.endOfFile();
    expect(intervals).toMatchObject([{ startNs: undefined, endNs: undefined, counts: { drops: 2 } }]);
    expect(tally.total.startNs).toBeUndefined();
  });

  test('adds losses and repeats of the rows, and counts every row once', () => {
    fc.assert(
      fc.property(generatedBatches, fc.bigInt({ min: 1n, max: 1n << 62n }), (make, lengthNs) => {
        const { batches } = make();
        const { tally, intervals } = tallyOf(lengthNs);
        let [drops, lost, repeated] = [0, 0, 0];
        for (const batch of batches) {
          tally.write(batch);
          drops += batch.length;
          for (let row = 0; row < batch.length; row++) {
            lost += batch.lostBefore[row]!;
            repeated += batch.repeatedBefore[row]!;
          }
        }
        tally.endOfFile();
        const sum = (of: (interval: CountedSpan) => number) =>
          intervals.reduce((all, one) => all + of(one), 0);
        expect([sum((one) => one.counts.drops), sum((one) => one.lost!), sum((one) => one.repeated)]).toEqual(
          [drops, lost, repeated],
        );
        expect(tally.total).toMatchObject({ lost, repeated, counts: { drops, others: 0 } });
        expect([...tally.total.counts].reduce((all, one) => all + one.drops, 0)).toBe(drops);
      }),
    );
  });

  test('adds the counts of summary alerts, by the time of their records', () => {
    const { tally, intervals } = tallyOf(SECOND);
    tally.addCounts([{ programCounter: 5n, count: 1_000_000 }], T0);
    tally.addCounts([{ programCounter: 5n, count: 2 }], T0 + SECOND - 1n);
    tally.addCounts([{ trap: 'ttl', count: 3 }], T0 + SECOND);
    tally.endOfFile();
    expect(intervals.map(({ counts }) => rowsOf(counts))).toEqual([{ 5: 1_000_002 }, { ttl: 3 }]);
  });
});

describe('IntervalTally of a live capture', () => {
  test('ends intervals when asked, also without drops, and not by the times of drops', () => {
    const { tally, intervals } = tallyOf(undefined);
    tally.start(1000);
    tally.write(batchAt(new KindTable(), 'A', T0, T0 + 100n * SECOND));
    tally.end(6000);
    tally.end(11_000);
    expect(intervals.map(({ startNs, endNs, counts }) => [startNs, endNs, counts.drops])).toEqual([
      [SECOND, 6n * SECOND, 2],
      [6n * SECOND, 11n * SECOND, 0],
    ]);
    expect(tally.total).toMatchObject({ startNs: SECOND, endNs: 11n * SECOND });
  });

  test('leaves out counts of another origin, and marks alerts that are full', () => {
    const { tally, intervals } = tallyOf(undefined, 'software');
    tally.start(0);
    tally.addCounts([{ trap: 'ttl', count: 3 }], undefined);
    tally.addCounts(
      Array.from({ length: 64 }, (_, i) => ({ programCounter: BigInt(i), count: 1 })),
      undefined,
    );
    tally.end(1);
    expect(intervals).toMatchObject([{ counts: { drops: 64 }, fullAlerts: 1 }]);
  });
});

describe('CauseCounts', () => {
  test('counts drops of causes that have no room separately', () => {
    const counts = new CauseCounts();
    for (let i = 0; i < 8193; i++) counts.add({ origin: 'software', programCounter: BigInt(i) }, 2);
    counts.add({ origin: 'software', programCounter: 7n }, 5);
    expect([counts.drops, counts.others, [...counts].length]).toEqual([8193 * 2 + 5, 2, 8192]);
    const sum = new CauseCounts();
    sum.addAll(counts);
    sum.addAll(counts);
    expect([sum.drops, sum.others, rowsOf(sum)['7']]).toEqual([2 * counts.drops, 4, 14]);
  });

  test('keeps 4 MiB of texts', () => {
    const counts = new CauseCounts();
    for (let i = 0; i < 200; i++) counts.add({ origin: 'hardware', trap: `${i}`.padEnd(65_000, 'x') }, 1);
    expect([...counts].length).toBe(65);
    expect(counts.others).toBe(200 - 65);
  });
});
