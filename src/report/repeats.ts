import type { FirstSight } from './firstSights.js';

/** Most things that are remembered, and that are kept for the report when others take their place. */
const MAX_REMEMBERED = 4096;
const MAX_KEPT = 64;
/** Most times of one thing that are remembered: the first ones. */
const MAX_TIMES = 16;

/** A thing that was dropped several times: the SYN of one connection, one segment, a fragment of one datagram. */
export interface Repeat<Facts> {
  readonly facts: Facts;
  /** Number of the cause of its first drop. */
  readonly cause: number;
  drops: number;
  /** Seconds since 1970 UTC of the first drops; only known ones. */
  readonly times: number[];
}

/**
 * Remembers the last 4,096 things that were dropped, to find those that were dropped several times. Of those that others took the
 * place of, the 64 with the most drops are kept.
 */
export class Repeats<Facts> {
  readonly #remembered = new Map<string, Repeat<Facts>>();
  /** The keys of `#remembered` as a ring: the map cannot find its oldest key without a look at the places of deleted ones. */
  readonly #keys: string[] = [];
  #oldest = 0;
  #kept: Repeat<Facts>[] = [];

  /**
   * Adds a drop of the thing with this key. Returns what is known about the thing.
   * @param makeFacts called for a new key
   * @param first an earlier drop of the thing, which counts too if the key is new
   */
  add(key: string, cause: number, time: number, makeFacts: () => Facts, first?: FirstSight): Repeat<Facts> {
    let repeat = this.#remembered.get(key);
    if (!repeat) {
      const times = first && first.time !== 0 ? [first.time] : [];
      repeat = { facts: makeFacts(), cause: first?.cause ?? cause, drops: first ? 1 : 0, times };
      this.#remember(key, repeat);
    }
    repeat.drops++;
    if (time !== 0 && repeat.times.length < MAX_TIMES) repeat.times.push(time);
    return repeat;
  }

  /** The things that were dropped several times, those with the most drops first. At most 64. */
  most(): Repeat<Facts>[] {
    return [...this.#kept, ...this.#remembered.values()]
      .filter(({ drops }) => drops > 1)
      .toSorted((a, b) => b.drops - a.drops)
      .slice(0, MAX_KEPT);
  }

  #remember(key: string, repeat: Repeat<Facts>): void {
    this.#remembered.set(key, repeat);
    if (this.#keys.length < MAX_REMEMBERED) {
      this.#keys.push(key);
      return;
    }
    this.#forget(this.#keys[this.#oldest]!);
    this.#keys[this.#oldest] = key;
    this.#oldest = (this.#oldest + 1) % MAX_REMEMBERED;
  }

  #forget(key: string): void {
    const repeat = this.#remembered.get(key)!;
    this.#remembered.delete(key);
    if (repeat.drops > 1) this.#kept.push(repeat);
    if (this.#kept.length < 2 * MAX_KEPT) return;
    this.#kept = this.#kept.toSorted((a, b) => b.drops - a.drops).slice(0, MAX_KEPT);
  }
}
