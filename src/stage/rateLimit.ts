import type { DropBatch } from '../drop/batch.js';
import { UsageError } from '../errors.js';
import { isSameSecond } from './second.js';
import { selectDrops } from './select.js';
import type { Stage } from './stage.js';

/**
 * Makes a stage that lets at most `perSecond` drops a second pass. A second begins with the first drop that passes at a
 * time a second or more away from the begin of the last second, by the drops' own times. So it
 * works for recordings too.
 * @throws UsageError when `perSecond` is not a number from 1 up
 */
export function limitRate(perSecond: number): Stage {
  if (!Number.isInteger(perSecond) || perSecond < 1)
    throw new UsageError(`the limit of drops a second must be a number from 1 up, not ${perSecond}`);
  let startHigh = 0;
  let startLow = 0;
  /** Drops that passed in the current second; 0 before the first drop. */
  let passed = 0;
  return selectDrops('rate-limit', ({ timestampHigh, timestampLow }: DropBatch, row) => {
    const [high, low] = [timestampHigh[row]!, timestampLow[row]!];
    if (passed === 0 || !isSameSecond(high, low, startHigh, startLow)) {
      startHigh = high;
      startLow = low;
      passed = 0;
    }
    if (passed >= perSecond) return false;
    passed++;
    return true;
  });
}
