const SECOND_NS = 1e9;
const TWO_POW_32 = 0x1_0000_0000;

/**
 * Whether two times are less than a second apart, whichever is the earlier: drops of several processors do not come in
 * the order of their times. A time is two words, in nanoseconds. Makes no object.
 */
export function isSameSecond(high: number, low: number, otherHigh: number, otherLow: number): boolean {
  // Exact where it matters: a difference of words that is small has no rounding.
  return Math.abs((high - otherHigh) * TWO_POW_32 + (low - otherLow)) < SECOND_NS;
}
