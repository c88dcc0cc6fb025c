import { describe, expect, test } from 'vitest';
import { PORTS } from '../../../src/stage/flowKey.js';
import { largestFlows } from '../../../src/top/largestFlows.js';
import { dropOfFlow, testCounts } from '../../support/topViews.js';

/** The source ports of the largest flows of these drops, with their drops. Drops come in this order, a second apart. */
function largest(flows: readonly number[], most: number): [number, number][] {
  const { counts, add } = testCounts();
  add(...flows.map((flow, i) => dropOfFlow(flow, i)));
  return largestFlows(counts.slices.window(counts.clock.now), most)
    .map(({ words, drops }): [number, number] => [words[PORTS]! >>> 16, drops])
    .toSorted(([a], [b]) => a - b);
}

describe('the largest flows of a window', () => {
  test('are all flows when there are few', () => {
    expect(largest([7, 8, 7], 5)).toEqual([
      [7, 2],
      [8, 1],
    ]);
  });

  test('have the most drops in all parts together', () => {
    expect(largest([1, 2, 2, 3, 1, 4, 1, 5, 6], 2)).toEqual([
      [1, 3],
      [2, 2],
    ]);
  });

  test('are the newest ones of those with equally many drops', () => {
    expect(largest([1, 2, 3, 4, 5, 6, 1], 3).map(([flow]) => flow)).toEqual([1, 5, 6]);
  });

  test('are in rows of the view, with the drops of all parts', () => {
    const { add, view } = testCounts();
    const many = Array.from({ length: 1000 }, (_, i) => dropOfFlow(i, 20));
    add(dropOfFlow(5000, 0), dropOfFlow(5000, 10), ...many, dropOfFlow(5000, 20));
    const { flows } = view().tables;
    expect(flows).toHaveLength(200);
    expect([flows[0]!.name, flows[0]!.drops, flows[1]!.drops]).toEqual([
      expect.stringContaining('.5000 > '),
      3,
      1,
    ]);
    expect(flows[0]!.history.filter((drops) => drops > 0)).toEqual([1, 1, 1]);
  });
});
