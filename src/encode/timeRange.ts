/**
 * The earliest and the latest of many times. Each time is two words of 32 bits, so that no object is made per time.
 */
export class TimeRange {
  /**
   * High and low word of the first time, high and low word of the last time, and 1 when there was a time. native/hot
   * also writes these words.
   */
  readonly words: Uint32Array = new Uint32Array(5);

  clear(): void {
    this.words.fill(0);
  }

  include(high: number, low: number): void {
    const { words } = this;
    if (words[4] === 0 || high < words[0]! || (high === words[0] && low < words[1]!)) {
      words[0] = high;
      words[1] = low;
    }
    if (high > words[2]! || (high === words[2] && low > words[3]!)) {
      words[2] = high;
      words[3] = low;
    }
    words[4] = 1;
  }

  /** The earliest time in nanoseconds; undefined when there was none. */
  get first(): bigint | undefined {
    return this.#time(0);
  }

  /** The latest time in nanoseconds; undefined when there was none. */
  get last(): bigint | undefined {
    return this.#time(2);
  }

  #time(word: number): bigint | undefined {
    const { words } = this;
    return words[4] === 0 ? undefined : (BigInt(words[word]!) << 32n) | BigInt(words[word + 1]!);
  }
}
