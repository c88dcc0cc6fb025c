import { UsageError } from '../errors.js';
import { selectDrops } from './select.js';
import type { Stage } from './stage.js';

/**
 * Makes a stage that lets one of `every` drops pass: the drop with the number `every`, then twice this number, and so
 * on. Two runs over the same drops give the same sample.
 * @throws UsageError when `every` is not a number from 1 up
 */
export function sampleDrops(every: number): Stage {
  if (!Number.isInteger(every) || every < 1)
    throw new UsageError(`a sample is one of a number of drops from 1 up, not of ${every}`);
  let sinceLast = 0;
  return selectDrops('sample', () => {
    if (++sinceLast < every) return false;
    sinceLast = 0;
    return true;
  });
}
