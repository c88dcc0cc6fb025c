import type { SymbolLookup } from '../symbols/symbolLookup.js';
import type { Analysis } from './analysis.js';
import type { ReportInput } from './buildReport.js';
import { NO_CAUSE } from './causes.js';
import { type Completeness, completenessOf } from './losses.js';
import { causeText, type KindNames, namesOf } from './names.js';

/** Equal parts of a capture's time in which drops are counted, to see bursts. */
const WINDOWS = 20;
/** From the first to the last of fewer drops is no measure of the capture's time. */
const MIN_DROPS_FOR_TIME = 20;
const MILLISECONDS = 1000;

/** Drops of one cause in a capture. */
interface SideCause {
  /** The names with the module, if one of its drops has them. */
  names: KindNames;
  drops: number;
  /** Drops in each window of the capture's time; empty when that is not known. */
  readonly windows: number[];
}

/** One of two captures that are compared. */
export interface DiffSide {
  readonly input: ReportInput;
  readonly drops: number;
  /** By the cause's text without the module. */
  readonly causes: ReadonlyMap<string, SideCause>;
  /** Time of the capture. Undefined: not known. */
  readonly seconds: number | undefined;
  /** Whether the file says the time; else it is from the first to the last drop. */
  readonly timeFromFile: boolean;
  /** Equal drops that --dedupe left out. */
  readonly repeated: number;
  /** Most drops that the capture had and no cause counts. Infinity: not known. */
  readonly missing: number;
  readonly completeness: Completeness;
}

/** Sums up a capture for a comparison. @param symbols names program counters */
export function sideOf(analysis: Analysis, input: ReportInput, symbols: SymbolLookup): DiffSide {
  const [start, seconds, timeFromFile] = timeOf(analysis, input);
  const causes = new Map<string, SideCause>();
  const byNumber = Array.from({ length: analysis.causes.size }, (_, number) => {
    const names = namesOf(analysis.causes.kind(number), symbols);
    const key = keyOf(names);
    let cause = causes.get(key);
    if (!cause) {
      cause = {
        names,
        drops: 0,
        windows: seconds === undefined ? [] : Array.from({ length: WINDOWS }, () => 0),
      };
      causes.set(key, cause);
    }
    cause.names = withModule(cause.names, names);
    cause.drops += analysis.causes.count(number).drops;
    return cause;
  });
  if (seconds !== undefined) {
    const { timeLine } = analysis;
    for (const span of timeLine.spans()) {
      const part = (span.start + timeLine.seconds / 2 - start) / seconds;
      const window = Math.min(Math.max(Math.floor(part * WINDOWS), 0), WINDOWS - 1);
      for (const [number, drops] of span.causes)
        if (number !== NO_CAUSE) byNumber[number]!.windows[window]! += drops;
    }
  }
  return {
    input,
    drops: analysis.total.drops,
    causes,
    seconds,
    timeFromFile,
    repeated: analysis.repeated,
    missing: missingOf(input) + analysis.causes.others.drops,
    completeness: completenessOf([input], analysis),
  };
}

/**
 * Tells causes apart, without the module: the kernel cuts its text for a place at 39 characters, and often the module. Until dropcap
 * has read the symbols, the first drops of a capture have only this text.
 */
function keyOf(names: KindNames): string {
  return names.function === null ? causeText(names) : `${names.why} at ${names.function}`;
}

/** Of names with the same key, those with the module. */
export function withModule(first: KindNames, second: KindNames): KindNames {
  return first.place === first.function ? second : first;
}

/** Begin and length of the capture's time in seconds. */
function timeOf(
  { total, timeless }: Analysis,
  { facts: { start, end } }: ReportInput,
): [start: number, seconds: number | undefined, fromFile: boolean] {
  if (start !== null && end !== null) {
    const [from, to] = [Date.parse(start) / MILLISECONDS, Date.parse(end) / MILLISECONDS];
    if (to > from) return [from, to - from, true];
  }
  const { first, last, drops } = total;
  const known = drops - timeless >= MIN_DROPS_FOR_TIME && last > first;
  return [first, known ? last - first : undefined, false];
}

/** The drops that a file says it has lost. */
function missingOf({ summary: { source }, problem }: ReportInput): number {
  const { queueDrops = Infinity, overruns = Infinity, malformed, summarized, damagedBlocks } = source;
  if (problem !== undefined || damagedBlocks > 0) return Infinity;
  return queueDrops + overruns + malformed + summarized;
}
