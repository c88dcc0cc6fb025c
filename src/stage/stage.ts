import type { DropBatch } from '../drop/batch.js';

/**
 * A step between a source and the outlets of a capture. Removes drops, shortens drops, or keeps drops for later. A
 * stage serves one capture.
 *
 * A stage owns a batch until the stage returns it. A stage that does not return a batch must release it, at once or
 * later. A stage must not hold more than two batches: a source has four or five, and waits when none is left. `capture`
 * throws a UsageError for a third one. A stage that changes columns must leave a batch that `checkBatch` accepts. When a
 * stage removes a drop, the losses before that drop (`lostBefore`) must be added to the next drop that stays.
 * `DropBatch.keep` does that.
 */
export interface Stage {
  /** Text for reports: the criterion of the stage, such as `origin`. */
  readonly name: string;
  /** Number of drops that the stage removed so far. */
  readonly removed: number;
  /** Losses before removed drops that are not yet added to a drop that stays. */
  readonly pendingLosses: number;
  /** True when the stage lets no more drops pass. `capture` then stops the source. */
  readonly finished?: boolean;
  /** Takes a batch. Returns this batch or another batch, or undefined when there is none for the next stage yet. */
  process(batch: DropBatch): DropBatch | undefined;
  /**
   * Called once after the last batch. Returns the batch that the stage still has. A stage that holds two batches must let
   * one of them go before: `capture` throws a UsageError for a batch that is left.
   */
  flush?(): DropBatch | undefined;
}
