import { gen, none } from 'stream-chain';
import { type DropBatch, type DropOrigin, ORIGIN_HARDWARE, ORIGIN_SOFTWARE } from '../drop.js';
import type { BatchEncoder } from '../encode/encoder.js';
import { InputError, MalformedInputError, NetlinkError } from '../errors.js';
import type { ByteSink } from '../sink/sink.js';
import type { DropSource, SourceStatistics } from '../source/source.js';

/** What a capture shall take, and whom it shall tell. */
export interface CaptureOptions {
  /** End after so many drops. */
  readonly count?: number | undefined;
  /** Only drops of this origin. */
  readonly origin?: DropOrigin | undefined;
  /** Most bytes of a packet; 0 for all. The kernel truncates already when it was told to; recordings are cut here. */
  readonly snapLength?: number | undefined;
  /** Called after each batch. */
  readonly onProgress?: ((counters: CaptureCounters) => void) | undefined;
}

/** Drops on their way through a capture. */
export interface CaptureCounters {
  /** Drops that the source gave. */
  readonly captured: number;
  /** Drops that were not wanted: another origin, or behind the last that was asked for. */
  readonly filtered: number;
  /** Drops that were encoded and handed to the sink. */
  readonly written: number;
  /** Bytes handed to the sink. */
  readonly bytes: number;
}

/** What a capture came to. */
export interface CaptureSummary extends CaptureCounters {
  readonly source: SourceStatistics;
  /** Why the source ended early; all that came before is written. Undefined after an ordinary end. */
  readonly interruption: Error | undefined;
}

/**
 * Takes drops from a source to a sink until the source ends, `count` is reached, or somebody stops the source; then
 * writes the closing statistics, and closes both. A failing source ends the capture like an ordinary end and is
 * told in the summary, so that what was captured is whole; a failing sink throws.
 * @throws OutputError
 */
export async function capture(
  source: DropSource,
  encoder: BatchEncoder,
  sink: ByteSink,
  options: CaptureOptions = {},
): Promise<CaptureSummary> {
  const flow = new Flow(source, encoder, sink, options);
  try {
    await sink.write(encoder.header());
    const interruption = await flow.run();
    await source.stop();
    const statistics = await source.statistics();
    await sink.write(encoder.trailer(statistics));
    await sink.close();
    return { ...flow.counters, source: statistics, interruption };
  } finally {
    await Promise.allSettled([source.close(), sink.close()]);
  }
}

class Flow {
  readonly counters = { captured: 0, filtered: 0, written: 0, bytes: 0 };
  readonly #source: DropSource;
  readonly #encoder: BatchEncoder;
  readonly #sink: ByteSink;
  readonly #options: CaptureOptions;

  constructor(source: DropSource, encoder: BatchEncoder, sink: ByteSink, options: CaptureOptions) {
    this.#source = source;
    this.#encoder = encoder;
    this.#sink = sink;
    this.#options = options;
  }

  /** Runs every batch through the stages, one after the other. Returns the error that ended the source, if any. */
  async run(): Promise<Error | undefined> {
    const stages = gen(
      (batch: DropBatch) => this.#select(batch),
      (batch: DropBatch) => this.#encode(batch),
      (bytes: Uint8Array) => this.#write(bytes),
    );
    try {
      for await (const batch of this.#source) {
        for await (const _ of stages(batch));
        this.#options.onProgress?.(this.counters);
        if (this.counters.written === this.#options.count) await this.#source.stop();
      }
    } catch (error) {
      if (!isSourceError(error)) throw error;
      return error;
    }
    return undefined;
  }

  #select(batch: DropBatch): DropBatch {
    const { origin, snapLength, count } = this.#options;
    const captured = batch.length;
    this.counters.captured += captured;
    if (origin !== undefined) {
      const wanted = origin === 'hardware' ? ORIGIN_HARDWARE : ORIGIN_SOFTWARE;
      batch.keep((row) => batch.origin[row] === wanted);
    }
    if (snapLength) batch.truncate(snapLength);
    if (count !== undefined) batch.length = Math.min(batch.length, count - this.counters.written);
    this.counters.filtered += captured - batch.length;
    return batch;
  }

  #encode(batch: DropBatch): Uint8Array | typeof none {
    const bytes = this.#encoder.encode(batch);
    this.counters.written += batch.length;
    batch.release();
    return bytes.length > 0 ? bytes : none;
  }

  async #write(bytes: Uint8Array): Promise<typeof none> {
    await this.#sink.write(bytes);
    this.counters.bytes += bytes.length;
    return none;
  }
}

function isSourceError(error: unknown): error is Error {
  return error instanceof InputError || error instanceof MalformedInputError || error instanceof NetlinkError;
}
