import type { Explained } from '../explain/explain.js';
import type { FlowRow, Meaning, Report, Row, Table } from './report.js';
import { MEANING_WORDS, MEANINGS } from './texts.js';
import { countText, dropsText, durationText, rateText, shareText } from './times.js';

/** Characters of the longest bar, and lines of the time line. */
const BAR = 50;
const MAX_LINES = 40;

/** The report as Markdown (GitHub's dialect) in printable ASCII. Texts of the file cannot become markup. */
export function reportMarkdown(report: Report): string {
  const { verdict, losses, stories, bursts } = report;
  const lines = [
    '# Dropped packets',
    '',
    ...verdict.map((line) => `- ${plain(line)}`),
    ...section('Capture', inputLines(report)),
    ...section(
      'Completeness',
      losses.map((text) => `- ${plain(text)}`),
    ),
    ...section('Causes', causeLines(report)),
    ...section(
      'Bursts',
      bursts.map(
        (burst) =>
          `- ${timeText(burst.start)}: ${countText(burst.drops)} drops in ${durationText(burst.seconds)}, ${shareText(burst.causeShare)} of them ${code(burst.cause)}`,
      ),
    ),
    ...section(
      'What happened',
      stories.map((text) => `- ${plain(text)}`),
    ),
    ...section('Over time', timeLines(report)),
    ...groupLines(report),
    ...section('Flows', flowLines(report.flows)),
    ...section('Filters', filterLines(report)),
    ...report.explanations.flatMap((one, i) => [
      ...(i === 0 ? ['', '## What the causes mean'] : []),
      ...explanationLines(one),
    ]),
    ...section(
      'Causes without an explanation',
      report.unexplained.map((name) => `- ${code(name)}`),
    ),
    ...section('Packets', sampleLines(report)),
    '',
    `Made by ${plain(report.application)}.`,
  ];
  return `${lines.join('\n')}\n`;
}

/** A section, unless it has no lines. */
function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines];
}

function inputLines({ inputs }: Report): string[] {
  return table(
    ['file', 'drops', 'from', 'to', 'system', 'written by'],
    inputs.map(({ path, drops, start, end, os, application }) => [
      code(path),
      countText(drops),
      timeText(start),
      timeText(end),
      os === null ? 'not known' : code(os),
      application === null ? 'not known' : code(application),
    ]),
  );
}

function causeLines({ causes }: Report): string[] {
  if (causes.rows.length === 0) return [];
  return [
    ...table(
      ['drops', 'share', 'a second', 'cause', 'class', 'meaning', 'first', 'last'],
      causes.rows.map((row) => [
        ...numbers(row),
        code(row.name),
        row.class === null ? 'not known' : code(row.class),
        MEANING_WORDS[row.meaning],
        timeText(row.first),
        timeText(row.last),
      ]),
    ),
    ...moreLines(causes),
  ];
}

function groupLines({ classes, reasons, places, interfaces, origins, traps, protocols }: Report): string[] {
  const groups: [string, Table][] = [
    ['Classes', classes],
    ['Reasons', reasons],
    ['Places', places],
    ['Interfaces', interfaces],
    ['Origins', origins],
    ['Traps', traps],
    ['Protocols', protocols],
  ];
  return groups.flatMap(([title, group]) => {
    const rows = group.rows.map((row) => [
      ...numbers(row),
      code(row.name),
      timeText(row.first),
      timeText(row.last),
    ]);
    return section(
      title,
      rows.length === 0
        ? []
        : [...table(['drops', 'share', 'a second', 'name', 'first', 'last'], rows), ...moreLines(group)],
    );
  });
}

function flowLines(flows: Table<FlowRow>): string[] {
  if (flows.rows.length === 0) return [];
  const inexact = flows.rows.some(({ missedAtMost }) => missedAtMost > 0);
  const rows = flows.rows.map((row) => [
    countText(row.drops) + (row.missedAtMost > 0 ? ` to ${countText(row.drops + row.missedAtMost)}` : ''),
    shareText(row.share),
    code(row.name),
    code(row.cause),
    timeText(row.first),
    timeText(row.last),
  ]);
  return [
    ...table(['drops', 'share', 'flow', 'cause', 'first', 'last'], rows),
    ...moreLines(flows),
    ...(inexact ? ['', 'There were more flows than the report has room for: some numbers are ranges.'] : []),
  ];
}

