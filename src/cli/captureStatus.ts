import { summarize, type CaptureCounters, type CaptureSummary } from '../capture/capture.js';
import type { DropSource, ReadProgress } from '../source/source.js';
import type { HideStage } from '../stage/hide.js';
import type { Stage } from '../stage/stage.js';
import { KindTally } from '../tally/kindTally.js';
import { type Sample, sampleOf } from './recentDrops.js';
import type { HiddenCounts, OutputCounters } from './report.js';

/** A running capture, as far as it came. */
export interface StatusFacts {
  readonly summary: CaptureSummary;
  readonly output: OutputCounters;
  readonly hidden: HiddenCounts | undefined;
  /** How far the file is read; undefined for a running kernel. */
  readonly progress: ReadProgress | undefined;
  readonly elapsedMs: number;
}

/** Answers questions about a running capture. Does nothing until it is asked, except for counting in `tally`. */
export class CaptureStatus {
  /** The counters after the last batch. */
  counters: CaptureCounters = { captured: 0, lost: 0, delivered: 0 };
  /** Must be an outlet of the capture if `sample` is used. */
  readonly tally: KindTally = new KindTally();
  readonly #source: DropSource;
  readonly #output: OutputCounters;
  readonly #stages: readonly Stage[];
  readonly #hide: HideStage | undefined;
  readonly #start = performance.now();

  /** @param hide the one of the stages that hides noise */
  constructor(
    source: DropSource,
    output: OutputCounters,
    stages: readonly Stage[],
    hide: HideStage | undefined,
  ) {
    this.#source = source;
    this.#output = output;
    this.#stages = stages;
    this.#hide = hide;
  }

  /** Asks the kernel for its counters. @throws the errors of the source's statistics */
  async facts(): Promise<StatusFacts> {
    const statistics = await this.#source.statistics();
    return {
      summary: summarize(this.counters, this.#stages, statistics),
      output: this.#output,
      hidden: this.#hide?.hidden,
      progress: this.#source.progress,
      elapsedMs: performance.now() - this.#start,
    };
  }

  sample(): Sample {
    return sampleOf(performance.now(), this.counters.captured, this.tally);
  }
}
