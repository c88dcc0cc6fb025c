/** Least memory of a recorder in bytes. */
export const LEAST_STORE_BYTES: number = 1 << 20;
/** Largest rate of a trigger: the trigger keeps the times of so many drops. */
export const MOST_TRIGGER_RATE = 1_000_000;
