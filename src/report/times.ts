import { grouped } from '../grouped.js';
import type { Count } from './causes.js';

const MICROSECONDS = 1e6;

/** ISO 8601 in UTC with microseconds. @param seconds since 1970 UTC; NaN: not known, null */
export function isoTime(seconds: number): string | null {
  if (Number.isNaN(seconds)) return null;
  const micros = Math.round(seconds * MICROSECONDS);
  const whole = Math.floor(micros / MICROSECONDS);
  const rest = `${micros - whole * MICROSECONDS}`.padStart(6, '0');
  return `${new Date(whole * 1000).toISOString().slice(0, -'.000Z'.length)}.${rest}Z`;
}

/** Drops a second from the first to the last. Null when no time passed between them, or it is not known. */
export function rateOf({ drops, first, last }: Readonly<Count>): number | null {
  const seconds = last - first;
  return seconds > 0 ? drops / seconds : null;
}

/** `250 us`, `16 ms`, `2.5 s`, `10 min`, `3.2 h`, `4.0 days`. */
export function durationText(seconds: number): string {
  if (seconds > 0 && seconds < 0.001) return `${Math.max(Math.round(seconds * 1e6), 1)} us`;
  if (seconds > 0 && seconds < 0.1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 120) return `${seconds < 9.95 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  if (seconds < 120 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${(seconds / 3600).toFixed(1)} h`;
  return `${(seconds / 86_400).toFixed(1)} days`;
}

/** `1,204`, `9.82`, `less than 0.001`. @param digits of a number below 100 */
export function rateText(perSecond: number, digits: 2 | 3): string {
  if (perSecond < 0.001) return 'less than 0.001';
  return perSecond >= 99.5 ? countText(perSecond) : perSecond.toPrecision(digits);
}

/** `1,204`. */
export function countText(number: number): string {
  return grouped(Math.round(number));
}

/** `1,204 drops`, `1 drop`. */
export function dropsText(drops: number): string {
  return `${countText(drops)} ${drops === 1 ? 'drop' : 'drops'}`;
}

/** `12.3 %`; `< 0.1 %` for a little. */
export function shareText(share: number): string {
  const percent = share * 100;
  return percent > 0 && percent < 0.1 ? '< 0.1 %' : `${percent.toFixed(1)} %`;
}
