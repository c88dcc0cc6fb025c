import type { Meaning } from '../report/report.js';
import { MEANINGS } from '../report/texts.js';
import { countText, dropsText, durationText, rateText } from '../report/times.js';
import type { Line, Span } from './line.js';
import { sparkline } from './sparkline.js';
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

/** What the lines of the head depend on besides the view. */
export interface HeadFacts {
  readonly columns: number;
  readonly unicode: boolean;
  /** What is not as usual; empty: nothing. */
  readonly flag: string;
  /** The key or option that shows noise, which is hidden; empty: noise is shown. */
  readonly noiseHint: string;
}

/** Lines about all drops. */
export function headLines(view: TopView, { columns: width, unicode, flag, noiseHint }: HeadFacts): Line[] {
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
    [{ text: `${rate.padEnd(8)} ${sparks}  `, style: 'title' }, ...meaningSpans(view, noiseHint)],
    [lossSpan(view)],
    ...(view.expression === null ? [] : [[{ text: `filter: ${view.expression}` }]]),
  ];
  return lines.map((line) => cutLine(line, width));
}

/** Characters of the sparkline: the rest of its line is needed for numbers. */
function sparksFor(width: number): number {
  return width < WIDE ? 12 : width < 110 ? 16 : 40;
}

function meaningSpans({ drops, meanings }: TopView, noiseHint: string): Span[] {
  if (drops === 0) return [{ text: 'no drops' }];
  const spans = MEANINGS.filter((meaning) => meanings[meaning] > 0).map((meaning) => {
    const hidden = meaning === 'noise' && noiseHint !== '' ? ` (${noiseHint})` : '';
    return {
      text: `${countText(meanings[meaning])} ${MEANING_TEXTS[meaning]}${hidden}`,
      style: MEANING_STYLES[meaning],
    };
  });
  return spans.flatMap((span, i) => (i === 0 ? [span] : [{ text: ', ' }, span]));
}

function lossSpan({ complete, losses, dropsSinceStart }: TopView): Span {
  const text = losses.join('; ');
  if (complete) {
    const rest = text.slice(0, 1).toLowerCase() + text.slice(1);
    return { text: `${dropsText(dropsSinceStart)} since the start; ${rest}`, style: 'good' };
  }
  return { text, style: complete === null ? 'doubtful' : 'bad' };
}

/** The names of the tables, with their keys. */
export function tabsLine(table: TableName, width: number): Line {
  const wide = width >= WIDE;
  const spans = TABLES.map((name, i): Span => {
    const title = wide || name === table ? `${i + 1} ${TITLES[name]}` : `${i + 1}`;
    return { text: ` ${title} `, style: name === table ? 'selected' : 'dim' };
  });
  return cutLine(spans, width);
}
