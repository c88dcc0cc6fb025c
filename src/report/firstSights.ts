/** Places of the table: a power of two. */
const PLACES = 16_384;

/** The first drop of a thing. */
export interface FirstSight {
  /** Number of its cause. */
  readonly cause: number;
  /** As of `addDrop`. */
  readonly time: number;
}

/**
 * Remembers that a thing was dropped once, by a hash of the thing: most things are never dropped again, and need no object. A thing
 * whose hash has the same low bits takes its place. Two things with equal hashes are taken for one.
 */
export class FirstSights {
  readonly #hashes = new Int32Array(PLACES);
  /** NaN: the place is free. */
  readonly #times = new Float64Array(PLACES).fill(Number.NaN);
  readonly #causes = new Int32Array(PLACES);

  /** The first drop of the thing. Undefined if this drop is the first one: it is remembered. @param hash 32 bits */
  find(hash: number, cause: number, time: number): FirstSight | undefined {
    const place = hash & (PLACES - 1);
    if (this.#hashes[place] === (hash | 0) && !Number.isNaN(this.#times[place]!))
      return { cause: this.#causes[place]!, time: this.#times[place]! };
    this.#hashes[place] = hash;
    this.#times[place] = time;
    this.#causes[place] = cause;
    return undefined;
  }
}
