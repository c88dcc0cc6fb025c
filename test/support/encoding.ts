import { DropBatch } from '../../src/drop/batch.js';
import { BatchMemory } from '../../src/drop/batchMemory.js';
import { KindTable } from '../../src/drop/kind.js';
import { type LossCounters, NO_LOSSES } from '../../src/drop/losses.js';
import type { BatchEncoder } from '../../src/encode/encoder.js';
import { OutputBuffer } from '../../src/encode/outputBuffer.js';

/** A batch over an arena, with memory of its own. */
export function batchIn(arena: Uint8Array, capacity: number, kinds: KindTable = new KindTable()): DropBatch {
  return new DropBatch(new BatchMemory(arena, capacity), kinds);
}

/** What a call of an encoder appends, as bytes of the test's own. */
function appended(append: (output: OutputBuffer) => void): Buffer {
  const output = new OutputBuffer();
  append(output);
  return Buffer.from(output.written());
}

export const headerOf = (encoder: BatchEncoder): Buffer => appended((output) => encoder.header(output));

export const bytesOf = (encoder: BatchEncoder, batch: DropBatch): Buffer =>
  appended((output) => encoder.encode(batch, output));

export const trailerOf = (encoder: BatchEncoder, losses: LossCounters = NO_LOSSES): Buffer =>
  appended((output) => encoder.trailer(losses, output));

/** A whole file of these batches. */
export function fileOf(encoder: BatchEncoder, batches: readonly DropBatch[], losses?: LossCounters): Buffer {
  return Buffer.concat([
    headerOf(encoder),
    ...batches.map((batch) => bytesOf(encoder, batch)),
    trailerOf(encoder, losses),
  ]);
}