/** Bars over time, at most 40: several spans are one line if there are more. */
function timeLines({ timeLine }: Report): string[] {
  const { spans, seconds } = timeLine;
  if (spans.length < 2) return [];
  const perLine = Math.ceil(spans.length / MAX_LINES);
  const groups = Array.from({ length: Math.ceil(spans.length / perLine) }, (_, i) => {
    const some = spans.slice(i * perLine, (i + 1) * perLine);
    const drops = MEANINGS.map((meaning) => some.reduce((sum, span) => sum + span.drops[meaning], 0));
    return { start: some[0]!.start, drops, total: drops.reduce((sum, number) => sum + number, 0) };
  });
  const most = Math.max(...groups.map(({ total }) => total));
  const width = Math.max(...groups.map(({ total }) => countText(total).length));
  return [
    `Each line is ${durationText(seconds * perLine)}. ${Object.entries(BAR_LETTERS)
      .map(([meaning, letter]) => `\`${letter}\` ${MEANING_WORDS[meaning as Meaning]}`)
      .join(', ')}.`,
    '',
    '```text',
    ...groups.map(({ start, drops, total }) =>
      `${start.slice(0, -4)}Z ${countText(total).padStart(width)} ${bar(drops, most)}`.trimEnd(),
    ),
    '```',
  ];
}

const BAR_LETTERS: Readonly<Record<Meaning, string>> = {
  unintended: '#',
  unclear: '?',
  unknown: 'x',
  intended: '-',
  noise: '.',
};

function bar(drops: readonly number[], most: number): string {
  let [text, sum] = ['', 0];
  MEANINGS.forEach((meaning, i) => {
    sum += drops[i]!;
    // At least one letter for what hurts, however little it is.
    const end = Math.max(Math.round((sum / most) * BAR), text.length + (i === 0 && drops[i]! > 0 ? 1 : 0));
    text = text.padEnd(end, BAR_LETTERS[meaning]);
  });
  return text;
}

function filterLines({ causes, flows }: Report): string[] {
  const rows = [...causes.rows, ...flows.rows].filter(({ displayFilter }) => displayFilter !== null);
  if (rows.length === 0) return [];
  const texts = rows.map(
    ({ name, dropcapFilter, displayFilter }) =>
      `# ${name}\n${dropcapFilter === null ? '' : `dropcap -r FILE '${dropcapFilter}'\n`}wireshark -r FILE -Y '${displayFilter}'`,
  );
  return [
    'For dropcap and for Wireshark with the plugin of dropcap:',
    '',
    '```text',
    ...texts.join('\n\n').split('\n'),
    '```',
  ];
}

function explanationLines({ name, explanation }: Explained): string[] {
  const { what, causes, sender, counters, next } = explanation;
  return [
    '',
    `### ${plain(name)}`,
    '',
    plain(what),
    '',
    ...causes.map(([cause, sign], i) => `${i + 1}. ${plain(cause)} Sign: ${plain(sign)}`),
    '',
    `- Sender: ${plain(sender)}`,
    `- Counters: ${plain(counters)}`,
    '',
    '```sh',
    ...next,
    '```',
  ];
}

function sampleLines({ samples }: Report): string[] {
  return samples.flatMap(({ cause, time, interface: device, packet, bytes }, i) => [
    ...(i === 0 ? [] : ['']),
    `First packet of ${code(cause)}, ${timeText(time)}, ${device === null ? 'no device name' : code(device)}:`,
    '',
    '```text',
    packet,
    ...bytes,
    '```',
  ]);
}

function numbers(row: Row): string[] {
  return [
    countText(row.drops),
    shareText(row.share),
    row.perSecond === null ? '' : rateText(row.perSecond, 3),
  ];
}

function moreLines({ moreRows, moreDrops }: Table): string[] {
  if (moreDrops === 0) return [];
  return [
    '',
    `${moreRows === null ? 'More rows' : `${countText(moreRows)} more ${moreRows === 1 ? 'row' : 'rows'}`} with ${dropsText(moreDrops)}.`,
  ];
}

/** A table whose columns are aligned, so that it can be read as text too. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((text, i) => Math.max(3, text.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map((row) => line(row))];
}

function timeText(iso: string | null): string {
  return iso === null ? 'not known' : iso.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
}

/** A name as code. In code, only these characters could end it or its cell. */
function code(text: string): string {
  return `\`${text.replaceAll('`', '%60').replaceAll('|', '%7C')}\``;
}

/**
 * A sentence without markup: every character that could begin some is escaped. An underscore inside a word begins none. GitHub makes
 * links of addresses, and of names after `@` and numbers after `#`, also when these are escaped: a space of no width divides them.
 */
function plain(text: string): string {
  return text
    .replace(/[\\`*{}[\]<>|~&$]|(?<!\w)_|_(?!\w)|:(?=\/\/)|(?<=\bwww)\./gi, '\\$&')
    .replace(/[@#]/g, '$&&#8203;');
}
