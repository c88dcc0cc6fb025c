/** The earliest and the latest of many times, each in two words of 32 bits: no object is made for one. */
export class TimeRange {
  /** High and low word of the first, of the last, and whether there was one: also native/hot counts in them. */
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

  /** 0 when there was none. */
  get first(): bigint {
    return (BigInt(this.words[0]!) << 32n) | BigInt(this.words[1]!);
  }

  /** 0 when there was none. */
  get last(): bigint {
    return (BigInt(this.words[2]!) << 32n) | BigInt(this.words[3]!);
  }
}
