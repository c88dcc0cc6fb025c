import type { DropBatch } from '../drop/batch.js';
import { lastKnown, type LossCounters, lossesBetween, NO_LOSSES } from '../drop/losses.js';
import type { BatchEncoder } from '../encode/encoder.js';
import { OutputBuffer } from '../encode/outputBuffer.js';
import { UsageError } from '../errors.js';
import type { Outlet } from './outlet.js';
import type { Rotation } from './rotation.js';
import type { ByteSink } from './sink.js';

/**
 * Opens the sink of a segment. The first segment has number 0. `firstNs` is the time of the segment's first drop in
 * nanoseconds since 1970 UTC; undefined when the segment begins before a drop.
 */
export type OpenSink = (segment: number, firstNs: bigint | undefined) => Promise<ByteSink>;

/** How an outlet begins new segments by itself. */
export interface RotationOptions {
  readonly rotation: Rotation;
  /** Returns the losses so far: `DropSource.losses()`. */
  readonly losses: () => LossCounters;
  /** Whether the first segment begins with the first drop, so that its sink can be named by the drop's time. */
  readonly atFirstDrop: boolean;
}

interface Segment {
  readonly firstNs: bigint | undefined;
  /** Undefined until the segment's first bytes are to be written. May still be opening. */
  sink: Promise<ByteSink> | undefined;
}

/** Bytes of one segment in an output buffer. */
interface Piece {
  readonly segment: Segment;
  /** Offset after the last byte. The piece begins where the piece before it ends. */
  readonly end: number;
  readonly drops: number;
  /** Whether the segment ends with this piece. */
  readonly last: boolean;
}

/**
 * Encodes drops and writes them to one sink, or to several sinks, one after another. Each sink gets one segment. A
 * segment is a complete file: header, interfaces, packets, and statistics of its own time span. Each loss is in the
 * statistics of only one segment, so several segments read together report each loss once.
 *
 * Owns two output buffers: one is written to the sink while the next batch is encoded into the other.
 */
export class EncodedOutlet implements Outlet {
  /**
   * Drops of the batches that are whole in the output. After a failed write, a file has no other drops. Standard output, a
   * FIFO and a device can also have some drops of the batch whose write failed.
   */
  written = 0;
  /** Bytes of the writes that ended. */
  bytes = 0;
  readonly #encoder: BatchEncoder;
  readonly #openSink: OpenSink;
  readonly #rotation: RotationOptions | undefined;
  #segments = 0;
  /** The segment that is being encoded; undefined between two segments. */
  #segment: Segment | undefined;
  /** The segments that ended in `#free`. */
  #pieces: Piece[] = [];
  /** Bytes of the current segment in earlier buffers, and where its bytes begin in `#free`. */
  #earlierBytes = 0;
  #segmentStart = 0;
  readonly #openSinks = new Set<ByteSink>();
  /** The closing of a finished segment's sink, while the next segment is written. */
  #closing: Promise<void> | undefined;
  /** Losses in the statistics of finished segments. Losses that become known later are in a later segment. */
  #reported: LossCounters = NO_LOSSES;
  #free = new OutputBuffer();
  #full = new OutputBuffer();
  /** The current write of `#full`. */
  #writing: Promise<void> | undefined;
  #pending = 0;
  /** Whether the segment has its header: without one, it gets no trailer. */
  #begun = false;
  /** Whether `endSegment` was called and has not ended yet. */
  #ending = false;
  #onFailure: () => void = () => {};

  /** Whether the sink has bytes that it has not taken yet. */
  get pending(): boolean {
    return this.#pending > 0;
  }

  /** Number of packets that were cut because they were longer than readers of the format take. */
  get cutPackets(): number {
    return this.#encoder.cutPackets ?? 0;
  }

  /**
   * @param sink the sink for all drops, or a function that opens each segment's sink. The outlet closes sinks.
   * @param rotation needs such a function. By default only `endSegment` ends a segment.
   */
  constructor(encoder: BatchEncoder, sink: ByteSink | OpenSink, rotation?: RotationOptions) {
    this.#encoder = encoder;
    this.#rotation = rotation;
    if (typeof sink === 'function') {
      this.#openSink = sink;
    } else {
      this.#openSink = refuseSegment;
      this.#segment = { firstNs: undefined, sink: Promise.resolve(this.#watch(sink)) };
    }
  }

