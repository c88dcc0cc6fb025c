import type { DropBatch } from '../drop/batch.js';
import { lastKnown, type LossCounters, lossesBetween, NO_LOSSES } from '../drop/losses.js';
import { exactTimeOf } from '../drop/rowTime.js';
import type { BatchEncoder } from '../encode/encoder.js';
import { OutputBuffer } from '../encode/outputBuffer.js';
import { UsageError } from '../errors.js';
import type { Outlet } from './outlet.js';
import type { Rotation } from './rotation.js';
import { type OpenSink, type Piece, type Segment, SegmentWriter } from './segmentWriter.js';
import type { ByteSink } from './sink.js';

/** How an outlet begins new segments by itself. */
export interface RotationOptions {
  readonly rotation: Rotation;
  /** Returns the losses so far: `DropSource.losses()`. */
  readonly losses: () => LossCounters;
  /** Whether the first segment begins with the first drop, so that its sink can be named by the drop's time. */
  readonly atFirstDrop: boolean;
}

/**
 * Encodes drops and writes them to one sink, or to several sinks, one after another. Each sink gets one segment. A
 * segment is a complete file: header, interfaces, packets, and statistics of its own time span. Each loss is in the
 * statistics of only one segment, so several segments read together report each loss once.
 *
 * Owns two output buffers: one is written to the sink while the next batch is encoded into the other.
 */
export class EncodedOutlet implements Outlet {
  readonly #encoder: BatchEncoder;
  readonly #rotation: RotationOptions | undefined;
  readonly #writer: SegmentWriter;
  /** The segment that is being encoded; undefined between two segments. */
  #segment: Segment | undefined;
  /** The segments that ended in `#free`. */
  #pieces: Piece[] = [];
  /** Bytes of the current segment in earlier buffers, and where its bytes begin in `#free`. */
  #earlierBytes = 0;
  #segmentStart = 0;
  /** Losses in the statistics of finished segments. Losses that become known later are in a later segment. */
  #reported: LossCounters = NO_LOSSES;
  /** Losses before the last drop that was encoded. */
  #known: LossCounters = NO_LOSSES;
  #free = new OutputBuffer();
  #full = new OutputBuffer();
  /** The current write of `#full`. */
  #writing: Promise<void> | undefined;
  /** Whether `endSegment` was called and has not ended yet. */
  #ending = false;
  #onFailure: () => void = () => {};

  /**
   * @param sink the sink for all drops, or a function that opens each segment's sink. The outlet closes sinks.
   * @param rotation needs such a function. By default only `endSegment` ends a segment.
   */
  constructor(encoder: BatchEncoder, sink: ByteSink | OpenSink, rotation?: RotationOptions) {
    this.#encoder = encoder;
    this.#rotation = rotation;
    this.#writer = new SegmentWriter(sink, () => this.#onFailure());
  }

  /**
   * Drops of the batches that are whole in the output. After a failed write, a file has no other drops. Standard output, a
   * FIFO and a device can also have some drops of the batch whose write failed.
   */
  get written(): number {
    return this.#writer.written;
  }

  /** Bytes of the writes that ended. */
  get bytes(): number {
    return this.#writer.bytes;
  }

  /** The part of `bytes` that is in the last segment. */
  get segmentBytes(): number {
    return this.#writer.segmentBytes;
  }

  /** Whether the sink has bytes that it has not taken yet. */
  get pending(): boolean {
    return this.#writer.pending;
  }

  /** Number of packets that were cut because they were longer than readers of the format take. */
  get cutPackets(): number {
    return this.#encoder.cutPackets ?? 0;
  }

  /** Whether the last file that the rotation allows is full. */
  get finished(): boolean {
    return this.#rotation?.rotation.finished ?? false;
  }

  /** Drops that came after the end of the last file, and are in no file. */
  get refused(): number {
    return this.#rotation?.rotation.refused ?? 0;
  }

