import type { DropBatch } from '../drop/batch.js';
import { type DropKind, KindTable } from '../drop/kind.js';

/** How many drops, and when. Times are seconds since 1970 UTC; NaN: no drop has a time. */
export interface Count {
  drops: number;
  first: number;
  last: number;
}

/** The number of a cause whose kind had no room in the table. */
export const NO_CAUSE = -1;

/** A count without drops. */
export function emptyCount(): Count {
  return { drops: 0, first: Number.NaN, last: Number.NaN };
}

/** Adds a drop. @param time seconds since 1970 UTC; 0: not known */
export function addDrop(count: Count, time: number): void {
  count.drops++;
  if (time === 0) return;
  // The comparisons are false for NaN.
  if (!(time >= count.first)) count.first = time;
  if (!(time <= count.last)) count.last = time;
}

/** Adds another count to `count`. */
export function addCount(count: Count, { drops, first, last }: Readonly<Count>): void {
  count.drops += drops;
  if (!(first >= count.first) && !Number.isNaN(first)) count.first = first;
  if (!(last <= count.last) && !Number.isNaN(last)) count.last = last;
}

/** Time of a drop in seconds since 1970 UTC, to a quarter of a microsecond; 0: not known. */
export function secondsAt(batch: DropBatch, row: number): number {
  return batch.timestampHigh[row]! * (2 ** 32 / 1e9) + batch.timestampLow[row]! / 1e9;
}

/**
 * Counts drops by kind, over the tables of several sources. Bounded like a KindTable: drops of further kinds are in
 * `others`.
 */
export class Causes {
  /** Drops whose kinds had no room in the table. */
  readonly others: Count = emptyCount();
  readonly #kinds = new KindTable();
  readonly #counts: Count[] = [];
  /** Numbers of causes by the kinds' numbers in the batch's table. */
  #own: (number | undefined)[] = [];
  #table: KindTable | undefined;

  /** Number of causes. */
  get size(): number {
    return this.#counts.length;
  }

  /** Counts a drop. Returns the number of its cause, or NO_CAUSE. */
  add(batch: DropBatch, row: number, time: number): number {
    if (batch.kinds !== this.#table) {
      this.#table = batch.kinds;
      this.#own = [];
    }
    const cause = (this.#own[batch.kind[row]!] ??= this.#intern(batch.kindOf(row)));
    addDrop(this.#counts[cause] ?? this.others, time);
    return cause;
  }

  kind(cause: number): DropKind {
    return this.#kinds.get(cause);
  }

  count(cause: number): Readonly<Count> {
    return this.#counts[cause]!;
  }

  #intern(kind: DropKind): number {
    if (this.#kinds.full) return this.#kinds.find(kind)?.id ?? NO_CAUSE;
    const { id } = this.#kinds.intern(kind);
    if (id === this.#counts.length) this.#counts.push(emptyCount());
    return id;
  }
}
