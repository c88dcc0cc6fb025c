import { addCount, type Count, emptyCount } from './causes.js';
import type { FilterPair } from './filters.js';
import type { Row, Table } from './report.js';
import { isoTime, rateOf } from './times.js';

/** Drops by name, while a table is made. */
export class Grouping<Facts = undefined> {
  readonly #groups = new Map<string, { facts: Facts; count: Count }>();

  /** Adds drops to a group. @param facts of the group; those of the first call stay */
  add(name: string, count: Readonly<Count>, facts: Facts): void {
    let group = this.#groups.get(name);
    if (!group) {
      group = { facts, count: emptyCount() };
      this.#groups.set(name, group);
    }
    addCount(group.count, count);
  }

  /** The groups with the most drops first, then by name. */
  sorted(): { name: string; facts: Facts; count: Count }[] {
    return [...this.#groups]
      .map(([name, { facts, count }]) => ({ name, facts, count }))
      .toSorted((a, b) => b.count.drops - a.count.drops || (a.name < b.name ? -1 : 1));
  }
}

/** The facts that all rows have. */
export function rowOf(
  name: string,
  count: Readonly<Count>,
  total: number,
  filter: FilterPair | undefined,
): Row {
  return {
    name,
    drops: count.drops,
    share: total === 0 ? 0 : count.drops / total,
    first: isoTime(count.first),
    last: isoTime(count.last),
    perSecond: rateOf(count),
    dropcapFilter: filter?.dropcap ?? null,
    displayFilter: filter?.display ?? null,
  };
}

/** The first rows of a table, and what the others have. @param all in their order */
export function tableOf<Kind extends Row>(all: readonly Kind[], most: number): Table<Kind> {
  const more = all.slice(most);
  return {
    rows: all.slice(0, most),
    moreRows: more.length,
    moreDrops: more.reduce((sum, { drops }) => sum + drops, 0),
  };
}
