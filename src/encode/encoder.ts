import type { DropBatch } from '../drop/batch.js';
import type { LossCounters } from '../drop/losses.js';
import type { OutputBuffer } from './outputBuffer.js';

/** Encodes batches in one output format. Appends everything to a buffer that belongs to the caller. */
export interface BatchEncoder {
  /**
   * Number of packets that were cut because they were longer than readers take. Formats without such a limit have no such
   * member.
   */
  readonly cutPackets?: number;
  /** Appends the start of a file. A second call starts another file, which depends on nothing in the previous file. */
  header(output: OutputBuffer): void;
  /**
   * Appends a batch's drops, or those of the rows from `from` to before `to`. Does not change the batch; the caller may
   * release the batch afterwards.
   * @returns the number of encoded drops: fewer than these rows when the format cannot hold a drop.
   */
  encode(batch: DropBatch, output: OutputBuffer, from?: number, to?: number): number;
  /** Appends the end of a file. @param losses from `header` to this call, for formats that can hold losses. */
  trailer(losses: LossCounters, output: OutputBuffer): void;
}
