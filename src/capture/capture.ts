import type { DropBatch } from '../drop/batch.js';
import { isClosedPipe } from '../errors.js';
import type { Outlet } from '../outlet/outlet.js';
import { type DropSource, NO_STATISTICS, type SourceStatistics } from '../source/source.js';
import type { Stage } from '../stage/stage.js';
import { CaptureError } from './captureError.js';
import { composeStages, type Pipeline } from './pipeline.js';

/** Options of a capture. */
export interface CaptureOptions {
  /** Stages between the source and the outlets, in this order. */
  readonly stages?: readonly Stage[] | undefined;
  /**
   * Ends the capture when aborted, like `source.stop()`: queued drops are still written, and the outlets are
   * completed.
   */
  readonly signal?: AbortSignal | undefined;
  /** Called when the outlets have taken a batch, also while an outlet makes the capture wait. */
  readonly onProgress?: ((counters: CaptureCounters) => void) | undefined;
}

/** Counters of a capture's drops. */
export interface CaptureCounters {
  /** Drops from the source, up to the last drop that a finished stage let pass. */
  readonly captured: number;
  /** Drops known to be lost between the captured drops. */
  readonly lost: number;
  /** Drops that passed all stages and were written to the outlets. */
  readonly delivered: number;
}

/** The counters of a whole capture. */
export interface CaptureSummary extends CaptureCounters {
  /** Removed drops, by the names of the stages. */
  readonly removed: Readonly<Record<string, number>>;
  /**
   * The part of `lost` that no delivered drop has in `lostBefore`, because only removed drops came after these losses.
   */
  readonly lostAtEnd: number;
  readonly source: SourceStatistics;
}

/**
 * Takes drops from a source through stages to outlets. Ends when the source ends, a stage or an outlet is finished, or
 * the source is stopped. Then completes the outlets, and closes the source and the outlets. When one of them fails, the others
 * are still completed and closed.
 * @throws CaptureError when the source, a stage or an outlet failed. `cause` is the first error; `summary` has the
 * counters until then.
 */
export async function capture(
  source: DropSource,
  outlets: Outlet | readonly Outlet[],
  options: CaptureOptions = {},
): Promise<CaptureSummary> {
  const flow = new Flow(source, 'write' in outlets ? [outlets] : outlets, options);
  return await flow.run();
}

class Flow {
  readonly #source: DropSource;
  readonly #outlets: readonly Outlet[];
  readonly #stages: readonly Stage[];
  readonly #options: CaptureOptions;
  readonly #failures: unknown[] = [];
  #given = 0;
  #lost = 0;
  #delivered = 0;

  constructor(source: DropSource, outlets: readonly Outlet[], options: CaptureOptions) {
    this.#source = source;
    this.#outlets = outlets;
    this.#stages = options.stages ?? [];
    this.#options = options;
  }

  async run(): Promise<CaptureSummary> {
    const { signal } = this.#options;
    const stop = () => void this.#attempt(() => this.#source.stop());
    // A write that fails while no drop arrives must end the capture too.
    for (const outlet of this.#outlets) outlet.onFailure?.(stop);
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
    const pipeline = composeStages(this.#stages, (batch) => this.#deliver(batch));
    await this.#attempt(() => this.#pump(pipeline));
    // Stages may hold drops that came before a failure.
    await this.#attempt(() => pipeline.finish());
    signal?.removeEventListener('abort', stop);
    await this.#attempt(() => this.#source.close());
    // What is known if the source cannot say more.
    let statistics: SourceStatistics = { ...NO_STATISTICS, ...this.#source.losses() };
    await this.#attempt(async () => {
      statistics = await this.#source.statistics();
    });
    for (const outlet of this.#outlets) await this.#attempt(() => outlet.end?.(statistics));
    const summary = summarize(this.#counters(), this.#stages, statistics);
    if (this.#failures.length > 0) {
      // The reader of a pipe may have read enough: that must not hide another failure.
      const failure = this.#failures.find((each) => !isClosedPipe(each)) ?? this.#failures[0];
      throw new CaptureError(summary, failure);
    }
    return summary;
  }

  async #attempt(step: () => Promise<void> | undefined): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.#failures.push(error);
    }
  }

  async #pump(pipeline: Pipeline): Promise<void> {
    const { onProgress } = this.#options;
    // A recording's outlets begin with its first drops: an existing file must stay if the recording cannot be read.
    let begun = this.#source.live;
    if (begun) await this.#begin();
    if (this.#finished()) await this.#source.stop();
    for await (const batch of this.#source) {
      if (!begun) await this.#begin();
      begun = true;
      this.#count(batch);
      const waiting = pipeline.push(batch);
      onProgress?.(this.#counters());
      if (waiting) await waiting;
      if (this.#finished()) await this.#source.stop();
    }
    if (!begun) await this.#begin();
  }

  async #begin(): Promise<void> {
    for (const outlet of this.#outlets) await outlet.begin?.();
  }

  #finished(): boolean {
    return [...this.#stages, ...this.#outlets].some(({ finished }) => finished);
  }

  #count({ length, lostBefore }: DropBatch): void {
    this.#given += length;
    for (let row = 0; row < length; row++) this.#lost += lostBefore[row]!;
  }

  /** Gives a batch to all outlets, also when one of them throws. Then releases the batch. */
  #deliver(batch: DropBatch): Promise<void> | undefined {
    this.#delivered += batch.length;
    let waiting: Promise<void> | undefined;
    let failure: unknown;
    for (const outlet of this.#outlets) {
      try {
        const busy = outlet.write(batch);
        waiting = waiting && busy ? allOf(waiting, busy) : (waiting ?? busy);
      } catch (error) {
        failure ??= error;
      }
    }
    batch.release();
    if (failure === undefined) return waiting;
    waiting?.catch(() => {}); // `failure` is reported instead.
    throw failure;
  }

  #counters(): CaptureCounters {
    let captured = this.#given;
    for (const { finished, removed } of this.#stages) if (finished) captured -= removed;
    return { captured, lost: this.#lost, delivered: this.#delivered };
  }
}

/**
 * The summary of a capture, as far as it came.
 * @param counters those after the last batch
 * @param source the source's statistics so far
 */
export function summarize(
  counters: CaptureCounters,
  stages: readonly Stage[],
  source: SourceStatistics,
): CaptureSummary {
  const removed: Record<string, number> = {};
  let lostAtEnd = 0;
  for (const stage of stages) {
    removed[stage.name] = (removed[stage.name] ?? 0) + stage.removed;
    lostAtEnd += stage.pendingLosses;
  }
  return { ...counters, removed, lostAtEnd, source };
}

/** Waits for both, also when one fails: each outlet's memory is free afterwards. */
async function allOf(first: Promise<void>, second: Promise<void>): Promise<void> {
  for (const { status, ...outcome } of await Promise.allSettled([first, second])) {
    if (status === 'rejected') throw (outcome as PromiseRejectedResult).reason;
  }
}
