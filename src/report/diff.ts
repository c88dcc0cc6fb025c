import { type DiffSide, withModule } from './diffSide.js';
import { causeText, type KindNames } from './names.js';
import type { Meaning } from './report.js';
import { dropsText } from './times.js';
import { MEANINGS } from './texts.js';
import { burstSizeOf, holmCorrected, sameRateProbability } from './twoRates.js';

/** What became of a cause. `unknown`: both captures have it, and their rates cannot be compared. */
type Change = 'new' | 'more' | 'unknown' | 'gone' | 'fewer' | 'same';

/** Changes in the order of a table. */
const CHANGES: readonly Change[] = ['new', 'more', 'unknown', 'gone', 'fewer', 'same'];
/** A change is beyond chance when its corrected probability is below this. */
const CHANCE_LIMIT = 0.01;

/** A cause in two captures. */
export interface DiffRow {
  readonly name: string;
  readonly reason: string | null;
  readonly trap: string | null;
  readonly place: string | null;
  readonly class: string | null;
  readonly meaning: Meaning;
  readonly dropsBefore: number;
  readonly dropsAfter: number;
  /** Drops a second of the capture's time. Null: the time is not known. */
  readonly perSecondBefore: number | null;
  readonly perSecondAfter: number | null;
  readonly change: Change;
  /** Whether the change stays, whatever causes the lost drops had. */
  readonly proven: boolean;
  /** Whether chance alone hardly makes such a difference of the rates. Null: the rates cannot be compared. */
  readonly beyondChance: boolean | null;
  /** Probability that chance makes such a difference or a larger one, corrected for the number of causes. Null as above. */
  readonly probability: number | null;
  /** How many drops count as one event, because drops came in bursts: 1 or more. Null as above. */
  readonly burstSize: number | null;
}

/** Whether drops that hurt are new. `unknown`: losses forbid an answer. */
export type HurtAnswer = 'none' | 'some' | 'unknown';

/** Two captures compared. */
export interface Diff {
  readonly newHurt: HurtAnswer;
  /** What cannot be concluded, and why. */
  readonly cautions: readonly string[];
  /** All causes, the most important first. */
  readonly rows: readonly DiffRow[];
}

/** A cause, before it is judged. */
interface Pair {
  readonly names: KindNames;
  readonly before: number;
  readonly after: number;
  readonly burstSize: number;
}

/** Compares the causes of two captures. */
export function diffOf(before: DiffSide, after: DiffSide): Diff {
  const seconds: Seconds | undefined =
    before.seconds !== undefined && after.seconds !== undefined && before.repeated + after.repeated === 0
      ? { before: before.seconds, after: after.seconds }
      : undefined;
  const missing = { before: missingIn(before, after), after: missingIn(after, before) };
  const keys = [...new Set([...before.causes.keys(), ...after.causes.keys()])];
  const pairs = keys.map((key): Pair => {
    const [first, second] = [before.causes.get(key), after.causes.get(key)];
    const own = (second ?? first!).names;
    return {
      names: first ? withModule(own, first.names) : own,
      before: first?.drops ?? 0,
      after: second?.drops ?? 0,
      burstSize: burstSizeOf([first?.windows ?? [], second?.windows ?? []]),
    };
  });
  const probabilities = seconds && holmCorrected(pairs.map((pair) => probabilityOf(pair, seconds)));
  const rows = pairs.map((pair, i): DiffRow => {
    const facts = pair.names;
    const probability = probabilities?.[i] ?? null;
    const beyondChance = probability === null ? null : probability < CHANCE_LIMIT;
    const change = changeOf(pair, seconds, beyondChance);
    return {
      name: causeText(facts),
      reason: facts.reason,
      trap: facts.trap,
      place: facts.place,
      class: facts.class,
      meaning: facts.meaning,
      dropsBefore: pair.before,
      dropsAfter: pair.after,
      perSecondBefore: seconds ? pair.before / seconds.before : null,
      perSecondAfter: seconds ? pair.after / seconds.after : null,
      change,
      proven: isProven(change, pair, seconds, missing, pairs.length),
      beyondChance,
      probability,
      burstSize: seconds ? pair.burstSize : null,
    };
  });
  return {
    newHurt: newHurtOf(rows, missing.after),
    cautions: cautionsOf(before, after, missing, seconds !== undefined),
    rows: rows.toSorted(byWeight),
  };
}

