import type { DropFilter } from '../filter/compileFilter.js';
import type { DropBatch } from '../drop/batch.js';
import type { Stage } from './stage.js';

/** Makes a stage that lets the drops pass that fit a filter expression (`compileFilter`). */
export function filterDrops(filter: DropFilter): Stage {
  return new FilterStage(filter);
}

/** Lets the drops pass that fit a filter expression, which can be exchanged between two batches. */
export class FilterStage implements Stage {
  readonly name = 'filter';
  removed = 0;
  pendingLosses = 0;
  /** Undefined: all drops pass. */
  filter: DropFilter | undefined;

  constructor(filter: DropFilter | undefined) {
    this.filter = filter;
  }

  process(batch: DropBatch): DropBatch | undefined {
    const before = batch.length;
    this.pendingLosses = this.filter
      ? batch.keepMarked(this.filter.judge(batch), this.pendingLosses)
      : batch.keep(() => true, this.pendingLosses);
    this.removed += before - batch.length;
    if (batch.length > 0) return batch;
    batch.release();
    return undefined;
  }
}
