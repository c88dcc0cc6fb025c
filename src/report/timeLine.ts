/** Most spans, and most pairs of span and cause, that are kept. */
const MAX_SPANS = 720;
const MAX_CELLS = 65_536;
/** The shortest span. */
const MIN_SECONDS = 0.001;

/** Drops of a span of time. */
export interface Span {
  /** Begin, seconds since 1970 UTC. */
  readonly start: number;
  readonly drops: number;
  /** Drops by the number of their cause. */
  readonly causes: ReadonlyMap<number, number>;
}

/**
 * Counts drops by cause over time, in spans of equal length. The spans begin short. When there are too many, two become one, so
 * memory is bounded for any length of time and any order of the drops.
 */
export class TimeLine {
  /** Length of a span in seconds. */
  seconds: number = MIN_SECONDS;
  /** Spans by their numbers: the begin divided by the length. */
  #spans = new Map<number, Map<number, number>>();
  #cells = 0;
  #last = Number.NaN;
  #lastSpan: Map<number, number> | undefined;

  /** Counts a drop. @param time as of `addDrop` */
  add(cause: number, time: number): void {
    if (time === 0) return;
    const number = Math.floor(time / this.seconds);
    let span = number === this.#last ? this.#lastSpan : this.#spans.get(number);
    if (!span) {
      span = new Map();
      this.#spans.set(number, span);
    }
    this.#last = number;
    this.#lastSpan = span;
    const drops = span.get(cause);
    span.set(cause, (drops ?? 0) + 1);
    if (drops === undefined) this.#cells++;
    while (this.#spans.size > MAX_SPANS || this.#cells > MAX_CELLS) this.#double();
  }

  /** The spans from the first with a drop to the last, with those between. Empty without times. May lengthen the spans. */
  spans(): Span[] {
    if (this.#spans.size === 0) return [];
    let [first, last] = this.#range();
    for (; last - first >= MAX_SPANS; [first, last] = this.#range()) this.#double();
    return Array.from({ length: last - first + 1 }, (_, i) => {
      const causes = this.#spans.get(first + i) ?? new Map<number, number>();
      const drops = [...causes.values()].reduce((sum, some) => sum + some, 0);
      return { start: (first + i) * this.seconds, drops, causes };
    });
  }

  /** Numbers of the first and the last span. */
  #range(): [first: number, last: number] {
    let [first, last] = [Infinity, -Infinity];
    for (const number of this.#spans.keys()) {
      first = Math.min(first, number);
      last = Math.max(last, number);
    }
    return [first, last];
  }

  #double(): void {
    this.seconds *= 2;
    const before = this.#spans;
    this.#spans = new Map();
    this.#cells = 0;
    this.#last = Number.NaN;
    for (const [number, causes] of before) {
      const half = Math.floor(number / 2);
      const span = this.#spans.get(half);
      if (!span) {
        this.#spans.set(half, causes);
        this.#cells += causes.size;
        continue;
      }
      for (const [cause, drops] of causes) {
        if (!span.has(cause)) this.#cells++;
        span.set(cause, (span.get(cause) ?? 0) + drops);
      }
    }
  }
}
