const NANOSECONDS = 1_000_000_000;

/** Nanoseconds in a microsecond. */
const MICROSECOND = 1000;

// Divides 64 bits by hand, 16 bits at a time: no intermediate value exceeds 2^53, and no object is made.

/** Whole seconds of a number of nanoseconds, given as two words of 32 bits. */
export function secondsOf(high: number, low: number): number {
  const middle = (high % NANOSECONDS) * 0x10000 + (low >>> 16);
  const last = (middle % NANOSECONDS) * 0x10000 + (low & 0xffff);
  return (
    Math.floor(high / NANOSECONDS) * 2 ** 32 +
    Math.floor(middle / NANOSECONDS) * 0x10000 +
    Math.floor(last / NANOSECONDS)
  );
}

/** Nanoseconds after the whole seconds. */
export function nanosecondsOf(high: number, low: number): number {
  const middle = (high % NANOSECONDS) * 0x10000 + (low >>> 16);
  return ((middle % NANOSECONDS) * 0x10000 + (low & 0xffff)) % NANOSECONDS;
}

/** The high word of a number of nanoseconds in whole microseconds. */
export function microsecondsHigh(high: number): number {
  return Math.floor(high / MICROSECOND);
}

/** The low word of a number of nanoseconds in whole microseconds. */
export function microsecondsLow(high: number, low: number): number {
  const middle = (high % MICROSECOND) * 0x10000 + (low >>> 16);
  const last = (middle % MICROSECOND) * 0x10000 + (low & 0xffff);
  return Math.floor(middle / MICROSECOND) * 0x10000 + Math.floor(last / MICROSECOND);
}
