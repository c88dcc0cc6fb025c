import type { Diff, DiffRow } from './diff.js';
import type { DiffSide } from './diffSide.js';
import { MEANING_WORDS } from './texts.js';
import { countText, dropsText, durationText } from './times.js';

/** Most rows of the table. */
const MAX_ROWS = 40;
const HEAD = ['change', 'certain', 'meaning', 'before', 'after', 'before/s', 'after/s', 'cause'] as const;
/** Columns of numbers, aligned to the right. */
const NUMBERS: readonly number[] = [3, 4, 5, 6];
const NOT_KNOWN = '-';

/** A comparison as lines of printable ASCII: the answer, both captures, what cannot be concluded, and a table of the changes. */
export function diffLines(diff: Diff, before: DiffSide, after: DiffSide): string[] {
  const changed = diff.rows.filter(({ change }) => change !== 'same');
  const same = diff.rows.length - changed.length;
  const lines = [`${answerOf(diff)}.`, '', sideText('before', before), sideText('after', after)];
  for (const text of diff.cautions) lines.push(`${text}.`);
  lines.push('');
  if (changed.length > 0) lines.push(...tableOf(changed.slice(0, MAX_ROWS)));
  if (changed.length > MAX_ROWS) lines.push(`${changed.length - MAX_ROWS} more rows (--json has all)`);
  if (same > 0) lines.push(`${causesText(same)} without a change beyond chance (--json has all)`);
  if (diff.rows.length === 0) lines.push('no drops in both files');
  return lines;
}

/** The answer in a sentence, without its full stop. */
export function answerOf({ newHurt, rows }: Diff): string {
  const found = rows.filter(({ change, meaning }) => change === 'new' && meaning === 'unintended');
  const [first] = found;
  const what = first
    ? `${first.name} (${dropsText(first.dropsAfter)}${found.length > 1 ? `; ${found.length - 1} more` : ''})`
    : '';
  if (newHurt === 'some') return `Drops that hurt are new: ${what}`;
  if (newHurt === 'none') return 'No drops that hurt are new';
  return `Whether drops that hurt are new is not known${first ? `: ${what} may be` : ''}`;
}

function sideText(which: string, { input: { facts }, drops, seconds, completeness }: DiffSide): string {
  const time = seconds === undefined ? 'time not known' : durationText(seconds);
  return `${which.padEnd(6)}  ${facts.path}: ${dropsText(drops)}, ${time}. ${completeness.brief}.`;
}

function tableOf(rows: readonly DiffRow[]): string[] {
  const cells = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, i) => Math.max(...cells.map((row) => row[i]!.length)));
  return cells.map((row) =>
    row
      .map((text, i) => (NUMBERS.includes(i) ? text.padStart(widths[i]!) : text.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
}

function cellsOf(row: DiffRow): string[] {
  return [
    row.change === 'unknown' ? 'in both' : row.change,
    certaintyOf(row),
    MEANING_WORDS[row.meaning],
    countText(row.dropsBefore),
    countText(row.dropsAfter),
    rateText(row.perSecondBefore),
    rateText(row.perSecondAfter),
    row.name,
  ];
}

/** Why a change may be none. */
function certaintyOf({ change, proven, beyondChance }: DiffRow): string {
  if (change === 'unknown') return NOT_KNOWN;
  if (!proven) return 'not proven';
  if (beyondChance === null) return 'yes';
  return beyondChance ? 'yes' : 'may be chance';
}

function rateText(perSecond: number | null): string {
  if (perSecond === null) return NOT_KNOWN;
  return perSecond === 0 || perSecond >= 1000 ? countText(perSecond) : perSecond.toPrecision(3);
}

function causesText(number: number): string {
  return `${countText(number)} ${number === 1 ? 'cause' : 'causes'}`;
}