  /** Starts the first segment, so that a file without drops still has its header. */
  async begin(): Promise<void> {
    if (this.#rotation?.atFirstDrop) return;
    const segment = this.#beginSegment(undefined);
    await (segment.sink ??= this.#open(segment));
    await this.#flush();
  }

  write(batch: DropBatch): Promise<void> | undefined {
    if (this.#ending) throw new UsageError('the end of a segment must be awaited before the next batch');
    const { length } = batch;
    const rotation = this.#rotation?.rotation;
    let drops = 0;
    for (let row = 0; row < length;) {
      if (!this.#begun) this.#beginSegment(timeOf(batch, row));
      const end = rotation?.take(batch, row, this.#segmentBytes) ?? length;
      if (end === row) {
        if (!rotation?.next(length - row)) break;
        this.#cut(drops);
        drops = 0;
        continue;
      }
      const encoded = this.#encoder.encode(batch, this.#free, row, end);
      rotation?.added(encoded, this.#segmentBytes);
      drops += encoded;
      row = end;
    }
    return this.#flush(drops);
  }

  /**
   * Ends the segment. The next drop starts another segment. The caller must await the promise before the next `write`.
   * @param losses before the drops so far: `DropSource.losses()`.
   * @throws OutputError when a write of the segment failed
   */
  async endSegment(losses: LossCounters): Promise<void> {
    if (!this.#segment) return;
    this.#ending = true;
    try {
      await this.#complete(losses);
    } finally {
      this.#reported = lastKnown(this.#reported, losses);
      this.#segment = undefined;
      this.#begun = false;
      this.#ending = false;
    }
  }

  async end(losses: LossCounters): Promise<void> {
    const { queueDrops = 0, overruns = 0 } = lossesBetween(this.#reported, losses);
    // Losses after the end of the last segment need one more segment.
    if (!this.#segment && queueDrops + overruns > 0) await this.begin();
    await this.endSegment(losses);
  }

  onFailure(listener: () => void): void {
    this.#onFailure = listener;
  }

  /** Bytes of the current segment. */
  get #segmentBytes(): number {
    return this.#earlierBytes + this.#free.length - this.#segmentStart;
  }

  #beginSegment(firstNs: bigint | undefined): Segment {
    this.#begun = true;
    this.#earlierBytes = 0;
    this.#segmentStart = this.#free.length;
    this.#rotation?.rotation.start();
    this.#encoder.header(this.#free);
    return (this.#segment ??= { firstNs, sink: undefined });
  }

  /** Ends the segment within a batch: nothing is awaited, because the caller takes the batch back. */
  #cut(drops: number): void {
    const losses = this.#rotation!.losses();
    this.#encoder.trailer(lossesBetween(this.#reported, losses), this.#free);
    this.#reported = lastKnown(this.#reported, losses);
    this.#pieces.push({ segment: this.#segment!, end: this.#free.length, drops, last: true });
    this.#segment = undefined;
    this.#begun = false;
  }

  async #complete(losses: LossCounters): Promise<void> {
    try {
      // After a failure elsewhere, nobody waited for the last write: its buffer would be overwritten.
      await this.#writing;
      if (!this.#begun) return;
      this.#encoder.trailer(lossesBetween(this.#reported, losses), this.#free);
      await this.#flush();
      await this.#writing;
    } finally {
      await this.#closeAll();
    }
  }

  /** Starts to write the encoded bytes. The promise resolves when the other buffer is free for the next batch. */
  #flush(drops = 0): Promise<void> | undefined {
    const output = this.#free;
    if (output.length === 0 || !this.#segment) return undefined;
    const pieces = [...this.#pieces, { segment: this.#segment, end: output.length, drops, last: false }];
    this.#pieces = [];
    this.#earlierBytes = this.#segmentBytes;
    this.#segmentStart = 0;
    const previous = this.#writing;
    const writing = this.#send(output.written(), pieces, previous);
    this.#free = this.#full;
    this.#full = output;
    this.#free.clear();
    this.#writing = writing;
    writing.catch(() => this.#onFailure()); // The next call that awaits this write reports its error.
    return previous;
  }

  async #send(
    bytes: Uint8Array,
    pieces: readonly Piece[],
    previous: Promise<void> | undefined,
  ): Promise<void> {
    this.#pending++;
    try {
      if (previous) await previous;
      let from = 0;
      for (const { segment, end, drops, last } of pieces) {
        const sink = await (segment.sink ??= this.#open(segment));
        await sink.write(bytes.subarray(from, end));
        this.written += drops;
        this.bytes += end - from;
        from = end;
        if (last) await this.#closeLater(sink);
      }
    } finally {
      this.#pending--;
    }
  }

  /** Closes a finished segment's sink while the next segment is written. Waits for the sink before it. */
  async #closeLater(sink: ByteSink): Promise<void> {
    await this.#closing;
    this.#closing = sink.close();
    this.#openSinks.delete(sink);
    this.#closing.catch(() => this.#onFailure());
  }

  /** Closes all sinks, also when closing one of them fails. */
  async #closeAll(): Promise<void> {
    const earlier = this.#closing ?? Promise.resolve();
    const closing = [earlier, ...[...this.#openSinks].map((sink) => sink.close())];
    this.#closing = undefined;
    this.#openSinks.clear();
    for (const outcome of await Promise.allSettled(closing)) {
      if (outcome.status === 'rejected') throw outcome.reason;
    }
  }

  async #open({ firstNs }: Segment): Promise<ByteSink> {
    return this.#watch(await this.#openSink(this.#segments++, firstNs));
  }

  #watch(sink: ByteSink): ByteSink {
    this.#openSinks.add(sink);
    sink.onFailure(() => this.#onFailure());
    return sink;
  }
}

function timeOf({ timestampHigh, timestampLow }: DropBatch, row: number): bigint {
  return (BigInt(timestampHigh[row]!) << 32n) | BigInt(timestampLow[row]!);
}

function refuseSegment(): Promise<ByteSink> {
  return Promise.reject(
    new UsageError('a sink holds one segment (pass a function that opens the next sink)'),
  );
}
