import { FURTHER, flowName, type ViewFacts } from './buildView.js';
import { KIND } from '../stage/flowKey.js';
import type { RowMatch } from './lastPackets.js';
import { GROUPED, type TableName } from './tables.js';
import type { TopCounts } from './topCounts.js';

type NamesOf = ViewFacts['namesOf'];

/**
 * What chooses the drops of a row: for a tap, and for its last packets. Undefined for a flow that has left the window: its name
 * does not say all of its words.
 */
export function matchOf(
  counts: TopCounts,
  namesOf: NamesOf,
  table: TableName,
  row: string,
): RowMatch | undefined {
  if (table !== 'flows') return byCause(namesOf, GROUPED[table].read, row);
  const flows = flowsOf(counts, namesOf, row);
  if (flows.length === 0) return undefined;
  const causes = new Set(flows.map((words) => words[KIND]! | 0));
  return (cause, key) => key !== undefined && causes.has(cause) && flows.some((words) => isEqual(words, key));
}

/** The cause that most drops of a row have now. Undefined for a row without drops, and for causes that are not known. */
export function mainCauseOf(
  counts: TopCounts,
  namesOf: NamesOf,
  table: TableName,
  row: string,
): number | undefined {
  if (table === 'flows') {
    const [words] = flowsOf(counts, namesOf, row);
    return words && words[KIND]! | 0;
  }
  const match = byCause(namesOf, GROUPED[table].read, row);
  const drops = new Map<number, number>();
  for (const slice of counts.slices.window(counts.clock.now))
    for (const [cause, some] of slice?.causes ?? [])
      if (match(cause, undefined)) drops.set(cause, (drops.get(cause) ?? 0) + some);
  const [first] = [...drops].toSorted(([, a], [, b]) => b - a);
  return first?.[0];
}

function byCause(namesOf: NamesOf, read: (typeof GROUPED)['causes']['read'], row: string): RowMatch {
  const decisions = new Map<number, boolean>();
  return (cause) => {
    let decision = decisions.get(cause);
    if (decision === undefined) {
      const names = namesOf(cause);
      decision = (names ? read(names) : FURTHER) === row;
      decisions.set(cause, decision);
    }
    return decision;
  };
}

/** The flows of the window that have the row's name: more than one if they differ in what the name does not say. */
function flowsOf(counts: TopCounts, namesOf: NamesOf, row: string): Uint32Array[] {
  const found = new Map<string, Uint32Array>();
  for (const slice of counts.slices.window(counts.clock.now))
    for (const { words } of slice?.flows ?? [])
      if (flowName(words, namesOf(words[KIND]! | 0)) === row) found.set(words.join(), words);
  return [...found.values()];
}

function isEqual(words: Uint32Array, key: { readonly words: Uint32Array; readonly length: number }): boolean {
  if (words.length !== key.length) return false;
  for (let i = 0; i < words.length; i++) if (words[i] !== key.words[i]) return false;
  return true;
}
