import type { DropBatch } from '../drop/batch.js';
import { UsageError } from '../errors.js';
import type { Stage } from './stage.js';

/**
 * Makes a stage that ends the capture after `count` drops. @throws UsageError when `count` is not a number from 0 up
 */
export function limitCount(count: number): Stage {
  if (!Number.isInteger(count) || count < 0)
    throw new UsageError(`the count of drops must be a number from 0 up, not ${count}`);
  return new CountLimit(count);
}

class CountLimit implements Stage {
  readonly name = 'count';
  removed = 0;
  pendingLosses = 0;
  #left: number;

  constructor(count: number) {
    this.#left = count;
  }

  get finished(): boolean {
    return this.#left === 0;
  }

  process(batch: DropBatch): DropBatch | undefined {
    const before = batch.length;
    this.pendingLosses = batch.keep((row) => row < this.#left, this.pendingLosses);
    this.removed += before - batch.length;
    this.#left -= batch.length;
    if (batch.length > 0) return batch;
    batch.release();
    return undefined;
  }
}
