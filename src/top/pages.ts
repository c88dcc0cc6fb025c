import type { Line } from './line.js';
import { headLines, tabsLine, TITLES } from './headLines.js';
import { indexOf, shownRows } from './shownRows.js';
import type { TopState } from './state.js';
import { headingLine, rowLine } from './tableLines.js';
import { TABLES } from './tables.js';
import { cutLine, wrapText } from './textWidth.js';
import type { TopView } from './view.js';

/** What a page needs besides the view and the state. */
export interface PageFacts {
  readonly columns: number;
  readonly rows: number;
  /** Whether the terminal shows block elements. */
  readonly unicode: boolean;
  /** What is not as usual: `PAUSED`, or which file is being written. Empty: nothing. */
  readonly flag: string;
  /** The newest notice or error; empty: none. */
  readonly message: string;
  /** Lines of the page about a row. */
  readonly rowLines: readonly Line[];
}

/** A page as the screen shows it. */
export interface Page {
  readonly lines: readonly Line[];
  /** Where the user types. */
  readonly cursor: { readonly column: number; readonly row: number } | undefined;
  readonly pageRows: number;
  readonly maxScroll: number;
}

/** It fits into 80 columns. */
const TABLE_KEYS = 'q quit  ? help  enter details  / filter  s sort  p pause  n noise  w write  1-6';
const ROW_KEYS = 'q quit  esc back  up/down scroll  w write';
const HELP_KEYS = 'q quit  esc back  up/down scroll';
/** Most lines of a message: the end of an error often has its cause. */
const MESSAGE_LINES = 3;
const HELP: readonly (readonly [string, string])[] = [
  ['up down', 'select a row (also k and j, page up and down, home, end)'],
  ['enter', 'what the row means, and its last packets; esc goes back'],
  ['1 to 6, tab', 'another table'],
  ['s', 'sort by drops, by harm, by the last drop, by name'],
  ['n', 'show or hide noise: drops that are no loss'],
  ['/', 'count only drops that fit an expression; empty: all'],
  ['p, space', 'pause the view; drops are still counted'],
  ['w', 'write the drops of the row to a file; w again ends it'],
  ['ctrl-z', 'go to the shell; fg comes back'],
  ['ctrl-l', 'draw the screen again'],
  ['q, ctrl-c', 'quit'],
];
/** Characters of the keys in the help. */
const KEY_WIDTH = 13;
/** Fewest lines of a table below the first one: an empty line, its heading, a row. */
const MIN_NEXT_TABLE = 3;

/** The lines of the page that the state asks for. */
export function pageOf(view: TopView, state: TopState, facts: PageFacts): Page {
  const { columns, rows } = facts;
  const last = lastLines(state, facts).slice(-rows);
  const body = rows - last.length;
  const page = state.page === 'tables' ? tablesPage(view, state, facts, body) : textPage(state, facts, body);
  const lines = page.lines.slice(0, body);
  while (lines.length < body) lines.push([]);
  const style = lastStyle(state, facts);
  const cursor = state.input && { column: Math.min(last[0]!.length, columns - 1), row: body };
  return {
    ...page,
    lines: [...lines, ...last.map((text) => cutLine([{ text, style }], columns))],
    cursor,
  };
}

function lastLines({ input, page }: TopState, { message, columns }: PageFacts): string[] {
  if (!input && message !== '') {
    const lines = wrapText(message, columns);
    return [...lines.slice(0, MESSAGE_LINES - 1), lines.slice(MESSAGE_LINES - 1).join(' ')].filter(
      (line) => line !== '',
    );
  }
  if (!input) return [page === 'tables' ? TABLE_KEYS : page === 'row' ? ROW_KEYS : HELP_KEYS];
  const label = input.of === 'filter' ? 'Filter: ' : 'Write to: ';
  // The end of a long text is what is being typed.
  return [label + input.text.slice(-Math.max(columns - label.length - 1, 1))];
}

function lastStyle({ input }: TopState, { message }: PageFacts): 'doubtful' | 'key' | undefined {
  return input ? undefined : message !== '' ? 'doubtful' : 'key';
}

type Body = Omit<Page, 'cursor' | 'lines'> & { readonly lines: Line[] };

function tablesPage(
  view: TopView,
  state: TopState,
  { columns, unicode, flag }: PageFacts,
  height: number,
): Body {
  const noiseHint = state.noise ? '' : 'n';
  const head = [...headLines(view, { columns, unicode, flag, noiseHint }), tabsLine(state.table, columns)];
  const rows = shownRows(view, state);
  const room = Math.max(height - head.length - 1, 1);
  const at = indexOf(rows, state.selected);
  const first = Math.max(Math.min(at - Math.floor(room / 2), rows.length - room), 0);
  const layout = { width: columns, unicode, now: view.time };
  const lines = [
    ...head,
    headingLine({ ...layout, title: `${TITLES[state.table].toUpperCase()}, by ${state.sort}` }),
    ...rows
      .slice(first, first + room)
      .map((row, i) => rowLine(row, first + i === at, { ...layout, title: '' })),
  ];
  if (rows.length === 0) lines.push(cutLine([{ text: emptyText(view), style: 'dim' }], columns));
  for (const table of TABLES.toReversed()) {
    const free = height - lines.length;
    const more = table === state.table ? [] : shownRows(view, { ...state, table });
    if (more.length === 0 || free < MIN_NEXT_TABLE) continue;
    lines.push([], headingLine({ ...layout, title: TITLES[table].toUpperCase() }));
    for (const row of more.slice(0, Math.min(free - 2, NEXT_ROWS)))
      lines.push(rowLine(row, false, { ...layout, title: '' }));
  }
  return { lines, pageRows: room, maxScroll: 0 };
}

/** Rows of the tables below the first one. */
const NEXT_ROWS = 5;

function emptyText({ drops, expression }: TopView): string {
  if (drops > 0) return 'only noise (n shows it), or drops that this table has no row for';
  return expression === null ? 'nothing is being dropped' : 'no drop fits the filter';
}

function textPage(state: TopState, { columns, rowLines, flag }: PageFacts, height: number): Body {
  const head = flag === '' ? [] : [cutLine([{ text: flag, style: 'doubtful' }], columns)];
  const all = state.page === 'row' ? rowLines : HELP.flatMap(([key, text]) => helpLines(key, text, columns));
  const room = Math.max(height - head.length, 1);
  const maxScroll = Math.max(all.length - room, 0);
  const first = Math.min(state.scroll, maxScroll);
  const lines = all.slice(first, first + room).map((line) => cutLine(line, columns));
  return { lines: [...head, ...lines], pageRows: room, maxScroll };
}

function helpLines(key: string, text: string, columns: number): Line[] {
  return wrapText(text, columns - KEY_WIDTH).map((part, i) => [
    { text: (i === 0 ? key : '').padEnd(KEY_WIDTH), style: 'key' },
    { text: part },
  ]);
}
