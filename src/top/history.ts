/** Seconds that the history has. */
const HISTORY_SECONDS = 60;

/** Drops in each of the last seconds. */
export class History {
  readonly #drops = new Float64Array(HISTORY_SECONDS);
  /** The second of each count. */
  readonly #second = new Float64Array(HISTORY_SECONDS).fill(-1);

  /** @param now seconds since 1970 UTC */
  add(drops: number, now: number): void {
    const second = Math.floor(now);
    const at = second % HISTORY_SECONDS;
    if (this.#second[at] !== second) this.#drops[at] = 0;
    this.#second[at] = second;
    this.#drops[at]! += drops;
  }

  /** Drops in each second before this one, the oldest first. */
  before(now: number): number[] {
    const last = Math.floor(now);
    return Array.from({ length: HISTORY_SECONDS - 1 }, (_, i) => {
      const second = last - HISTORY_SECONDS + 1 + i;
      const at = second < 0 ? 0 : second % HISTORY_SECONDS;
      return this.#second[at] === second ? this.#drops[at]! : 0;
    });
  }

  clear(): void {
    this.#second.fill(-1);
  }
}