/** Times of both captures. */
interface Seconds {
  readonly before: number;
  readonly after: number;
}

/** Most drops of any one cause that each capture had and does not count. */
type Missing = Seconds;

/** Infinity: not known. A file with only the drops of an expression may lack any drop that the other file has. */
function missingIn(side: DiffSide, other: DiffSide): number {
  return isFiltered(side, other) ? Infinity : side.missing;
}

function isFiltered({ input: { filter } }: DiffSide, other: DiffSide): boolean {
  return filter !== undefined && filter !== other.input.filter;
}

function probabilityOf({ before, after, burstSize }: Pair, seconds: Seconds): number {
  return sameRateProbability(before / burstSize, seconds.before, after / burstSize, seconds.after);
}

function changeOf(
  { before, after }: Pair,
  seconds: Seconds | undefined,
  beyondChance: boolean | null,
): Change {
  if (before === 0) return 'new';
  if (after === 0) return 'gone';
  if (!seconds) return 'unknown';
  if (!beyondChance) return 'same';
  return after / seconds.after > before / seconds.before ? 'more' : 'fewer';
}

function isProven(
  change: Change,
  pair: Pair,
  seconds: Seconds | undefined,
  missing: Missing,
  tests: number,
): boolean {
  if (change === 'same' || change === 'unknown') return false;
  const lost = change === 'new' || change === 'more' ? missing.before : missing.after;
  if (lost === 0) return true;
  if (lost === Infinity || change === 'new' || change === 'gone') return false;
  // The worst case: all lost drops had this cause. The correction is at most the number of tests.
  const worst =
    change === 'more' ? { ...pair, before: pair.before + lost } : { ...pair, after: pair.after + lost };
  const more = worst.after / seconds!.after > worst.before / seconds!.before;
  return more === (change === 'more') && probabilityOf(worst, seconds!) * tests < CHANCE_LIMIT;
}

function newHurtOf(rows: readonly DiffRow[], missingAfter: number): HurtAnswer {
  const found = rows.filter(({ change, meaning }) => change === 'new' && meaning === 'unintended');
  if (found.some(({ proven }) => proven)) return 'some';
  return found.length > 0 || missingAfter > 0 ? 'unknown' : 'none';
}

function cautionsOf(before: DiffSide, after: DiffSide, missing: Missing, hasRates: boolean): string[] {
  const texts: string[] = [];
  if (missing.before > 0)
    texts.push(
      `No cause is proven to be new: ${lackText('first', before, after)}, and any cause may be among them`,
    );
  if (missing.after > 0)
    texts.push(
      `No cause is proven to be gone, and more causes may be new: ${lackText('second', after, before)}, and any cause may be among them`,
    );
  if (!hasRates) {
    const repeated = before.repeated + after.repeated > 0;
    const why = repeated
      ? '--dedupe left out equal drops'
      : 'a file does not say when its capture began and ended, and has too few drops to show it';
    texts.push(`Rates are not compared: ${why}`);
  } else if (!before.timeFromFile || !after.timeFromFile) {
    texts.push(
      'A file does not say when its capture began and ended: its rates are of the time from its first to its last drop',
    );
  }
  const [first, second] = [before, after].map(({ input }) => input.kernelRelease);
  if (first !== undefined && second !== undefined && first !== second)
    texts.push(`The kernels differ (${first}, ${second}): the same cause can have another name`);
  return texts;
}

/** `the second file lacks 12 drops`. */
function lackText(which: string, side: DiffSide, other: DiffSide): string {
  if (isFiltered(side, other)) return `the ${which} file lacks the drops that do not fit its own filter`;
  return side.missing === Infinity
    ? `the ${which} file may lack drops`
    : `the ${which} file lacks ${dropsText(side.missing)}`;
}

function byWeight(a: DiffRow, b: DiffRow): number {
  return (
    CHANGES.indexOf(a.change) - CHANGES.indexOf(b.change) ||
    MEANINGS.indexOf(a.meaning) - MEANINGS.indexOf(b.meaning) ||
    b.dropsBefore + b.dropsAfter - (a.dropsBefore + a.dropsAfter) ||
    (a.name < b.name ? -1 : 1)
  );
}
