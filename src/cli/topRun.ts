import { capture, type CaptureCounters, type CaptureSummary, summarize } from '../capture/capture.js';
import { CaptureError } from '../capture/captureError.js';
import { messageOf } from '../errors.js';
import type { DropFilter } from '../filter/compileFilter.js';
import { completenessOf } from '../report/losses.js';
import { type KindNames, namesOf } from '../report/names.js';
import { plainText } from '../report/texts.js';
import type { DropSource } from '../source/source.js';
import { FilterStage } from '../stage/filter.js';
import type { SymbolLookup } from '../symbols/symbolLookup.js';
import { buildView, type ViewFacts } from '../top/buildView.js';
import { DropClock } from '../top/clock.js';
import { TopCounts } from '../top/topCounts.js';
import type { TopView } from '../top/view.js';
import { VERSION } from '../version.js';

/** How a source ended. */
export interface TopEnd {
  readonly summary: CaptureSummary;
  /** The error of a source that failed. */
  readonly failure?: unknown;
  /** For the user, when the view has ended. */
  readonly notice?: string | undefined;
}

/** Counts the drops of a source, and makes views of them. */
export class TopRun {
  readonly counts: TopCounts;
  readonly source: DropSource;
  readonly symbols: SymbolLookup;
  readonly #filter: FilterStage;
  #counters: CaptureCounters = { captured: 0, lost: 0, delivered: 0 };
  #names: (KindNames | undefined)[] = [];
  #namesVersion = -1;
  #start: number | undefined;
  /** Why the source could not be read to its end. */
  #problem: string | undefined;

  constructor(
    source: DropSource,
    symbols: SymbolLookup,
    filter: DropFilter | undefined,
    windowSeconds: number,
  ) {
    this.source = source;
    this.symbols = symbols;
    this.counts = new TopCounts(windowSeconds, new DropClock(source.live));
    this.#filter = new FilterStage(filter);
    // A file has the clock of its drops.
    if (!source.live) return;
    this.#start = Date.now() / 1000;
    this.counts.clock.see(this.#start);
  }

  /** Counts until the source ends. Never throws for a source that fails. */
  async run(): Promise<TopEnd> {
    try {
      const stages = [this.#filter];
      const onProgress = (counters: CaptureCounters) => (this.#counters = counters);
      return { summary: await capture(this.source, this.counts, { stages, onProgress }) };
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      this.#problem = plainText(messageOf(error.cause));
      return { summary: error.summary, failure: error.cause };
    } finally {
      // A view can come much later: reading the symbols takes seconds on a slow machine.
      this.counts.clock.stop();
    }
  }

  get filter(): DropFilter | undefined {
    return this.#filter.filter;
  }

  /** Counts only drops that fit from now on, and forgets the drops so far. */
  set filter(filter: DropFilter | undefined) {
    this.#filter.filter = filter;
    this.counts.clear();
    this.#start = this.counts.clock.now;
  }

  /** The names of a cause, kept until the symbols change. Undefined for NO_CAUSE. */
  readonly namesOf: ViewFacts['namesOf'] = (cause) => {
    if (cause < 0) return undefined;
    return (this.#names[cause] ??= namesOf(this.counts.causes.kind(cause), this.symbols));
  };

  /** The view of now. @throws the errors of the source's statistics */
  async view(): Promise<TopView> {
    const summary = summarize(this.#counters, [this.#filter], await this.source.statistics());
    if (this.symbols.version !== this.#namesVersion) this.#names = [];
    this.#namesVersion = this.symbols.version;
    const filterOfFile = this.source.recorded?.filter;
    const result = { summary, filter: filterOfFile && plainText(filterOfFile), problem: this.#problem };
    const completeness = completenessOf([result], { repeated: 0, timeless: 0 });
    return buildView(this.counts, {
      application: `dropcap ${VERSION}`,
      source: plainText(this.source.description),
      expression: this.filter ? plainText(this.filter.text) : null,
      start: this.#start,
      completeness,
      namesOf: this.namesOf,
    });
  }
}
