import { exec } from 'stream-chain/exec.js';
import { flushable, none } from 'stream-chain/defs.js';
import type { DropBatch } from '../drop/batch.js';
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
  const process = (batch: DropBatch) => stage.process(batch) ?? none;
  return stage.flush ? flushable(process, () => stage.flush?.() ?? none) : process;
}
