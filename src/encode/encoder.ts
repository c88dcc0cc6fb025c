import type { DropBatch } from '../drop/batch.js';
import type { LossCounters } from '../drop/losses.js';
import type { OutputBuffer } from './outputBuffer.js';

/**
 * Turns batches into the bytes of one output format. Everything is appended to a buffer that belongs to the caller.
 */
export interface BatchEncoder {
  /** What a file starts with. A second call starts another file, which knows nothing of the one before. */
  header(output: OutputBuffer): void;
  /**
   * A batch's drops. The batch is not changed, and may be released afterwards.
   * @returns how many drops were encoded: fewer than the batch has where the format cannot hold one.
   */
  encode(batch: DropBatch, output: OutputBuffer): number;
  /** What a file ends with. @param losses between `header` and this, for formats that can hold them. */
  trailer(losses: LossCounters, output: OutputBuffer): void;
}
