import { type DropBatch, ORIGIN_HARDWARE, ORIGIN_SOFTWARE } from '../drop/batch.js';
import type { DropOrigin } from '../drop/record.js';
import type { BatchEncoder } from '../encode/encoder.js';
import type { ByteSink } from '../outlet/sink.js';
import type { DropSource, SourceStatistics } from '../source/source.js';
import { CaptureError } from './captureError.js';

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

/** Drops on their way through a capture: what was captured was either filtered or written. */
export interface CaptureCounters {
  /** Drops that the source gave, up to the last that was asked for. */
  readonly captured: number;
  /** Drops that were not wanted. */
  readonly filtered: number;
  /** Drops known to be lost between those captured. */
  readonly lost: number;
  /** Drops that were encoded and handed to the sink. */
  readonly written: number;
  /** Bytes handed to the sink. */
  readonly bytes: number;
}

/** What a capture came to. */
export interface CaptureSummary extends CaptureCounters {
  readonly source: SourceStatistics;
}

/**
 * Takes drops from a source to a sink until the source ends, `count` is reached, or somebody stops the source; then
 * writes the closing statistics, and closes both. When one of them fails, the other is brought to its ordinary end.
 * @throws CaptureError when source or sink failed.
 */
export async function capture(
  source: DropSource,
  encoder: BatchEncoder,
  sink: ByteSink,
  options: CaptureOptions = {},
): Promise<CaptureSummary> {
  const flow = new Flow(source, encoder, sink, options);
  const failures: unknown[] = [];
  const attempt = async (step: () => Promise<void>) => {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  };
  // A write that fails while no drop comes must end the capture too.
  sink.onFailure(() => void attempt(() => source.stop()));
  await attempt(() => flow.run());
  await attempt(() => source.close());
  const statistics = await source.statistics();
  await attempt(() => flow.end(statistics));
  await attempt(() => sink.close());
  const summary = { ...flow.counters, source: statistics };
  if (failures.length > 0) throw new CaptureError(summary, failures[0]);
  return summary;
}

class Flow {
  readonly counters = { captured: 0, filtered: 0, lost: 0, written: 0, bytes: 0 };
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

  /** Runs every batch through the stages, one after the other. */
  async run(): Promise<void> {
    await this.#write(this.#encoder.header());
    for await (const batch of this.#source) {
      await this.#write(this.#encode(this.#select(batch)));
      this.#options.onProgress?.(this.counters);
      if (this.counters.written === this.#options.count) await this.#source.stop();
    }
  }

  /** Writes what the output ends with. */
  async end(statistics: SourceStatistics): Promise<void> {
    await this.#write(this.#encoder.trailer(statistics));
  }

  #select(batch: DropBatch): DropBatch {
    const { origin, snapLength, count } = this.#options;
    const given = batch.length;
    for (let row = 0; row < given; row++) this.counters.lost += batch.lostBefore[row]!;
    if (origin !== undefined) {
      const wanted = origin === 'hardware' ? ORIGIN_HARDWARE : ORIGIN_SOFTWARE;
      batch.keep((row) => batch.origin[row] === wanted);
    }
    const filtered = given - batch.length;
    if (snapLength) batch.truncate(snapLength);
    if (count !== undefined) batch.length = Math.min(batch.length, count - this.counters.written);
    this.counters.filtered += filtered;
    this.counters.captured += filtered + batch.length;
    return batch;
  }

  #encode(batch: DropBatch): Uint8Array {
    const bytes = this.#encoder.encode(batch);
    this.counters.written += batch.length;
    batch.release();
    return bytes;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return;
    await this.#sink.write(bytes);
    this.counters.bytes += bytes.length;
  }
}