  /** Starts the first segment, so that a file without drops still has its header. */
  async begin(): Promise<void> {
    if (!this.#rotation?.atFirstDrop) await this.#beginNow();
  }

  write(batch: DropBatch): Promise<void> | undefined {
    if (this.#ending) throw new UsageError('the end of a segment must be awaited before the next batch');
    const { length } = batch;
    const rotation = this.#rotation?.rotation;
    const firstLoss = rotation ? batch.lostBefore.subarray(0, length).findIndex((lost) => lost > 0) : -1;
    let drops = 0;
    for (let row = 0; row < length;) {
      if (!this.#segment) this.#beginSegment(exactTimeOf(batch, row));
      const end = rotation?.take(batch, row, this.#segmentBytes) ?? length;
      if (end === row) {
        if (!rotation?.next(length - row)) break;
        // Losses before a drop of this batch are not of a file that ends before them.
        this.#cut(row <= firstLoss ? this.#known : this.#rotation!.losses(), drops);
        drops = 0;
        continue;
      }
      const encoded = this.#encoder.encode(batch, this.#free, row, end);
      rotation?.added(encoded, this.#segmentBytes);
      drops += encoded;
      row = end;
    }
    if (this.#rotation) this.#known = this.#rotation.losses();
    return this.#flush(drops);
  }

  /**
   * Ends the segment if its time is over although no drop comes, as in a quiet capture of the running kernel. Does nothing
   * while bytes are being written: then drops come, or the sink stands still. Call it every second.
   * @param timeNs now: nanoseconds since 1970 UTC
   */
  endIfOver(timeNs: number): void {
    const rotation = this.#rotation?.rotation;
    if (!this.#segment || !rotation?.isOver(timeNs) || this.pending || this.#ending) return;
    if (!rotation.next(0)) return;
    this.#cut(this.#rotation!.losses(), 0);
    void this.#flush(); // Nothing is being written: both buffers are free.
  }

  /**
   * Ends the segment. The next drop starts another segment. The caller must await the promise before the next `write`.
   * @param losses before the drops so far: `DropSource.losses()`.
   * @throws OutputError when a write of the segment failed
   */
  async endSegment(losses: LossCounters): Promise<void> {
    this.#ending = true;
    try {
      // After a failure elsewhere, nobody waited for the last write: its buffer would be overwritten.
      await this.#writing;
      if (!this.#segment) return;
      this.#cut(losses, 0);
      await this.#flush();
      await this.#writing;
    } finally {
      this.#reported = lastKnown(this.#reported, losses);
      this.#segment = undefined;
      this.#writing = undefined;
      this.#ending = false;
      await this.#writer.closeAll();
    }
  }

  async end(losses: LossCounters): Promise<void> {
    const { queueDrops = 0, overruns = 0 } = lossesBetween(this.#reported, losses);
    // Losses after the end of the last segment need one more segment.
    if (!this.#segment && queueDrops + overruns > 0) await this.#beginNow();
    await this.endSegment(losses);
  }

  onFailure(listener: () => void): void {
    this.#onFailure = listener;
  }

  /** Bytes of the current segment. */
  get #segmentBytes(): number {
    return this.#earlierBytes + this.#free.length - this.#segmentStart;
  }

  async #beginNow(): Promise<void> {
    await this.#writer.open(this.#beginSegment(undefined));
    await this.#flush();
  }

  #beginSegment(firstNs: bigint | undefined): Segment {
    this.#earlierBytes = 0;
    this.#segmentStart = this.#free.length;
    this.#rotation?.rotation.start();
    this.#encoder.header(this.#free);
    return (this.#segment = { firstNs, sink: undefined });
  }

  /** Ends the segment in the free buffer. Awaits nothing, because the caller of `write` takes the batch back. */
  #cut(losses: LossCounters, drops: number): void {
    this.#encoder.trailer(lossesBetween(this.#reported, losses), this.#free);
    this.#reported = lastKnown(this.#reported, losses);
    this.#pieces.push({ segment: this.#segment!, end: this.#free.length, drops, last: true });
    this.#segment = undefined;
  }

  /** Starts to write the encoded bytes. The promise resolves when the other buffer is free for the next batch. */
  #flush(drops = 0): Promise<void> | undefined {
    const output = this.#free;
    const pieces = this.#pieces;
    if (this.#segment) pieces.push({ segment: this.#segment, end: output.length, drops, last: false });
    this.#pieces = [];
    if (output.length === 0 && !pieces.some(({ last }) => last)) return undefined;
    this.#earlierBytes = this.#segmentBytes;
    this.#segmentStart = 0;
    const earlier = this.#writing;
    const writing = this.#writer.write(output.written(), pieces, earlier);
    this.#free = this.#full;
    this.#full = output;
    this.#free.clear();
    this.#writing = writing;
    writing.catch(() => this.#onFailure()); // The next call that awaits this write reports its error.
    return earlier;
  }
}
