import type { DropFilter } from '../filter/compileFilter.js';
import type { DropBatch } from '../drop/batch.js';
import type { Stage } from './stage.js';

/** Makes a stage that lets the drops pass that fit a filter expression (`compileFilter`). */
export function filterDrops(filter: DropFilter): Stage {
  return new Filter(filter);
}

class Filter implements Stage {
  readonly name = 'filter';
  removed = 0;
  pendingLosses = 0;
  readonly #filter: DropFilter;

  constructor(filter: DropFilter) {
    this.#filter = filter;
  }

  process(batch: DropBatch): DropBatch | undefined {
    const before = batch.length;
    this.pendingLosses = batch.keepMarked(this.#filter.judge(batch), this.pendingLosses);
    this.removed += before - batch.length;
    if (batch.length > 0) return batch;
    batch.release();
    return undefined;
  }
}
