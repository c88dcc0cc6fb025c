import { exec } from 'stream-chain/exec.js';
import { flushable, none } from 'stream-chain/defs.js';
import type { DropBatch } from '../drop/batch.js';
import { checkLength } from '../drop/checkBatch.js';
import { UsageError } from '../errors.js';
import type { Stage } from '../stage/stage.js';

/** Receives the batches after the last stage. The pipeline waits for a returned promise. */
export type Deliver = (batch: DropBatch) => Promise<void> | undefined;

/** Runs batches through stages. `finish` runs the batches that the stages still hold. */
export interface Pipeline {
  push(batch: DropBatch): Promise<void> | undefined;
  finish(): Promise<void> | undefined;
}

/**
 * Composes stages with stream-chain's `exec`, which is synchronous while the stages and `deliver` are. So a batch that
 * is written at once costs no promise (test/bench/stages.bench.ts).
 */
export function composeStages(stages: readonly Stage[], deliver: Deliver): Pipeline {
  const drive = exec(...stages.map(toFunction));
  const run = (value: DropBatch | typeof none) => drive(value, deliver) as Promise<void> | undefined;
  return { push: run, finish: () => run(none) };
}

/** Converts a stage to the function that stream-chain calls: with a batch, or with `none` to flush. */
function toFunction(stage: Stage): (batch: DropBatch) => DropBatch | typeof none {
  const held = new HeldBatches(stage.name);
  const process = (batch: DropBatch) => held.after(stage.process(batch), batch) ?? none;
  return flushable(process, () => held.atEnd(stage.flush?.()) ?? none);
}

/** Most batches that a stage may hold. A source has four or five. */
const MOST_HELD = 2;

/** The batches that a stage took, and neither returned nor released. */
class HeldBatches {
  readonly #stage: string;
  #held: DropBatch[] = [];

  constructor(stage: string) {
    this.#stage = stage;
  }

  /**
   * Returns what the stage returned, after it took `taken`.
   * @throws UsageError when the stage returned a released batch or a wrong length, or holds too many batches: the source would
   * wait for them without end
   */
  after(returned: DropBatch | undefined, taken?: DropBatch): DropBatch | undefined {
    if (taken && taken !== returned && !taken.released) this.#held.push(taken);
    if (this.#held.length > 0)
      this.#held = this.#held.filter((batch) => batch !== returned && !batch.released);
    if (this.#held.length > MOST_HELD)
      throw new UsageError(
        `the stage "${this.#stage}" holds ${this.#held.length} batches, and ${MOST_HELD} is the most (return or release each batch)`,
      );
    if (returned?.released)
      throw new UsageError(
        `the stage "${this.#stage}" returned a batch after its release (return undefined)`,
      );
    if (returned) checkLength(returned);
    return returned;
  }

  /**
   * Returns what the stage returned at the end.
   * @throws UsageError when the stage still holds a batch, whose drops would be missing without a word
   */
  atEnd(returned: DropBatch | undefined): DropBatch | undefined {
    this.after(returned);
    if (this.#held.length === 0) return returned;
    throw new UsageError(
      `the stage "${this.#stage}" still has batches at the end: ${this.#held.length} (flush returns the last one, and releases any other)`,
    );
  }
}
