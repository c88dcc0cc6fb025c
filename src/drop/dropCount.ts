/**
 * Number of drops that the kernel counted at one place, without packets: at the address of the kernel's code (software),
 * or by a trap (hardware). The drop reason is not known.
 */
export type DropCount =
  | { readonly programCounter: bigint; readonly count: number }
  | { readonly trap: string; readonly count: number };

/**
 * Most places that one alert of the kernel's summary mode has: drops at further places are not counted (dm_hit_limit of
 * net/core/drop_monitor.c).
 */
export const MAX_COUNTED_PLACES = 64;

/**
 * Takes the counts of one alert of the kernel's summary mode. The kernel sends an alert a second for each processor that
 * dropped.
 * @param timestampNs when the alert was recorded, in nanoseconds since 1970 UTC; undefined: now, or not known
 */
export type CountsListener = (counts: readonly DropCount[], timestampNs: bigint | undefined) => void;
