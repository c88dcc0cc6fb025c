import { UsageError } from '../errors.js';
import type { ByteSink } from './sink.js';

/**
 * Opens the sink of a segment. The first segment has number 0. `firstNs` is the time of the segment's first drop in
 * nanoseconds since 1970 UTC; undefined when the segment begins before a drop.
 */
export type OpenSink = (segment: number, firstNs: bigint | undefined) => Promise<ByteSink>;

/** A segment whose sink is opened when its first bytes are written. */
export interface Segment {
  readonly firstNs: bigint | undefined;
  /** Undefined until the segment's first bytes are to be written. May still be opening. */
  sink: Promise<ByteSink> | undefined;
}

/** Bytes of one segment in an output buffer. */
export interface Piece {
  readonly segment: Segment;
  /** Offset after the last byte. The piece begins where the piece before it ends. */
  readonly end: number;
  readonly drops: number;
  /** Whether the segment ends with this piece. */
  readonly last: boolean;
}

/** Writes pieces of segments to the segments' sinks, and opens and closes the sinks. */
export class SegmentWriter {
  /** Drops of the pieces that were written. */
  written = 0;
  /** Bytes of the writes that ended. */
  bytes = 0;
  /** The part of `bytes` that is in the segment whose sink was opened last. */
  segmentBytes = 0;
  readonly #openSink: OpenSink;
  readonly #onFailure: () => void;
  #segments = 0;
  readonly #openSinks = new Set<ByteSink>();
  /** The closing of a finished segment's sink, while the next segment is written. */
  #closing: Promise<void> | undefined;
  #pending = 0;

  /**
   * @param sink the only segment's sink, or a function that opens each segment's sink. The writer closes sinks.
   * @param onFailure called when a sink fails between two calls, or cannot be closed
   */
  constructor(sink: ByteSink | OpenSink, onFailure: () => void) {
    this.#onFailure = onFailure;
    this.#openSink = typeof sink === 'function' ? sink : onlySegment(this.#watch(sink));
  }

  /** Whether the sinks have bytes that they have not taken yet. */
  get pending(): boolean {
    return this.#pending > 0;
  }

  /** Opens the segment's sink if it is not open yet. @throws OutputError, and UsageError for a second segment in one sink */
  open(segment: Segment): Promise<ByteSink> {
    return (segment.sink ??= this.#open(segment));
  }

  /**
   * Writes the pieces of a buffer after an earlier write ended. The caller must not change the bytes until the promise
   * resolves.
   * @throws OutputError
   */
  async write(
    bytes: Uint8Array,
    pieces: readonly Piece[],
    earlier: Promise<void> | undefined,
  ): Promise<void> {
    this.#pending++;
    try {
      if (earlier) await earlier;
      let from = 0;
      for (const { segment, end, drops, last } of pieces) {
        const sink = await this.open(segment);
        if (end > from) await sink.write(bytes.subarray(from, end));
        this.written += drops;
        this.bytes += end - from;
        this.segmentBytes += end - from;
        from = end;
        if (last) await this.#closeLater(sink);
      }
    } finally {
      this.#pending--;
    }
  }

  /** Closes all sinks, also when closing one of them fails. @throws OutputError */
  async closeAll(): Promise<void> {
    const earlier = this.#closing ?? Promise.resolve();
    const closing = [earlier, ...[...this.#openSinks].map((sink) => sink.close())];
    this.#closing = undefined;
    this.#openSinks.clear();
    for (const outcome of await Promise.allSettled(closing)) {
      if (outcome.status === 'rejected') throw outcome.reason;
    }
  }

  /** Closes a finished segment's sink while the next segment is written. Waits for the sink before it. */
  async #closeLater(sink: ByteSink): Promise<void> {
    await this.#closing;
    this.#closing = sink.close();
    this.#openSinks.delete(sink);
    this.#closing.catch(() => this.#onFailure()); // The next call that awaits this closing reports its error.
  }

  async #open({ firstNs }: Segment): Promise<ByteSink> {
    const sink = this.#watch(await this.#openSink(this.#segments++, firstNs));
    this.segmentBytes = 0;
    return sink;
  }

  #watch(sink: ByteSink): ByteSink {
    this.#openSinks.add(sink);
    sink.onFailure(() => this.#onFailure());
    return sink;
  }
}

function onlySegment(sink: ByteSink): OpenSink {
  return (segment) =>
    segment === 0
      ? Promise.resolve(sink)
      : Promise.reject(new UsageError('a sink holds one segment (pass a function that opens the next sink)'));
}
