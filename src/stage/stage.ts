import type { DropBatch } from '../drop/batch.js';

/**
 * A step between a source and the outlets of a capture: removes drops, shortens them, or holds them back. A stage serves one
 * capture.
 *
 * A batch that a stage gets belongs to the stage until the stage returns it. A stage that does not return the batch must
 * release it, at once or later: a source has only a few, and waits for them. Losses before a drop that a stage removes
 * (`lostBefore`) must move on to the next drop that stays; `DropBatch.keep` does that.
 */
export interface Stage {
  /** For reports: what the stage removes drops by. */
  readonly name: string;
  /** Drops that the stage removed so far. */
  readonly removed: number;
  /** Losses before removed drops that no drop which stayed carries yet. */
  readonly pendingLosses: number;
  /** True once the stage lets no more drops pass: `capture` then stops the source. */
  readonly finished?: boolean;
  /** Takes a batch; returns it, another one, or undefined when there is nothing for the next stage yet. */
  process(batch: DropBatch): DropBatch | undefined;
  /** Called once after the last batch: returns what the stage still holds. */
  flush?(): DropBatch | undefined;
}
