/** The columns of a batch with the drops' times: the two words of nanoseconds since 1970 UTC. */
interface TimeColumns {
  readonly timestampHigh: Uint32Array;
  readonly timestampLow: Uint32Array;
}

/** The time of a row in nanoseconds since 1970 UTC, with an error below 512. Makes no object. */
export function timeOf({ timestampHigh, timestampLow }: TimeColumns, row: number): number {
  return timestampHigh[row]! * 2 ** 32 + timestampLow[row]!;
}

/** The exact time of a row in nanoseconds since 1970 UTC. */
export function exactTimeOf({ timestampHigh, timestampLow }: TimeColumns, row: number): bigint {
  return (BigInt(timestampHigh[row]!) << 32n) | BigInt(timestampLow[row]!);
}
