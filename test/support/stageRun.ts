import { expect } from 'vitest';
import { composeStages } from '../../src/capture/pipeline.js';
import type { DropBatch } from '../../src/drop/batch.js';
import type { Stage } from '../../src/stage/stage.js';
import type { GeneratedBatches } from './batches.js';

/** Losses before the drops of a batch. */
export function lossesOf({ length, lostBefore }: DropBatch): number {
  return lostBefore.subarray(0, length).reduce((total, lost) => total + lost, 0);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/**
 * Runs batches through stages. Expects that each drop arrives or is counted as removed, that no loss is missing, and that
 * each batch is released once.
 * @param look called with each batch that arrives
 */
export function expectAccounted(
  { batches, released }: GeneratedBatches,
  stages: readonly Stage[],
  look: (batch: DropBatch) => void,
): void {
  const given = { drops: sum(batches.map(({ length }) => length)), losses: sum(batches.map(lossesOf)) };
  const came = { drops: 0, losses: 0 };
  const pipeline = composeStages(stages, (batch) => {
    look(batch);
    came.drops += batch.length;
    came.losses += lossesOf(batch);
    batch.release();
    return undefined;
  });
  for (const batch of batches) expect(pipeline.push(batch)).toBeUndefined();
  expect(pipeline.finish()).toBeUndefined();
  expect(came.drops + sum(stages.map(({ removed }) => removed))).toBe(given.drops);
  expect(came.losses + sum(stages.map(({ pendingLosses }) => pendingLosses))).toBe(given.losses);
  expect(new Set(released).size).toBe(batches.length);
  expect(released).toHaveLength(batches.length);
}
