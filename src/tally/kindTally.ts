import type { DropBatch } from '../drop/batch.js';
import { type DropKind, KindTable } from '../drop/kind.js';

/** Drops of one kind. */
export interface KindCount {
  readonly kind: DropKind;
  readonly drops: number;
}

/**
 * Counts drops by kind: an outlet, so that `capture` can count beside a file. Bounded by the size of a KindTable: drops of
 * kinds beyond it are in `others`.
 */
export class KindTally {
  /** All drops that were counted. */
  drops = 0;
  /** Those of them whose kinds had no room. */
  others = 0;
  /** The kinds that are counted: a source's tables come and go. */
  readonly #kinds = new KindTable();
  readonly #counts: number[] = [];
  /** Numbers in `#kinds`, by the numbers of the batch's table. */
  #own: (number | undefined)[] = [];
  #table: KindTable | undefined;

  /** Counts a batch, which stays as it is and may be released afterwards. */
  write({ kind, kinds, length }: DropBatch): undefined {
    if (kinds !== this.#table) {
      this.#table = kinds;
      this.#own = [];
    }
    for (let row = 0; row < length; row++) {
      const id = kind[row]!;
      const own = (this.#own[id] ??= this.#intern(kinds.get(id)));
      if (own < 0) this.others++;
      else this.#counts[own]!++;
    }
    this.drops += length;
  }

  /** The counts so far, the largest first. */
  counts(): KindCount[] {
    return this.#counts
      .map((drops, id) => ({ kind: this.#kinds.get(id), drops }))
      .toSorted((a, b) => b.drops - a.drops);
  }

  #intern(kind: DropKind): number {
    const known = this.#kinds.size;
    if (this.#kinds.full) return -1;
    const { id } = this.#kinds.intern(kind);
    if (id === known) this.#counts.push(0);
    return id;
  }
}
