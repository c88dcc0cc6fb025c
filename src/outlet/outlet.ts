import type { DropBatch } from '../drop/batch.js';
import type { LossCounters } from '../drop/losses.js';

/** Receives the drops of a capture: a file, a count, a program. A capture can have several outlets. */
export interface Outlet {
  /** True when the outlet takes no more drops. `capture` then stops the source. */
  readonly finished?: boolean;
  /** Called before the first batch, and at the end of a source without a batch; not if the source fails before that. */
  begin?(): Promise<void>;
  /**
   * Takes the drops of a batch. The batch belongs to the caller: the outlet must not change or release it. The outlet
   * must not use the batch after it returns, even when it returns a promise.
   * @returns a promise when the caller must wait before the next call
   */
  write(batch: DropBatch): Promise<void> | undefined;
  /** Called after the last batch, also after a failure. @param losses of the whole capture */
  end?(losses: LossCounters): Promise<void>;
  /** Registers a function to call as soon as the outlet fails between two calls, so that the capture can end. */
  onFailure?(listener: () => void): void;
}
