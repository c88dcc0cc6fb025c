import type { Completeness } from '../report/losses.js';
import { allOf, causeFilter, flowFilter } from '../report/filters.js';
import { causeText, type KindNames } from '../report/names.js';
import type { Meaning } from '../report/report.js';
import { flowText } from '../report/storyTexts.js';
import { flowFactsOf } from '../stage/flowFacts.js';
import { KIND } from '../stage/flowKey.js';
import { largestFlows } from './largestFlows.js';
import { RowMaker } from './rows.js';
import type { Slice } from './slices.js';
import { GROUPED, type TableName } from './tables.js';
import type { TopCounts } from './topCounts.js';
import type { TopRow, TopView } from './view.js';

/** Most rows of a table. */
const MAX_ROWS = 200;
/** Flows that get a name. More than rows: flows that differ in what their names do not say are one row. */
const NAMED_FLOWS = 2 * MAX_ROWS;
/** Seconds of the rate: a few, so that it says what happens now. */
const RATE_SECONDS = 3;
/** Drops whose cause had no room in the table of causes. */
export const FURTHER = '(further causes)';

/** What a view needs besides the counts. */
export interface ViewFacts {
  readonly application: string;
  readonly source: string;
  readonly expression: string | null;
  /** When counting began: seconds since 1970 UTC. Undefined: with the first drop. */
  readonly start: number | undefined;
  readonly completeness: Completeness;
  /** The names of a cause; undefined for NO_CAUSE. */
  readonly namesOf: (cause: number) => KindNames | undefined;
}

/** Makes the view of the window that ends now. */
export function buildView(counts: TopCounts, facts: ViewFacts): TopView {
  const { now } = counts.clock;
  const slices = counts.slices.window(now);
  const drops = slices.reduce((sum, slice) => sum + (slice?.drops ?? 0), 0);
  const start = facts.start ?? counts.clock.first ?? now;
  const seconds = Math.max(now - Math.max(start, counts.slices.begin(now)), 1);
  // A second that has not passed has fewer drops.
  const history = counts.history.before(counts.clock.isAtLastDrop ? now + 1 : now);
  const recent = history.slice(-Math.min(RATE_SECONDS, Math.max(Math.floor(seconds), 1)));
  const grouped = (table: Exclude<TableName, 'flows'>) =>
    mostOf(groupRows(counts, slices, facts.namesOf, table).rows(drops, seconds));
  return {
    version: 1,
    application: facts.application,
    source: facts.source,
    expression: facts.expression,
    time: counts.clock.first === undefined ? null : now,
    windowSeconds: seconds,
    drops,
    dropsSinceStart: counts.drops,
    perSecond: recent.reduce((sum, some) => sum + some, 0) / recent.length,
    history,
    meanings: meaningsOf(slices, facts.namesOf),
    complete: facts.completeness.complete,
    losses: facts.completeness.texts,
    tables: {
      causes: grouped('causes'),
      classes: grouped('classes'),
      reasons: grouped('reasons'),
      places: grouped('places'),
      interfaces: grouped('interfaces'),
      flows: mostOf(
        flowRows(slices, facts.namesOf).rows(
          drops,
          seconds,
          slices.map((slice) => slice?.flows.missedAtMost ?? 0),
        ),
      ),
    },
  };
}

/** The rows with the most drops. Noise, which a page may hide, has at most half of the places that other rows could have. */
function mostOf(rows: readonly TopRow[]): TopRow[] {
  const noise = rows.filter(({ meaning }) => meaning === 'noise').length;
  let noiseRoom = Math.min(noise, Math.max(MAX_ROWS - (rows.length - noise), MAX_ROWS / 2));
  let room = MAX_ROWS - noiseRoom;
  return rows.filter(({ meaning }) => (meaning === 'noise' ? noiseRoom-- : room--) > 0);
}

type Slices = readonly (Slice | undefined)[];

function meaningsOf(slices: Slices, namesOf: ViewFacts['namesOf']): Record<Meaning, number> {
  const meanings = { unintended: 0, unclear: 0, unknown: 0, intended: 0, noise: 0 };
  for (const slice of slices)
    for (const [cause, drops] of slice?.causes ?? []) meanings[namesOf(cause)?.meaning ?? 'unknown'] += drops;
  return meanings;
}

function groupRows(
  counts: TopCounts,
  slices: Slices,
  namesOf: ViewFacts['namesOf'],
  table: Exclude<TableName, 'flows'>,
): RowMaker {
  const { read, filter } = GROUPED[table];
  const rows = new RowMaker();
  slices.forEach((slice, at) => {
    for (const [cause, drops] of slice?.causes ?? []) {
      const names = namesOf(cause);
      const name = names ? read(names) : FURTHER;
      if (name === null) continue;
      const last = names ? counts.causes.count(cause).last : counts.causes.others.last;
      rows.add(
        name,
        { slice: at, drops, last, meaning: names?.meaning ?? 'unknown' },
        () => names && filter(names),
      );
    }
  });
  return rows;
}

/** Rows of the largest flows alone: the texts of all flows would cost more than all else that a view needs. */
function flowRows(slices: Slices, namesOf: ViewFacts['namesOf']): RowMaker {
  const rows = new RowMaker();
  for (const { words, parts } of largestFlows(slices, NAMED_FLOWS)) {
    const names = namesOf(words[KIND]! | 0);
    const name = flowName(words, names);
    const meaning = names?.meaning ?? 'unknown';
    for (const part of parts) rows.add(name, { ...part, meaning }, () => flowRowFilter(words, names));
  }
  return rows;
}

function flowRowFilter(words: Uint32Array, names: KindNames | undefined) {
  const packets = flowFilter(flowFactsOf(words));
  const cause = names && causeFilter(names);
  return packets && cause && allOf([packets, cause]);
}

/** `10.0.0.1.40000 > 10.0.0.2.80 TCP, NO_SOCKET at tcp_v4_rcv`. */
export function flowName(words: Uint32Array, names: KindNames | undefined): string {
  const facts = flowFactsOf(words);
  const tags = facts.vlans.map((id) => `, VLAN ${id}`).join('');
  return `${flowText(facts)}${tags}, ${names ? causeText(names) : FURTHER}`;
}
