import type { CauseRow, FlowRow, InputFacts, Row, Table } from '../report.js';
import { MEANING_WORDS } from '../texts.js';
import { countText, dropsText, rateText, shareText } from '../times.js';
import { html } from './escape.js';

/** Rows of a table of groups at most. */
const MAX_GROUPS = 20;

/** A column: its heading, and a row's cell. */
interface Column<Kind> {
  readonly head: string;
  /** Class of its cells: `n` for numbers, `t` for times. */
  readonly style?: 'n' | 't';
  readonly cell: (row: Kind) => { readonly shown: string; readonly value?: string };
}

const DROPS: Column<Row> = {
  head: 'drops',
  style: 'n',
  cell: ({ drops }) => ({ shown: countText(drops), value: `${drops}` }),
};
const SHARE: Column<Row> = {
  head: 'share',
  style: 'n',
  cell: ({ share }) => ({ shown: shareText(share), value: `${share}` }),
};
const RATE: Column<Row> = {
  head: 'a second',
  style: 'n',
  cell: ({ perSecond }) => ({
    shown: perSecond === null ? '' : rateText(perSecond, 3),
    value: `${perSecond ?? 0}`,
  }),
};
const FIRST: Column<Row> = { head: 'first', style: 't', cell: ({ first }) => timeCell(first) };
const LAST: Column<Row> = { head: 'last', style: 't', cell: ({ last }) => timeCell(last) };
const FILTERS: Column<Row> = {
  head: 'filters',
  cell: ({ dropcapFilter, displayFilter }) => {
    const texts = [
      ...(dropcapFilter === null ? [] : [`dropcap: <code>${html(dropcapFilter)}</code>`]),
      ...(displayFilter === null ? [] : [`Wireshark: <code>${html(displayFilter)}</code>`]),
    ];
    const shown = texts.length === 0 ? '' : `<details><summary>show</summary>${texts.join('<br>')}</details>`;
    return { shown, value: displayFilter ?? '' };
  },
};

const CAUSES: readonly Column<CauseRow>[] = [
  DROPS,
  SHARE,
  RATE,
  { head: 'cause', cell: ({ name }) => codeCell(name) },
  { head: 'class', cell: (row) => (row.class === null ? { shown: 'not known' } : codeCell(row.class)) },
  {
    head: 'meaning',
    cell: ({ meaning }) => ({
      shown: `<span class="${meaning}">${MEANING_WORDS[meaning]}</span>`,
      value: meaning,
    }),
  },
  FIRST,
  LAST,
  FILTERS,
];

const FLOWS: readonly Column<FlowRow>[] = [
  {
    head: 'drops',
    style: 'n',
    cell: ({ drops, missedAtMost }) => ({
      shown: countText(drops) + (missedAtMost > 0 ? ` to ${countText(drops + missedAtMost)}` : ''),
      value: `${drops}`,
    }),
  },
  SHARE,
  { head: 'from', cell: ({ source }) => codeCell(source ?? '-') },
  { head: 'to', cell: ({ destination }) => codeCell(destination ?? '-') },
  { head: 'protocol', cell: ({ protocol }) => ({ shown: html(protocol) }) },
  {
    head: 'cause',
    cell: ({ cause, meaning }) => ({ shown: `<code class="${meaning}">${html(cause)}</code>`, value: cause }),
  },
  FIRST,
  LAST,
  FILTERS,
];

/** The causes. @param most rows that are shown */
export function causeTable(table: Table<CauseRow>, most: number): string {
  return tableHtml('Causes', CAUSES, table.rows.slice(0, most)) + moreHtml(table, most);
}

/** The flows. @param most as of `causeTable` */
export function flowTable(table: Table<FlowRow>, most: number): string {
  return tableHtml('Flows', FLOWS, table.rows.slice(0, most)) + moreHtml(table, most);
}

/** The rows of a group with the most drops. */
export function groupTable(title: string, table: Table, most: number): string {
  const shown = Math.min(most, MAX_GROUPS);
  if (table.rows.length === 0) return '';
  const columns: Column<Row>[] = [
    DROPS,
    SHARE,
    { head: title.toLowerCase(), cell: ({ name }) => codeCell(name) },
  ];
  return `<div>${tableHtml(title, columns, table.rows.slice(0, shown))}${moreHtml(table, shown)}</div>`;
}

/** The files of the report. */
export function inputTable(inputs: readonly InputFacts[], most: number): string {
  const columns: Column<InputFacts>[] = [
    { head: 'file', cell: ({ path }) => codeCell(path) },
    { head: 'drops', style: 'n', cell: ({ drops }) => ({ shown: countText(drops), value: `${drops}` }) },
    { head: 'from', style: 't', cell: ({ start }) => timeCell(start) },
    { head: 'to', style: 't', cell: ({ end }) => timeCell(end) },
    { head: 'system', cell: ({ os }) => ({ shown: html(os ?? 'not known') }) },
    { head: 'hardware', cell: ({ hardware }) => ({ shown: html(hardware ?? 'not known') }) },
    { head: 'written by', cell: ({ application }) => ({ shown: html(application ?? 'not known') }) },
  ];
  const more = inputs.length - most;
  return (
    tableHtml('Files', columns, inputs.slice(0, most)) +
    (more > 0 ? `<p class="soft">${countText(more)} more ${more === 1 ? 'file' : 'files'}.</p>` : '')
  );
}

function tableHtml<Kind>(label: string, columns: readonly Column<Kind>[], rows: readonly Kind[]): string {
  if (rows.length === 0) return '';
  const head = columns
    .map(({ head: text, style }) => `<th scope="col"${classOf(style)}>${text}</th>`)
    .join('');
  const body = rows
    .map((row) => `<tr>${columns.map((column) => cellHtml(column, row)).join('')}</tr>`)
    .join('\n');
  return `<div class="scroll${columns.length > 3 ? ' wide' : ''}" tabindex="0" role="region" aria-label="${html(label)}"><table class="sortable"><thead><tr>${head}</tr></thead><tbody>
${body}</tbody></table></div>`;
}

function cellHtml<Kind>({ style, cell }: Column<Kind>, row: Kind): string {
  const { shown, value } = cell(row);
  return `<td${classOf(style)}${value === undefined ? '' : ` data-v="${html(value)}"`}>${shown}</td>`;
}

function classOf(style: string | undefined): string {
  return style === undefined ? '' : ` class="${style}"`;
}

/** What a table does not show. @param shown rows that it shows at most */
function moreHtml({ rows, moreRows, moreDrops }: Table, shown: number): string {
  const left = rows.slice(shown);
  const drops = left.reduce((sum, row) => sum + row.drops, moreDrops);
  if (drops === 0) return '';
  const more = moreRows === null ? undefined : moreRows + left.length;
  const count = more === undefined ? 'More rows' : `${countText(more)} more ${more === 1 ? 'row' : 'rows'}`;
  return `<p class="soft">${count} with ${dropsText(drops)}.</p>`;
}

function codeCell(text: string): { shown: string } {
  return { shown: `<code>${html(text)}</code>` };
}

function timeCell(iso: string | null): { shown: string; value: string } {
  return {
    shown: iso === null ? 'not known' : html(iso.replace('T', ' ').replace(/\.\d+Z$/, '')),
    value: iso ?? '',
  };
}
