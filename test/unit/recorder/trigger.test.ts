import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/errors.js';
import { compileFilter } from '../../../src/filter/compileFilter.js';
import { type Trigger, triggerOnFilter, triggerOnRate } from '../../../src/recorder/trigger.js';
import { batchOfRows } from '../../support/rows.js';

const packet = new Uint8Array(60);
const batchAt = (seconds: readonly number[]) => batchOfRows(seconds.map((at) => ({ packet, at: at * 1e9 })));

/** The times that trigger. */
function triggering(trigger: Trigger, ...batches: number[][]): number[] {
  return batches.flatMap((seconds) => {
    const marks = trigger.judge(batchAt(seconds));
    return seconds.filter((_, row) => marks[row] === 1);
  });
}

describe('a trigger by rate', () => {
  test.each<[string, number, number[][], number[]]>([
    ['the drop after so many within a second', 3, [[0, 0.2, 0.4, 0.9]], [0.9]],
    ['no drop of just so many', 4, [[0, 0.2, 0.4, 0.9]], []],
    ['no drop when the first is a second ago', 3, [[0, 0.2, 0.4, 1]], []],
    ['a drop whose second began in the middle', 3, [[0, 0.5, 0.9, 1.2, 1.4]], [1.4]],
    ['a drop of a later batch', 3, [[0, 0.2], [0.4], [0.9, 5]], [0.9]],
    ['each drop for one trigger', 2, [[0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]], [0.2, 0.5]],
    ['the second drop of a second, for a rate of 1', 1, [[0, 1, 1.5, 2.6]], [1.5]],
    ['drops that are not in the order of their times', 2, [[0.5, 0.1, 0.3]], [0.3]],
    ['no drop after the clock was set back', 2, [[100, 100.1, 7]], []],
  ])('is %s', (_, rate, batches, expected) => {
    expect(triggering(triggerOnRate(rate), ...batches)).toEqual(expected);
  });

  test.each([0, 1.5, -1, 1_000_001, Number.NaN])('refuses a rate of %d', (rate) => {
    expect(() => triggerOnRate(rate)).toThrow(UsageError);
  });

  test('has a text', () => expect(triggerOnRate(7).text).toBe('more than 7 drops a second'));
});

describe('a trigger by expression', () => {
  test('is each drop that fits', () => {
    const trigger = triggerOnFilter(compileFilter('reason = TCP_* and len > 50'));
    const batch = batchOfRows([
      { packet, reason: 'NO_SOCKET' },
      { packet, reason: 'TCP_CSUM' },
      { packet: new Uint8Array(40), reason: 'TCP_CSUM' },
    ]);
    expect([...trigger.judge(batch).subarray(0, 3)]).toEqual([0, 1, 0]);
    expect(batch.length).toBe(3);
    expect(trigger.text).toBe('reason = TCP_* and len > 50');
  });
});
