import type { DropOrigin } from '../drop/origin.js';

/** What drops of one row of a summary share: of a DropKind, or of a count of the kernel. */
export interface CountedCause {
  readonly origin: DropOrigin;
  readonly reason?: string | undefined;
  readonly trap?: string | undefined;
  readonly trapGroup?: string | undefined;
  readonly programCounter?: bigint | undefined;
  readonly symbolText?: string | undefined;
}

/** Number of drops with one cause. */
export interface CauseCount {
  readonly cause: CountedCause;
  readonly drops: number;
}

/** Causes of a table. A kernel has some hundred drop points; a hostile recording has as many as it wants. */
const MAX_CAUSES = 8192;
/** Characters of all causes. */
const MAX_CHARACTERS = 4 << 20;

interface Row {
  readonly cause: CountedCause;
  drops: number;
}

/**
 * Counts drops by origin, reason, drop point and trap. Bounded: when the table has 8,192 causes or 4 MiB of text, drops of
 * further causes are counted in `others`.
 */
export class CauseCounts {
  /** Number of all drops. */
  drops = 0;
  /** Number of drops whose causes had no room in the table. */
  others = 0;
  readonly #rows = new Map<string, Row>();
  #characters = 0;

  /** Builds a key: call it for kinds, not for packets. */
  add(cause: CountedCause, drops: number): void {
    this.drops += drops;
    const key = keyOf(cause);
    const row = this.#rows.get(key);
    if (row) {
      row.drops += drops;
    } else if (this.#rows.size >= MAX_CAUSES || this.#characters >= MAX_CHARACTERS) {
      this.others += drops;
    } else {
      this.#rows.set(key, { cause, drops });
      this.#characters += key.length;
    }
  }

  /** Counts drops whose causes are not known any more. */
  addOthers(drops: number): void {
    this.drops += drops;
    this.others += drops;
  }

  /** Adds all counts of another table. */
  addAll(other: CauseCounts): void {
    for (const { cause, drops } of other) this.add(cause, drops);
    this.addOthers(other.others);
  }

  [Symbol.iterator](): IterableIterator<CauseCount> {
    return this.#rows.values();
  }
}

function keyOf({ origin, reason, trap, trapGroup, programCounter, symbolText }: CountedCause): string {
  return JSON.stringify([origin, reason, trap, trapGroup, programCounter?.toString(16), symbolText]);
}
