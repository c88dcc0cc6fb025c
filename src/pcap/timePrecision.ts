/** The unit of a capture file's time stamps: microseconds or nanoseconds. */
export type TimePrecision = 'micro' | 'nano';

/** Nanoseconds in a unit. */
export const NANOSECONDS_PER_UNIT: Readonly<Record<TimePrecision, number>> = { micro: 1000, nano: 1 };
