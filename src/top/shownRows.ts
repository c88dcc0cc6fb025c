import { MEANINGS } from '../report/texts.js';
import type { TableName } from './tables.js';
import type { TopRow, TopView } from './view.js';

/** `harm`: what hurts first. */
export type Sort = 'drops' | 'harm' | 'last' | 'name';
export const SORTS: readonly Sort[] = ['drops', 'harm', 'last', 'name'];

type Order = (a: TopRow, b: TopRow) => number;
/** The orders; rows come with the most drops first. */
const ORDERS: Readonly<Record<Exclude<Sort, 'drops'>, Order>> = {
  harm: (a, b) => MEANINGS.indexOf(a.meaning) - MEANINGS.indexOf(b.meaning) || b.drops - a.drops,
  last: (a, b) => (b.last ?? 0) - (a.last ?? 0),
  name: (a, b) => (a.name < b.name ? -1 : 1),
};

/** Which rows the user wants to see. */
export interface Choice {
  readonly table: TableName;
  readonly sort: Sort;
  /** Whether rows of noise are shown. */
  readonly noise: boolean;
}

/** The rows of a table as the user wants them. */
export function shownRows({ tables }: TopView, { table, sort, noise }: Choice): readonly TopRow[] {
  const rows = tables[table].filter(({ meaning }) => noise || meaning !== 'noise');
  return sort === 'drops' ? rows : rows.toSorted(ORDERS[sort]);
}

/** The place of a row; 0 for one that is not there. */
export function indexOf(rows: readonly TopRow[], name: string | undefined): number {
  return Math.max(
    rows.findIndex((row) => row.name === name),
    0,
  );
}

/** The row that the user selected. Undefined in an empty table. */
export function selectedRow(
  view: TopView,
  choice: Choice & { readonly selected: string | undefined },
): TopRow | undefined {
  const rows = shownRows(view, choice);
  return rows[indexOf(rows, choice.selected)];
}
