import { indexOf, selectedRow, shownRows, type Sort, SORTS } from './shownRows.js';
import { TABLES, type TableName } from './tables.js';
import type { TopView } from './view.js';

/** A key as Node's readline names it, with the printable characters that it typed. */
export interface Key {
  readonly name: string;
  readonly text: string;
  readonly ctrl: boolean;
}

/** Most characters of a line that the user types. */
const MAX_INPUT = 1000;

/** A line that the user types. */
interface Input {
  readonly of: 'filter' | 'file';
  readonly text: string;
}

/** What the user chose to see. */
export interface TopState {
  readonly page: 'tables' | 'row' | 'help';
  readonly table: TableName;
  readonly sort: Sort;
  /** Name of the selected row; undefined: the first one. */
  readonly selected: string | undefined;
  /** First line of a page that is longer than the screen. */
  readonly scroll: number;
  readonly input: Input | undefined;
  readonly paused: boolean;
  /** Whether rows of noise are shown. */
  readonly noise: boolean;
}

/** What a key asks for besides another state. */
export type Action =
  | { readonly of: 'quit' | 'suspend' | 'open' | 'close' | 'endWriting' | 'redraw' }
  | { readonly of: 'filter'; readonly expression: string }
  | { readonly of: 'write'; readonly path: string };

export interface Pressed {
  readonly state: TopState;
  readonly action?: Action;
}

/** What a key needs to know of the screen. */
export interface Shown {
  readonly view: TopView;
  /** Rows that fit on the screen. */
  readonly pageRows: number;
  /** The most that a page can be scrolled. */
  readonly maxScroll: number;
  /** Whether a row is being written. */
  readonly writing: boolean;
}

export function firstState(table: TableName, noise: boolean): TopState {
  return {
    page: 'tables',
    table,
    sort: 'drops',
    selected: undefined,
    scroll: 0,
    input: undefined,
    paused: false,
    noise,
  };
}

/** The state after a key, and what else is to be done. */
export function press(state: TopState, key: Key, shown: Shown): Pressed {
  if (key.ctrl) return pressControl(state, key);
  if (state.input) return type(state, state.input, key);
  if (state.page === 'tables') return pressInTables(state, key, shown);
  switch (key.name) {
    case 'q':
      return { state, action: { of: 'quit' } };
    case 'escape':
    case 'backspace':
    case 'left':
    case 'return':
      return { state: { ...state, page: 'tables', scroll: 0 }, action: { of: 'close' } };
    case 'w':
      return state.page === 'row' ? beginWriting(state, shown) : { state };
    default:
      return { state: { ...state, scroll: moved(state.scroll, key.name, shown.pageRows, shown.maxScroll) } };
  }
}

function pressControl(state: TopState, { name }: Key): Pressed {
  switch (name) {
    case 'c':
      return { state, action: { of: 'quit' } };
    case 'z':
      return { state, action: { of: 'suspend' } };
    case 'l':
      return { state, action: { of: 'redraw' } };
    case 'u':
      return { state: state.input ? { ...state, input: { ...state.input, text: '' } } : state };
    default:
      return { state };
  }
}

function type(state: TopState, input: Input, { name, text }: Key): Pressed {
  switch (name) {
    case 'escape':
      return { state: { ...state, input: undefined } };
    case 'return': {
      const action: Action =
        input.of === 'filter'
          ? { of: 'filter', expression: input.text.trim() }
          : { of: 'write', path: input.text.trim() };
      return { state: { ...state, input: undefined }, action };
    }
    case 'backspace':
      return { state: { ...state, input: { ...input, text: Array.from(input.text).slice(0, -1).join('') } } };
    default:
      return { state: { ...state, input: { ...input, text: (input.text + text).slice(0, MAX_INPUT) } } };
  }
}

function pressInTables(state: TopState, key: Key, shown: Shown): Pressed {
  const { name, text } = key;
  const table = TABLES[Number(text) - 1];
  if (table) return { state: { ...state, table, selected: undefined } };
  switch (name) {
    case 'q':
      return { state, action: { of: 'quit' } };
    case 'tab':
    case 'right':
      return { state: { ...state, table: neighbour(TABLES, state.table, 1), selected: undefined } };
    case 'left':
      return { state: { ...state, table: neighbour(TABLES, state.table, -1), selected: undefined } };
    case 's':
      return { state: { ...state, sort: neighbour(SORTS, state.sort, 1) } };
    case 'p':
    case 'space':
      return { state: { ...state, paused: !state.paused } };
    case 'n':
      return { state: { ...state, noise: !state.noise } };
    case 'h':
      return { state: { ...state, page: 'help', scroll: 0 } };
    case 'return': {
      const row = selectedRow(shown.view, state);
      if (!row) return { state };
      return { state: { ...state, page: 'row', selected: row.name, scroll: 0 }, action: { of: 'open' } };
    }
    case 'w':
      return beginWriting(state, shown);
    default:
      if (text === '?') return { state: { ...state, page: 'help', scroll: 0 } };
      if (text === '/')
        return { state: { ...state, input: { of: 'filter', text: shown.view.expression ?? '' } } };
      return { state: select(state, name, shown) };
  }
}

function beginWriting(state: TopState, { view, writing }: Shown): Pressed {
  if (writing) return { state, action: { of: 'endWriting' } };
  // The page about a row stays when the row leaves the window.
  const row = state.page === 'row' ? state.selected : selectedRow(view, state)?.name;
  if (row === undefined) return { state };
  return { state: { ...state, selected: row, input: { of: 'file', text: fileName(row) } } };
}

/** A name for the file of a row: `NO_SOCKET_at_tcp_v4_rcv.pcapng`. */
function fileName(row: string): string {
  const name = row.replace(/[^\w.-]+/g, '_').replace(/^[_.-]+|[_.]+$/g, '');
  return `${name.slice(0, 60) || 'drops'}.pcapng`;
}

function select(state: TopState, key: string, { view, pageRows }: Shown): TopState {
  const rows = shownRows(view, state);
  if (rows.length === 0) return state;
  const at = indexOf(rows, state.selected);
  return { ...state, selected: rows[moved(at, key, pageRows, rows.length - 1)]!.name };
}

function moved(at: number, key: string, page: number, last: number): number {
  const steps: Readonly<Record<string, number>> = {
    up: -1,
    k: -1,
    down: 1,
    j: 1,
    pageup: -page,
    pagedown: page,
    home: -Infinity,
    end: Infinity,
  };
  return Math.max(Math.min(at + (steps[key] ?? 0), last), 0);
}

function neighbour<T>(all: readonly T[], one: T, step: number): T {
  return all[(all.indexOf(one) + step + all.length) % all.length]!;
}
