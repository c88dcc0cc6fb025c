import { MEANING_WORDS } from '../report/texts.js';
import type { Meaning } from '../report/report.js';
import { countText, durationText, rateText } from '../report/times.js';
import type { Line, Style } from './line.js';
import { sparkline } from './sparkline.js';
import { fit } from './textWidth.js';
import type { TopRow } from './view.js';

const SHARE_WIDTH = 60;
const LAST_WIDTH = 90;
const HISTORY_WIDTH = 110;

export const MEANING_STYLES: Readonly<Record<Meaning, Style | undefined>> = {
  unintended: 'bad',
  unclear: 'doubtful',
  unknown: 'doubtful',
  intended: undefined,
  noise: 'dim',
};
/** For a narrow screen. */
const MARKS: Readonly<Record<Meaning, string>> = {
  unintended: '!',
  unclear: '?',
  unknown: '?',
  intended: ' ',
  noise: ' ',
};
const SHORT_WORDS: Readonly<Record<Meaning, string>> = { ...MEANING_WORDS, intended: 'policy' };

/** What the lines of a table depend on. */
export interface TableLayout {
  readonly width: number;
  readonly unicode: boolean;
  /** End of the window: seconds since 1970 UTC; null: not known. */
  readonly now: number | null;
  /** Heading of the column of names. */
  readonly title: string;
}

interface Column {
  readonly heading: string;
  /** A negative width: on the left. */
  readonly width: number;
  readonly text: (row: TopRow) => string;
}

/** The columns before the name that a screen of this width has room for. */
function columnsFor({ width, unicode, now }: TableLayout): Column[] {
  const narrow = width < SHARE_WIDTH;
  const ago = ({ last }: TopRow) =>
    last === null || now === null ? '-' : durationText(Math.max(now - last, 0));
  const all: (Column & { from: number; to?: number })[] = [
    {
      from: 0,
      heading: 'DROPS',
      width: narrow ? 7 : 9,
      text: ({ drops }) => shortCount(drops, narrow ? 7 : 9),
    },
    { from: 0, heading: 'PER S', width: 6, text: ({ perSecond }) => shortRate(perSecond) },
    { from: SHARE_WIDTH, heading: 'SHARE', width: 5, text: ({ share }) => `${Math.round(share * 100)}%` },
    { from: LAST_WIDTH, heading: 'LAST', width: 7, text: ago },
    {
      from: HISTORY_WIDTH,
      heading: 'WINDOW',
      width: -20,
      text: ({ history }) => sparkline(history, unicode),
    },
    { from: 0, to: SHARE_WIDTH, heading: '', width: -1, text: ({ meaning }) => MARKS[meaning] },
    { from: SHARE_WIDTH, heading: 'MEANING', width: -9, text: ({ meaning }) => SHORT_WORDS[meaning] },
  ];
  return all.filter(({ from, to = Infinity }) => width >= from && width < to);
}

function cell(text: string, width: number): string {
  return width < 0 ? fit(text, -width) : fit(text, Math.max(width, 0)).trimEnd().padStart(width);
}

/** The heading of a table. */
export function headingLine(layout: TableLayout): Line {
  const columns = columnsFor(layout).map(({ heading, width }) => cell(heading, width));
  return [{ text: fit([...columns, layout.title].join(' '), layout.width).trimEnd(), style: 'heading' }];
}

/** A row of a table. */
export function rowLine(row: TopRow, selected: boolean, layout: TableLayout): Line {
  const columns = columnsFor(layout).map(({ width, text }) => cell(text(row), width));
  const name = row.missedAtMost > 0 ? `${row.name} (at least)` : row.name;
  const text = fit([...columns, name].join(' '), layout.width);
  if (selected) return [{ text, style: 'selected' }];
  return [{ text: text.trimEnd(), style: MEANING_STYLES[row.meaning] }];
}

/** `1,204`, or `1204k` and `1204M` where that is too long. */
function shortCount(drops: number, width: number): string {
  const text = countText(drops);
  if (text.length <= width) return text;
  return drops < 1e9 ? `${Math.round(drops / 1e3)}k` : `${Math.round(drops / 1e6)}M`;
}

function shortRate(perSecond: number): string {
  if (perSecond > 0 && perSecond < 0.01) return '<0.01';
  return shortCount(perSecond, 6).length <= 6 && perSecond >= 99.5
    ? shortCount(perSecond, 6)
    : perSecond === 0
      ? '0'
      : rateText(perSecond, 2);
}
