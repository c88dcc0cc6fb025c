import type { Meaning } from '../report/report.js';
import { MEANINGS } from '../report/texts.js';
import { countText, dropsText, durationText, rateText } from '../report/times.js';
import type { Line, Span } from './line.js';
import { sparkline } from './sparkline.js';
import type { TopState } from './state.js';
import { TABLES, type TableName } from './tables.js';
import { MEANING_STYLES } from './tableLines.js';
import { cutLine, withRight } from './textWidth.js';
import type { TopView } from './view.js';

export const TITLES: Readonly<Record<TableName, string>> = {
  causes: 'Causes',
  classes: 'Classes',
  reasons: 'Reasons',
  places: 'Places',
  interfaces: 'Interfaces',
  flows: 'Flows',
};
const MEANING_TEXTS: Readonly<Record<Meaning, string>> = {
  unintended: 'hurt',
  unclear: 'may hurt',
  unknown: 'not known',
  intended: 'policy',
  noise: 'noise',
};
const NAME = 'dropcap top';
const WIDE = 60;

/** Three lines about all drops, and one with the names of the tables. */
export function headLines(
  view: TopView,
  state: TopState,
  flag: string,
  width: number,
  unicode: boolean,
): Line[] {
  const wide = width >= WIDE;
  const time = view.time === null ? undefined : new Date(view.time * 1000).toISOString().slice(11, 19);
  const window = durationText(view.windowSeconds);
  const title: Line = [
    { text: NAME, style: 'title' },
    {
      text: wide
        ? `  ${window}${time ? ` to ${time} UTC` : ''}, ${view.source}`
        : `  ${window} ${time ?? ''}`,
    },
  ];
  const sparks = sparkline(view.history.slice(-sparksFor(width)), unicode);
  const rate = `${view.perSecond === 0 ? '0' : rateText(view.perSecond, 2)}/s`;
  const lines: Line[] = [
    withRight(title, flag, 'doubtful', width, NAME.length),
    [{ text: `${rate.padEnd(8)} ${sparks}  `, style: 'title' }, ...meaningSpans(view, state.noise)],
    [lossSpan(view)],
    tabs(state.table, width),
  ];
  return lines.map((line) => cutLine(line, width));
}

/** Characters of the sparkline: the rest of its line is needed for numbers. */
function sparksFor(width: number): number {
  return width < WIDE ? 12 : width < 110 ? 16 : 40;
}

function meaningSpans({ drops, meanings }: TopView, noise: boolean): Span[] {
  if (drops === 0) return [{ text: 'no drops' }];
  const spans = MEANINGS.filter((meaning) => meanings[meaning] > 0).map((meaning) => {
    const hidden = meaning === 'noise' && !noise ? ' (n: show)' : '';
    return {
      text: `${countText(meanings[meaning])} ${MEANING_TEXTS[meaning]}${hidden}`,
      style: MEANING_STYLES[meaning],
    };
  });
  return spans.flatMap((span, i) => (i === 0 ? [span] : [{ text: ', ' }, span]));
}

function lossSpan({ complete, losses, dropsSinceStart }: TopView): Span {
  const text = losses.join('; ');
  if (complete)
    return { text: `${dropsText(dropsSinceStart)} since the start; ${text.toLowerCase()}`, style: 'good' };
  return { text, style: complete === null ? 'doubtful' : 'bad' };
}

function tabs(table: TableName, width: number): Line {
  const wide = width >= WIDE;
  const spans = TABLES.map((name, i): Span => {
    const title = wide || name === table ? `${i + 1} ${TITLES[name]}` : `${i + 1}`;
    return { text: ` ${title} `, style: name === table ? 'selected' : 'dim' };
  });
  return spans;
}
