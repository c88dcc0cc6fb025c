import { encodeValue } from '../metadata/comment.js';
import type { CountedSpan } from '../tally/intervalTally.js';
import { nameCounts, type NamedCount, type NameOptions } from '../tally/namedCounts.js';

/** Rows of the table of an interval, and of the total. */
export const INTERVAL_ROWS = 10;
export const TOTAL_ROWS = 100;

const HEAD = ['drops', 'per second', 'reason', 'place', 'class'] as const;
/** Columns of numbers, aligned to the right. */
const NUMBERS = 2;
const NOT_KNOWN = '-';
/** The reason of drops that the kernel counted without packets. */
const NO_REASON = '(not known)';

/**
 * A table of counted drops as lines: the time and the sum, then the causes with the most drops. Every character is
 * printable ASCII.
 * @param title begins the first line: `total`, or the local time when the span ended
 * @param most rows; the last line says how many more there are
 */
export function tableLines(span: CountedSpan, title: string, most: number, names: NameOptions): string[] {
  const seconds = secondsOf(span);
  const { counts } = span;
  const rows = nameCounts(counts, names);
  const shown = rows.slice(0, most);
  const lines = [`${title}  ${sumText(span, seconds)}`];
  if (counts.drops === 0) return lines;
  lines.push(...columns([HEAD, ...shown.map((row) => cells(row, seconds))]));
  if (rows.length > most) {
    const drops = rows.slice(most).reduce((sum, row) => sum + row.drops, 0);
    lines.push(`  ${rows.length - most} more rows with ${dropsText(drops)} (--json has all rows)`);
  }
  if (counts.others > 0)
    lines.push(`  ${dropsText(counts.others)} of further causes: the table had no room for them`);
  return lines;
}

/** Local date and time of day. @param ns nanoseconds since 1970 UTC; undefined: not known */
export function timeText(ns: bigint | undefined): string {
  if (ns === undefined) return '(time not known)';
  const date = new Date(Number(ns / 1_000_000n));
  const two = (value: number) => `${value}`.padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** Length of a span; undefined when it is not known, or when the clock was set back. */
export function secondsOf({ startNs, endNs }: CountedSpan): number | undefined {
  if (startNs === undefined || endNs === undefined || endNs <= startNs) return undefined;
  return Number(endNs - startNs) / 1e9;
}

function sumText({ counts, lost, repeated, fullAlerts }: CountedSpan, seconds: number | undefined): string {
  const texts = [dropsText(counts.drops)];
  if (seconds !== undefined) {
    texts[0] += ` in ${seconds.toFixed(1)} s`;
    if (counts.drops > 0) texts[0] += ` (${rate(counts.drops, seconds)} per second)`;
  }
  if (lost === undefined) texts.push('losses not known');
  else if (lost > 0) texts.push(`${dropsText(lost)} lost, with reasons not known`);
  if (repeated > 0) texts.push(`${repeated} more left out by --dedupe`);
  if (fullAlerts > 0) texts.push('and drops at more places than the kernel counts');
  return texts.join('; ');
}

function cells(row: NamedCount, seconds: number | undefined): string[] {
  const { drops, reason, symbol, module, programCounter, trap, trapGroup, discard } = row;
  const address = programCounter === undefined ? undefined : `0x${programCounter.toString(16)}`;
  const named = symbol === undefined ? undefined : symbol + (module === undefined ? '' : `[${module}]`);
  const why = reason ?? trap;
  const where = named ?? address ?? trapGroup;
  return [
    `${drops}`,
    seconds === undefined ? NOT_KNOWN : rate(drops, seconds),
    why === undefined ? NO_REASON : encodeValue(why),
    where === undefined ? NOT_KNOWN : encodeValue(where),
    discard?.name ?? NOT_KNOWN,
  ];
}

function rate(drops: number, seconds: number): string {
  return (drops / seconds).toFixed(1);
}

function dropsText(drops: number): string {
  return `${drops} ${drops === 1 ? 'drop' : 'drops'}`;
}

/** Rows as lines, with two blanks between columns. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = HEAD.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) => {
    const padded = row.map((text, i) => (i < NUMBERS ? text.padStart(widths[i]!) : text.padEnd(widths[i]!)));
    return `  ${padded.join('  ')}`.trimEnd();
  });
}
