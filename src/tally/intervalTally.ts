import type { DropBatch } from '../drop/batch.js';
import { type CountsListener, MAX_COUNTED_PLACES } from '../drop/dropCount.js';
import type { DropOrigin } from '../drop/origin.js';
import { CauseCounts } from './causeCounts.js';
import { KindTally } from './kindTally.js';
import { TimeSpan } from './timeSpan.js';

/** The drops of a span of time. */
export interface CountedSpan {
  /** Nanoseconds since 1970 UTC. Undefined: no drop has a time. */
  readonly startNs: bigint | undefined;
  readonly endNs: bigint | undefined;
  readonly counts: CauseCounts;
  /** Drops known to be lost before the span's drops. Their reasons are not known. Undefined: nothing is known of losses. */
  readonly lost: number | undefined;
  /** Equal drops that --dedupe left out before the span's drops. */
  readonly repeated: number;
  /** Alerts of the kernel's summary mode that were full: drops at further places are not counted. */
  readonly fullAlerts: number;
}

/** How an IntervalTally divides the time. */
export interface IntervalOptions {
  /** Length of an interval by the drops' own times. Undefined: intervals end when `end` is called. */
  readonly lengthNs: bigint | undefined;
  /** The only origin whose drops `addCounts` counts; undefined: both. */
  readonly origin?: DropOrigin | undefined;
  /** Takes each interval. */
  readonly onInterval: (interval: CountedSpan) => void;
}

const MS_NS = 1_000_000n;

/**
 * Counts drops by cause in intervals, and in total. Holds no packets. Without a length, for a live capture, `end` ends an
 * interval. With one, for a file, an interval ends before the first drop that is the length or more after its start: the
 * first one starts at the first drop, the others whole lengths after that. A span without drops then has no interval, and a
 * drop with an earlier time than the current interval counts in the current one.
 */
export class IntervalTally {
  readonly #lengthNs: bigint | undefined;
  readonly #origin: DropOrigin | undefined;
  readonly #onInterval: (interval: CountedSpan) => void;
  #kinds = new KindTally();
  /** Counts of the kernel's summary mode. */
  #counts = new CauseCounts();
  #losses = { lost: 0, repeated: 0, fullAlerts: 0 };
  #startNs: bigint | undefined;
  /** End of the interval as a number. It is rounded: a drop before it may belong to the next interval by 256 ns, none after it to this one. */
  #roundedEnd = 0;
  readonly #total = { counts: new CauseCounts(), lost: 0, repeated: 0, fullAlerts: 0 };
  readonly #span = new TimeSpan();
  /** Whether there were counts of the kernel's summary mode. */
  hasCounts = false;

  constructor({ lengthNs, origin, onInterval }: IntervalOptions) {
    this.#lengthNs = lengthNs;
    this.#origin = origin;
    this.#onInterval = onInterval;
  }

  /** Everything so far. Of a file, from the earliest drop's time to the latest one's. */
  get total(): CountedSpan {
    return { ...this.#total, startNs: this.#span.startNs, endNs: this.#span.endNs };
  }

  /** Starts the first interval of a live capture. */
  start(nowMs: number): void {
    this.#startNs = BigInt(Math.round(nowMs)) * MS_NS;
    this.#span.add(this.#startNs);
  }

  /** Counts the drops of a batch. Does not change the batch; the caller may release it afterwards. */
  write(batch: DropBatch): void {
    const { length, lostBefore, repeatedBefore, timestampHigh, timestampLow } = batch;
    const byDrops = this.#lengthNs !== undefined;
    let from = 0;
    for (let row = 0; row < length; row++) {
      if (byDrops) {
        const high = timestampHigh[row]!;
        const low = timestampLow[row]!;
        this.#span.addWords(high, low);
        if (high * 0x1_0000_0000 + low >= this.#roundedEnd) {
          this.#kinds.writeRows(batch, from, row);
          from = row;
          this.#advance((BigInt(high) << 32n) | BigInt(low));
        }
      }
      this.#losses.lost += lostBefore[row]!;
      this.#losses.repeated += repeatedBefore[row]!;
    }
    this.#kinds.writeRows(batch, from, length);
  }

  /** Adds the counts of an alert of the kernel's summary mode. */
  readonly addCounts: CountsListener = (counts, timestampNs) => {
    this.hasCounts = true;
    if (this.#lengthNs !== undefined && timestampNs !== undefined) {
      this.#span.add(timestampNs);
      this.#advance(timestampNs);
    }
    for (const { count, ...place } of counts) {
      const origin = 'trap' in place ? 'hardware' : 'software';
      if (this.#origin === undefined || this.#origin === origin)
        this.#counts.add({ origin, ...place }, count);
    }
    if (counts.length >= MAX_COUNTED_PLACES) this.#losses.fullAlerts++;
  };

  /** Ends the interval of a live capture, also one without drops, and starts the next one. */
  end(nowMs: number): void {
    const nowNs = BigInt(Math.round(nowMs)) * MS_NS;
    this.#finish(nowNs);
    this.#startNs = nowNs;
    this.#span.add(nowNs);
  }

  /** Ends the last interval of a file, if it has drops. */
  endOfFile(): void {
    if (this.drops > 0) this.#finish(this.#nextStart());
  }

  /** Drops of the current interval. */
  get drops(): number {
    return this.#kinds.drops + this.#counts.drops;
  }

  /** The end of a file's interval. */
  #nextStart(): bigint | undefined {
    return this.#startNs === undefined ? undefined : this.#startNs + this.#lengthNs!;
  }

  /** Makes the current interval of a file the one that has this time, unless it is earlier, or 0: not known. */
  #advance(ns: bigint): void {
    const next = this.#nextStart();
    if (ns === 0n || (next !== undefined && ns < next)) return;
    const lengthNs = this.#lengthNs!;
    if (this.drops > 0 && next !== undefined) this.#finish(next);
    const start = this.#startNs ?? ns;
    this.#startNs = start + ((ns - start) / lengthNs) * lengthNs;
    this.#roundedEnd = Number(this.#startNs + lengthNs);
  }

  #finish(endNs: bigint | undefined): void {
    const counts = this.#counts;
    for (const { kind, drops } of this.#kinds.counts()) counts.add(kind, drops);
    counts.addOthers(this.#kinds.others);
    const { lost, repeated, fullAlerts } = this.#losses;
    this.#kinds = new KindTally();
    this.#counts = new CauseCounts();
    this.#losses = { lost: 0, repeated: 0, fullAlerts: 0 };
    this.#total.counts.addAll(counts);
    this.#total.lost += lost;
    this.#total.repeated += repeated;
    this.#total.fullAlerts += fullAlerts;
    this.#onInterval({ startNs: this.#startNs, endNs, counts, lost, repeated, fullAlerts });
  }
}
