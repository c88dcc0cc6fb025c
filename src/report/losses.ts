import type { CaptureSummary } from '../capture/capture.js';
import { countText, dropsText } from './times.js';

/** How reading a file ended. */
export interface ReadResult {
  readonly summary: CaptureSummary;
  /** The filter expression that the file names. */
  readonly filter: string | undefined;
  /** Why the file could not be read to its end. */
  readonly problem: string | undefined;
}

/** What is known about losses. */
export interface Completeness {
  /** Whether no drop was lost. Null: not known. */
  readonly complete: boolean | null;
  /** Every loss, everything that is not known, and everything that was left out, in words. */
  readonly texts: readonly string[];
  /** The same in a few words, for the verdict. */
  readonly brief: string;
}

/**
 * Adds up what files say about losses. A file that does not report its losses makes their number not known, but losses that another
 * file reports stay known.
 * @param repeated equal drops that --dedupe left out; `timeless`: drops without a time
 */
export function completenessOf(
  results: readonly ReadResult[],
  { repeated, timeless }: { repeated: number; timeless: number },
): Completeness {
  const sum = (read: (summary: CaptureSummary) => number | undefined) =>
    results.reduce((total, { summary }) => total + (read(summary) ?? 0), 0);
  const unknown = results.some(({ summary }) => !reportsLosses(summary));
  const lost: [number, string][] = [
    [
      sum(({ source }) => source.queueDrops),
      'lost in the queues of the kernel (queue drops: --queue-length makes the queues longer)',
    ],
    [
      sum(({ source }) => source.overruns),
      'lost in the receive buffer (overruns: -B makes the buffer larger)',
    ],
    [sum(lostWithoutCause), 'reported as lost by the drops after them; there may be more'],
    [sum(({ source }) => source.malformed), 'in alerts that could not be decoded'],
    [
      sum(({ source }) => source.summarized),
      'only counted: the monitor was in summary mode, without packets',
    ],
  ];
  const damaged = sum(({ source }) => source.damagedBlocks);
  const losses = lost
    .filter(([number]) => number > 0)
    .map(([number, text]) => `${dropsText(number)} ${text}`);
  if (damaged > 0)
    losses.push(
      `${countText(damaged)} damaged ${damaged === 1 ? 'block' : 'blocks'} of the files were skipped`,
    );
  const problems = results.map(({ problem }) => problem).filter((problem) => problem !== undefined);
  const filters = new Set(results.map(({ filter }) => filter).filter((filter) => filter !== undefined));
  const notes = [
    ...(unknown ? ['It is not known how many drops were lost: not every file reports it'] : []),
    ...[...filters].map((filter) => `A file has only the drops that fit: ${filter}`),
    ...(repeated > 0
      ? [`${dropsText(repeated)} equal to others: --dedupe left them out, and no number here has them`]
      : []),
    ...(timeless > 0 ? [`${dropsText(timeless)} without a time: they are not in the time line`] : []),
  ];
  const leftOut = [
    ...(filters.size > 0 ? ['a filter chose the drops'] : []),
    ...(repeated > 0 ? ['--dedupe left out equal drops'] : []),
  ];
  const incomplete = losses.length > 0 || problems.length > 0;
  const complete = incomplete ? false : unknown ? null : true;
  return {
    complete,
    texts: complete ? ['No drop was lost', ...notes] : [...losses, ...problems, ...notes],
    brief: [
      briefText(complete, leftOut.length > 0, [...losses, ...problems]),
      ...leftOut.map((text) => (results.length > 1 ? `${text} in a file` : text)),
    ].join('; '),
  };
}

function reportsLosses({ source }: CaptureSummary): boolean {
  return source.queueDrops !== undefined && source.overruns !== undefined;
}

/** Losses that only the drops after them report, for a file that does not report all of its losses. */
function lostWithoutCause(summary: CaptureSummary): number {
  if (reportsLosses(summary)) return 0;
  const { queueDrops = 0, overruns = 0 } = summary.source;
  return Math.max(summary.lost - queueDrops - overruns, 0);
}

/** @param isPart whether drops were left out that were not lost */
function briefText(complete: boolean | null, isPart: boolean, faults: readonly string[]): string {
  if (complete) return isPart ? 'No drop was lost' : 'Complete: no drop was lost';
  if (complete === null) return 'It is not known how many drops were lost: not every file reports it';
  const [first = ''] = faults;
  const more = faults.length - 1;
  return `Not complete: ${first.replace(/ \(.*\)$/, '')}${more > 0 ? `, and ${more} more` : ''}`;
}
