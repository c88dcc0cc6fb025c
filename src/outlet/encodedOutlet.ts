import type { DropBatch } from '../drop/batch.js';
import { lastKnown, type LossCounters, lossesBetween, NO_LOSSES } from '../drop/losses.js';
import type { BatchEncoder } from '../encode/encoder.js';
import { OutputBuffer } from '../encode/outputBuffer.js';
import { UsageError } from '../errors.js';
import type { Outlet } from './outlet.js';
import type { ByteSink } from './sink.js';

/** Opens the sink of a segment. The first segment has number 0. */
export type OpenSink = (segment: number) => Promise<ByteSink>;

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
  #segments = 0;
  /** The current segment's sink, which may still be opening; undefined between two segments. */
  #sink: Promise<ByteSink> | undefined;
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

  /** @param sink the sink for all drops, or a function that opens each segment's sink. The outlet closes sinks. */
  constructor(encoder: BatchEncoder, sink: ByteSink | OpenSink) {
    this.#encoder = encoder;
    if (typeof sink === 'function') {
      this.#openSink = sink;
    } else {
      this.#openSink = refuseSegment;
      this.#sink = Promise.resolve(this.#watch(sink));
    }
  }

  /** Starts the first segment, so that a file without drops still has its header. */
  async begin(): Promise<void> {
    this.#beginSegment();
    await this.#sink;
    await this.#flush();
  }

  write(batch: DropBatch): Promise<void> | undefined {
    if (this.#ending) throw new UsageError('the end of a segment must be awaited before the next batch');
    if (!this.#begun) this.#beginSegment();
    return this.#flush(this.#encoder.encode(batch, this.#free));
  }

  /**
   * Ends the segment. The next drop starts another segment. The caller must await the promise before the next `write`.
   * @param losses before the drops so far: `DropSource.losses()`.
   * @throws OutputError when a write of the segment failed
   */
  async endSegment(losses: LossCounters): Promise<void> {
    if (!this.#sink) return;
    this.#ending = true;
    try {
      await this.#complete(await this.#sink, losses);
    } finally {
      this.#reported = lastKnown(this.#reported, losses);
      this.#sink = undefined;
      this.#begun = false;
      this.#ending = false;
    }
  }

  async end(losses: LossCounters): Promise<void> {
    const { queueDrops = 0, overruns = 0 } = lossesBetween(this.#reported, losses);
    // Losses after the end of the last segment need one more segment.
    if (!this.#sink && queueDrops + overruns > 0) await this.begin();
    await this.endSegment(losses);
  }

  onFailure(listener: () => void): void {
    this.#onFailure = listener;
  }

  #beginSegment(): void {
    this.#begun = true;
    this.#encoder.header(this.#free);
    this.#sink ??= this.#open();
  }

  async #complete(sink: ByteSink, losses: LossCounters): Promise<void> {
    try {
      // After a failure elsewhere, nobody waited for the last write: its buffer would be overwritten.
      await this.#writing;
      if (!this.#begun) return;
      this.#encoder.trailer(lossesBetween(this.#reported, losses), this.#free);
      await this.#flush();
      await this.#writing;
    } finally {
      await sink.close();
    }
  }

  /** Starts to write the encoded bytes. The promise resolves when the other buffer is free for the next batch. */
  #flush(drops = 0): Promise<void> | undefined {
    const output = this.#free;
    if (output.length === 0) return undefined;
    const previous = this.#writing;
    const writing = this.#send(output.written(), drops);
    this.#free = this.#full;
    this.#full = output;
    this.#free.clear();
    this.#writing = writing;
    writing.catch(() => this.#onFailure()); // The next call that awaits this write reports its error.
    return previous;
  }

  async #send(bytes: Uint8Array, drops: number): Promise<void> {
    this.#pending++;
    try {
      const sink = await this.#sink!;
      await sink.write(bytes);
    } finally {
      this.#pending--;
    }
    this.written += drops;
    this.bytes += bytes.length;
  }

  async #open(): Promise<ByteSink> {
    return this.#watch(await this.#openSink(this.#segments++));
  }

  #watch(sink: ByteSink): ByteSink {
    sink.onFailure(() => this.#onFailure());
    return sink;
  }
}

function refuseSegment(): Promise<ByteSink> {
  return Promise.reject(
    new UsageError('a sink holds one segment (pass a function that opens the next sink)'),
  );
}
