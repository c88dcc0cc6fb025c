const WORD_BITS = 32n;
const MAX_U32 = 0xffffffff;

/** The earliest and the latest of some times, in nanoseconds since 1970 UTC. A time of 0 is not known, and does not count. */
export class TimeSpan {
  #firstHigh = MAX_U32;
  #firstLow = MAX_U32;
  #lastHigh = 0;
  #lastLow = 0;

  /** Undefined without a time. */
  get startNs(): bigint | undefined {
    return this.#empty ? undefined : join(this.#firstHigh, this.#firstLow);
  }

  get endNs(): bigint | undefined {
    return this.#empty ? undefined : join(this.#lastHigh, this.#lastLow);
  }

  add(ns: bigint): void {
    this.addWords(Number(ns >> WORD_BITS), Number(ns & 0xffffffffn));
  }

  /** Adds a time in two words of 32 bits. */
  addWords(high: number, low: number): void {
    if (high > this.#lastHigh || (high === this.#lastHigh && low > this.#lastLow)) {
      this.#lastHigh = high;
      this.#lastLow = low;
    }
    if (high === 0 && low === 0) return;
    if (high < this.#firstHigh || (high === this.#firstHigh && low < this.#firstLow)) {
      this.#firstHigh = high;
      this.#firstLow = low;
    }
  }

  get #empty(): boolean {
    return this.#lastHigh === 0 && this.#lastLow === 0;
  }
}

function join(high: number, low: number): bigint {
  return (BigInt(high) << WORD_BITS) | BigInt(low);
}
