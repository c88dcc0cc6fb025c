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
  /** Null: not known. */
  readonly complete: boolean | null;
  /** Every loss, everything that is not known, and everything that was left out, in words. */
  readonly texts: readonly string[];
  /** The same in a few words, for the verdict. */
  readonly brief: string;
}

/**
 * Adds up what files say about losses. A file that does not report a loss makes it not known: never 0.
 * @param repeated equal drops that --dedupe left out; `timeless`: drops without a time
 */
export function completenessOf(
  results: readonly ReadResult[],
  { repeated, timeless }: { repeated: number; timeless: number },
): Completeness {
  const sum = (read: (result: ReadResult) => number | undefined) =>
    results.reduce<number | undefined>((total, result) => {
      const value = read(result);
      return total === undefined || value === undefined ? undefined : total + value;
    }, 0);
  const queueDrops = sum(({ summary }) => summary.source.queueDrops);
  const overruns = sum(({ summary }) => summary.source.overruns);
  const unknown = queueDrops === undefined || overruns === undefined;
  const reported = sum(({ summary }) => summary.lost)!;
  const lost: [number | undefined, string][] = [
    [queueDrops, 'lost in the queues of the kernel (queue drops: --queue-length makes the queues longer)'],
    [overruns, 'lost in the receive buffer (overruns: -B makes the buffer larger)'],
    [unknown ? reported : 0, 'reported as lost by the drops after them; there may be more'],
    [sum(({ summary }) => summary.source.malformed), 'in alerts that could not be decoded'],
    [
      sum(({ summary }) => summary.source.summarized),
      'only counted: the monitor was in summary mode, without packets',
    ],
  ];
  const damaged = sum(({ summary }) => summary.source.damagedBlocks)!;
  const losses = lost
    .filter(([number]) => number !== undefined && number > 0)
    .map(([number, text]) => `${dropsText(number!)} ${text}`);
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
  const incomplete = losses.length > 0 || problems.length > 0;
  const complete = incomplete ? false : unknown ? null : true;
  return {
    complete,
    texts: complete ? ['No drop was lost', ...notes] : [...losses, ...problems, ...notes],
    brief: briefText(complete, losses, problems),
  };
}

function briefText(complete: boolean | null, losses: readonly string[], problems: readonly string[]): string {
  if (complete) return 'Complete: no drop was lost';
  if (complete === null) return 'Whether this is all is not known: the file does not report losses';
  const first = [...losses, ...problems][0]!;
  const more = losses.length + problems.length - 1;
  return `Not complete: ${first.replace(/ \(.*\)$/, '')}${more > 0 ? `, and ${more} more` : ''}`;
}
