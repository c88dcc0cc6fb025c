const MILLISECOND_NS = 1_000_000n;

/** `2026-01-31T12:00:00.123456789Z`. @param timeNs nanoseconds since 1970 UTC */
export function isoTime(timeNs: bigint): string {
  const text = new Date(Number(timeNs / MILLISECOND_NS)).toISOString();
  return `${text.slice(0, -1)}${(timeNs % MILLISECOND_NS).toString().padStart(6, '0')}Z`;
}
