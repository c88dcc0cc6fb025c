import type { DropBatch } from '../drop/batch.js';
import { type DropKind, KindTable } from '../drop/kind.js';

/** Number of drops of one kind. */
export interface KindCount {
  readonly kind: DropKind;
  readonly drops: number;
}

/**
 * Counts drops by kind. Is an outlet, so `capture` can count drops and write a file at the same time. Bounded: when
 * its KindTable is full, drops of further kinds are counted in `others`.
 */
export class KindTally {
  /** Number of all drops. */
  drops = 0;
  /** Number of drops whose kinds had no room in the table. */
  others = 0;
  /** The counted kinds. Not the source's table, because the source replaces its tables. */
  readonly #kinds = new KindTable();
  readonly #counts: number[] = [];
  /** Numbers of kinds in `#kinds`, by their numbers in the batch's table; -1 when `#kinds` was full. */
  #own: (number | undefined)[] = [];
  #table: KindTable | undefined;

  /** Counts a batch. Does not change the batch; the caller may release it afterwards. */
  write(batch: DropBatch): undefined {
    this.writeRows(batch, 0, batch.length);
  }

  /** Counts the rows from `from` up to, and without, `to`. */
  writeRows({ kind, kinds }: DropBatch, from: number, to: number): void {
    if (kinds !== this.#table) {
      this.#table = kinds;
      this.#own = [];
    }
    for (let row = from; row < to; row++) {
      const id = kind[row]!;
      const own = (this.#own[id] ??= this.#intern(kinds.get(id)));
      if (own < 0) this.others++;
      else this.#counts[own]!++;
    }
    this.drops += to - from;
  }

  /** The counts so far, the largest first. */
  counts(): KindCount[] {
    return this.#counts
      .map((drops, id) => ({ kind: this.#kinds.get(id), drops }))
      .toSorted((a, b) => b.drops - a.drops);
  }

  /** The number of the kind in the tally's own table; -1 when the table has no room for it. */
  #intern(kind: DropKind): number {
    if (this.#kinds.full) return this.#kinds.find(kind)?.id ?? -1;
    const { id } = this.#kinds.intern(kind);
    if (id === this.#counts.length) this.#counts.push(0);
    return id;
  }
}
