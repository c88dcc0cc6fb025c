import { MEANINGS } from '../report/texts.js';
import type { FilterPair } from '../report/filters.js';
import type { Meaning } from '../report/report.js';
import { SLICES } from './slices.js';
import type { TopRow } from './view.js';

/** The worse of two meanings. */
function worse(a: Meaning, b: Meaning): Meaning {
  return MEANINGS.indexOf(a) < MEANINGS.indexOf(b) ? a : b;
}

interface Group {
  drops: number;
  last: number;
  meaning: Meaning;
  missed: number;
  readonly history: number[];
  readonly filter: FilterPair | undefined;
}

/** Drops of some group in one part of the window. */
export interface Part {
  readonly slice: number;
  readonly drops: number;
  /** Seconds since 1970 UTC; NaN: not known. */
  readonly last: number;
  readonly meaning: Meaning;
  readonly missed?: number;
}

/** Makes the rows of a table. */
export class RowMaker {
  readonly #groups = new Map<string, Group>();

  /** @param filter of the row; called for its first drops */
  add(
    name: string,
    { slice, drops, last, meaning, missed = 0 }: Part,
    filter: () => FilterPair | undefined,
  ): void {
    let group = this.#groups.get(name);
    if (!group) {
      const history = Array.from<number>({ length: SLICES }).fill(0);
      group = { drops: 0, last: Number.NaN, meaning, missed: 0, history, filter: filter() };
      this.#groups.set(name, group);
    }
    group.drops += drops;
    group.missed += missed;
    group.history[slice]! += drops;
    group.meaning = worse(group.meaning, meaning);
    if (!(last <= group.last) && !Number.isNaN(last)) group.last = last;
  }

  /**
   * @param total drops of the window. @param seconds length of the window, as far as it has passed
   * @param lacking most drops that a row can lack in each part of the window where it has none; by default 0
   */
  rows(total: number, seconds: number, lacking: readonly number[] = []): TopRow[] {
    const missedBy = (history: readonly number[]) =>
      lacking.reduce((sum, most, i) => sum + (history[i] === 0 ? most : 0), 0);
    return [...this.#groups]
      .map(([name, { drops, last, meaning, missed, history, filter }]) => ({
        name,
        drops,
        share: drops / total,
        perSecond: drops / seconds,
        last: Number.isNaN(last) ? null : last,
        meaning,
        history,
        filter: filter?.dropcap ?? null,
        missedAtMost: missed + missedBy(history),
      }))
      .toSorted((a, b) => b.drops - a.drops || (a.name < b.name ? -1 : 1));
  }
}

/** A row that no drop of the window has. */
export function gone(row: TopRow): TopRow {
  return { ...row, drops: 0, share: 0, perSecond: 0, history: row.history.map(() => 0) };
}
