import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SLICES } from '../../../src/top/slices.js';
import { dropAt, START, testCounts } from '../../support/topViews.js';

describe('the window', () => {
  test('has the drops of at least its time, and drops leave it afterwards', () => {
    const { add, pass, view } = testCounts(10);
    add(dropAt(0), dropAt(0));
    pass(10);
    expect(view().drops).toBe(2);
    pass(10 / 19);
    expect(view()).toMatchObject({ drops: 0, dropsSinceStart: 2, perSecond: 0 });
  });

  test('covers so much time that the rate of a steady stream is exact', () => {
    const { add, view } = testCounts(10);
    for (let i = 0; i < 2000; i++) add(dropAt(i / 50));
    const { drops, windowSeconds, tables } = view();
    expect(windowSeconds).toBeGreaterThanOrEqual(10);
    expect(windowSeconds).toBeLessThanOrEqual(10 * (20 / 19));
    expect(Math.abs(drops - 50 * windowSeconds)).toBeLessThan(2);
    expect(tables.causes[0]!.perSecond).toBeCloseTo(50, 0);
  });

  test('is shorter in the beginning: from the first drop of a file, from the start of a live view', () => {
    const { add, view } = testCounts(30);
    add(dropAt(0), dropAt(4));
    expect(view().windowSeconds).toBeCloseTo(4, 5);
    expect(view().time).toBeCloseTo(START + 4, 5);
    expect(view({ start: START - 6 }).windowSeconds).toBe(10);
  });

  test('counts a drop without a time as one of now, and does not know when it was', () => {
    const { add, view } = testCounts();
    const timeless = dropAt(-START, { reason: 'NO_TIME' });
    add(timeless);
    expect(view()).toMatchObject({ drops: 1, time: null, windowSeconds: 1 });
    add(dropAt(0), timeless);
    const { drops, tables } = view();
    expect(drops).toBe(2);
    expect(tables.reasons.find(({ name }) => name === 'NO_TIME')).toMatchObject({ drops: 1, last: null });
  });

  test('a jump forward ends it; drops with the old time are counted as drops of now', () => {
    const { add, view } = testCounts();
    add(dropAt(0), dropAt(1));
    const hostile = dropAt(2 ** 34 - START - 1);
    add(hostile);
    expect(view().drops).toBe(1);
    add(dropAt(2), dropAt(3));
    expect(view()).toMatchObject({ drops: 3, dropsSinceStart: 5 });
    expect(view().time).toBeCloseTo(2 ** 34 - 1, 3);
  });

  test('forgets all drops after clear, and counts on', () => {
    const { counts, add, view } = testCounts();
    add(dropAt(0));
    counts.clear();
    expect(view().drops).toBe(0);
    expect(view().history).not.toContain(1);
    add(dropAt(1));
    expect(view().drops).toBe(1);
  });

  test('has the drops that came in its time, whatever the times and pauses are', () => {
    const steps = fc.array(fc.tuple(fc.nat(15_000), fc.nat(3)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), steps, (window, all) => {
        const { counts, add, view } = testCounts(window);
        let now = 0;
        const times: number[] = [];
        for (const [ms, drops] of all) {
          now += ms / 1000;
          for (let i = 0; i < drops; i++) times.push(now);
          add(...Array.from({ length: drops }, () => dropAt(now)));
        }
        const end = counts.clock.now;
        const begin = counts.slices.begin(end);
        expect(end - begin).toBeGreaterThanOrEqual(times.length > 0 ? window * 0.999999 : 0);
        const within = times.filter((time) => START + time >= begin + 1e-5).length;
        const near = times.filter((time) => Math.abs(START + time - begin) < 1e-5).length;
        expect(view().drops).toBeGreaterThanOrEqual(within);
        expect(view().drops).toBeLessThanOrEqual(within + near);
        const { causes } = view().tables;
        if (view().drops === 0) return;
        expect(causes[0]!.history).toHaveLength(SLICES);
        expect(causes[0]!.history.reduce((sum, some) => sum + some, 0)).toBe(causes[0]!.drops);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a tap', () => {
  test('gets each batch with marks for the rows that fit', () => {
    const { counts, add } = testCounts();
    const marks: number[][] = [];
    counts.tap = {
      match: (cause) => counts.causes.kind(cause).reason === 'B',
      write: (batch, marked) => void marks.push([...marked.subarray(0, batch.length)]),
    };
    const [a, b] = [dropAt(0, { reason: 'A' }), dropAt(0, { reason: 'B' })];
    add(a, b, b);
    add(b, a);
    expect(marks).toEqual([
      [0, 1, 1],
      [1, 0],
    ]);
    expect(counts.drops).toBe(5);
  });
});
