/** The earliest and the latest of many times, each in two words of 32 bits: no object is made for one. */
export class TimeRange {
  #firstHigh = 0;
  #firstLow = 0;
  #lastHigh = 0;
  #lastLow = 0;
  #empty = true;

  clear(): void {
    this.#empty = true;
    this.#firstHigh = this.#firstLow = this.#lastHigh = this.#lastLow = 0;
  }

  include(high: number, low: number): void {
    if (this.#empty || high < this.#firstHigh || (high === this.#firstHigh && low < this.#firstLow)) {
      this.#firstHigh = high;
      this.#firstLow = low;
    }
    if (high > this.#lastHigh || (high === this.#lastHigh && low > this.#lastLow)) {
      this.#lastHigh = high;
      this.#lastLow = low;
    }
    this.#empty = false;
  }

  /** 0 when there was none. */
  get first(): bigint {
    return (BigInt(this.#firstHigh) << 32n) | BigInt(this.#firstLow);
  }

  /** 0 when there was none. */
  get last(): bigint {
    return (BigInt(this.#lastHigh) << 32n) | BigInt(this.#lastLow);
  }
}
