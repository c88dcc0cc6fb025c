import { exec } from 'stream-chain/exec.js';
import { flushable, none } from 'stream-chain/defs.js';
import type { DropBatch } from '../drop/batch.js';
import type { Stage } from '../stage/stage.js';

/** Gets the batches that come out of the last stage. A promise makes the pipeline wait. */
export type Deliver = (batch: DropBatch) => Promise<void> | undefined;

/** Runs batches through stages; `finish` runs what the stages still hold. */
export interface Pipeline {
  push(batch: DropBatch): Promise<void> | undefined;
  finish(): Promise<void> | undefined;
}

/**
 * Composes stages by stream-chain's `exec`, which stays synchronous while stages and `deliver` do: a batch that is written
 * at once costs no promise (test/bench/stages.bench.ts).
 */
export function composeStages(stages: readonly Stage[], deliver: Deliver): Pipeline {
  const drive = exec(...stages.map(toFunction));
  const run = (value: DropBatch | typeof none) => drive(value, deliver) as Promise<void> | undefined;
  return { push: run, finish: () => run(none) };
}

/** A stage as stream-chain calls it: with a batch, or with `none` to flush. */
function toFunction(stage: Stage): (batch: DropBatch) => DropBatch | typeof none {
  const process = (batch: DropBatch) => stage.process(batch) ?? none;
  return stage.flush ? flushable(process, () => stage.flush?.() ?? none) : process;
}
