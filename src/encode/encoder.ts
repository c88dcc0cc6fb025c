import type { DropBatch } from '../drop/batch.js';

/** Losses of a capture that its output may tell about; see docs/output-format.md. */
export interface LossCounters {
  /** Packets that found a processor's queue in the kernel full (NET_DM_ATTR_STATS), since the capture began. */
  readonly queueDrops: number;
  /** Alerts that found our socket's buffer full. */
  readonly overruns: number;
}

/**
 * Turns batches into the bytes of one output format. Every call returns memory of the encoder, valid until the
 * second call after it: one piece may be on its way out while the next is made.
 */
export interface BatchEncoder {
  /** What a file starts with. A second call starts another file. */
  header(): Uint8Array;
  /** The bytes of a batch's drops. The batch may be released afterwards. */
  encode(batch: DropBatch): Uint8Array;
  /** What a file ends with. */
  trailer(losses: LossCounters): Uint8Array;
}
