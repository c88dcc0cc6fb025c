import type { Burst } from './report.js';
import type { Span, TimeLine } from './timeLine.js';
import { isoTime } from './times.js';

/** A span belongs to a burst when it has this many times the drops of the median span, and as many of the mean. */
const TIMES_MEDIAN = 5;
const TIMES_MEAN = 2;
/** The fewest drops of a burst, and the fewest spans that say what is usual. */
const MIN_DROPS = 10;
const MIN_SPANS = 8;

/** A burst, before its cause has a name. */
interface Run {
  readonly from: number;
  to: number;
}

/**
 * Finds times with many more drops than usual: spans with five times the drops of the median span and twice those of the mean. Spans
 * side by side are one burst. The bursts with the most drops come first.
 * @param causeName of the number of a cause
 */
export function burstsOf(timeLine: TimeLine, most: number, causeName: (cause: number) => string): Burst[] {
  const spans = timeLine.spans();
  if (spans.length < MIN_SPANS) return [];
  const sorted = spans.map(({ drops }) => drops).toSorted((a, b) => a - b);
  const median = sorted[sorted.length >> 1]!;
  const mean = sorted.reduce((sum, drops) => sum + drops, 0) / sorted.length;
  const least = Math.max(TIMES_MEDIAN * median, TIMES_MEAN * mean, MIN_DROPS);
  const runs: Run[] = [];
  spans.forEach(({ drops }, i) => {
    if (drops < least) return;
    const last = runs.at(-1);
    if (last?.to === i) last.to = i + 1;
    else runs.push({ from: i, to: i + 1 });
  });
  return runs
    .map(({ from, to }) => burstOf(spans.slice(from, to), timeLine.seconds, causeName))
    .toSorted((a, b) => b.drops - a.drops)
    .slice(0, most);
}

function burstOf(spans: readonly Span[], spanSeconds: number, causeName: (cause: number) => string): Burst {
  const names = new Map<string, number>();
  let drops = 0;
  for (const span of spans) {
    drops += span.drops;
    for (const [cause, some] of span.causes) {
      const name = causeName(cause);
      names.set(name, (names.get(name) ?? 0) + some);
    }
  }
  const [cause = '', causeDrops = 0] = [...names].toSorted((a, b) => b[1] - a[1])[0] ?? [];
  const seconds = spans.length * spanSeconds;
  return {
    start: isoTime(spans[0]!.start)!,
    seconds,
    drops,
    perSecond: drops / seconds,
    cause,
    causeShare: causeDrops / drops,
  };
}
