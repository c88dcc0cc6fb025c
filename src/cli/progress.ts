import type { ReadProgress } from '../source/source.js';
import { sizeText } from './report.js';

/**
 * How far a file is read, for the status line: share, rate and time left. Of an input whose length is not known: the
 * bytes and the rate.
 * @param elapsedMs milliseconds since the reading began.
 */
export function progressText({ bytes, totalBytes }: ReadProgress, elapsedMs: number): string {
  const rate = elapsedMs > 0 ? (bytes / elapsedMs) * 1000 : 0;
  const speed = `${sizeText(Math.round(rate))}/s`;
  if (totalBytes === undefined) return `${sizeText(bytes)} read, ${speed}`;
  // A file that grows while it is read is longer than it was.
  const share = totalBytes === 0 ? 100 : Math.min(Math.floor((100 * bytes) / totalBytes), 100);
  const left = rate === 0 ? '' : `, ${timeText(Math.max(totalBytes - bytes, 0) / rate)} left`;
  return `${share} % of ${sizeText(totalBytes)}, ${speed}${left}`;
}

/** What an interrupted run did not read; undefined if it read everything, or if the input's length is not known. */
export function unreadText({ bytes, totalBytes }: ReadProgress, name: string): string | undefined {
  if (totalBytes === undefined || bytes >= totalBytes) return undefined;
  const read = `${sizeText(bytes)} of ${sizeText(totalBytes)}`;
  return `interrupted after ${read} of ${name}: the output lacks the drops after them (run it again for all drops)`;
}

/** `12 s`, `3 min 5 s`, `2 h 14 min`. */
function timeText(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
