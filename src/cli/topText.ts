import { headLines, TITLES } from '../top/headLines.js';
import { firstState } from '../top/state.js';
import { shownRows } from '../top/shownRows.js';
import { headingLine, rowLine } from '../top/tableLines.js';
import type { Line } from '../top/line.js';
import type { TableName } from '../top/tables.js';
import { isoTime } from '../report/times.js';
import type { TopRow, TopView } from '../top/view.js';

/** Rows that are printed. */
const ROWS = 20;

/**
 * The view as text: what is dropped, losses, and one table.
 * @param noise whether to show drops that are no loss
 * @param width characters of a line
 */
export function topText(
  view: TopView,
  table: TableName,
  noise: boolean,
  width: number,
  unicode: boolean,
): string {
  const state = firstState(table, noise);
  const layout = { width, unicode, now: view.time, title: TITLES[table].toUpperCase() };
  const rows = shownRows(view, state);
  const lines: Line[] = [
    ...headLines(view, { columns: width, unicode, flag: '', noiseHint: noise ? '' : '--all' }),
    [],
    headingLine(layout),
    ...rows.slice(0, ROWS).map((row) => rowLine(row, false, layout)),
    ...(rows.length > ROWS ? [[{ text: `and ${rows.length - ROWS} more rows (--json prints them)` }]] : []),
  ];
  return lines
    .map(
      (line) =>
        `${line
          .map(({ text }) => text)
          .join('')
          .trimEnd()}\n`,
    )
    .join('');
}

/** The view as it is printed by --json: times in ISO 8601, UTC (docs/top.schema.json). */
export function topJson(view: TopView): object {
  const withTime = (row: TopRow) => ({ ...row, last: row.last === null ? null : isoTime(row.last) });
  const tables = Object.entries(view.tables).map(([name, rows]) => [name, rows.map(withTime)]);
  return {
    ...view,
    time: view.time === null ? null : isoTime(view.time),
    tables: Object.fromEntries(tables) as object,
  };
}

/** Whether the user's language setting has UTF-8, which block elements need. */
export function hasUnicode(env: NodeJS.ProcessEnv): boolean {
  return /utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '');
}
