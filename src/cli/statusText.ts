import { basename } from 'node:path';
import type { CaptureSummary } from '../capture/capture.js';
import type { StatusFacts } from './captureStatus.js';
import { grouped } from '../grouped.js';
import { progressText } from './progress.js';
import type { RecentDrops } from './recentDrops.js';
import { type OutputCounters, type RingState, sizeText } from './report.js';
import { printable } from './terminal.js';

/** A part of the status, in forms from the longest to the shortest. An empty form leaves the part out. */
type Forms = readonly string[];

/** The parts of the line. */
interface Parts {
  readonly progress: Forms;
  readonly captured: Forms;
  readonly written: Forms;
  readonly most: Forms;
  readonly losses: Forms;
  readonly file: Forms;
}

/** The order of the parts after the progress. */
const ORDER: readonly (keyof Parts)[] = ['captured', 'written', 'most', 'losses', 'file'];
/** Which part takes its next shorter form when the line is too wide. Captured drops and losses always stay. */
const SHORTENING: readonly (keyof Parts)[] = [
  'file',
  'written',
  'most',
  'file',
  'file',
  'captured',
  'losses',
  'progress',
];
/** A character from here on may take two columns. */
const FIRST_WIDE = 0x300;

/** The status in one line, whole. */
export function statusText(facts: StatusFacts, recent: RecentDrops): string {
  return joined(partsOf(facts, recent), new Map());
}

/** The status in at most `width` columns: whole parts are shortened or left out, the least important ones first. */
export function fittedStatus(facts: StatusFacts, recent: RecentDrops, width: number): string {
  const parts = partsOf(facts, recent);
  const used = new Map<keyof Parts, number>();
  for (const part of SHORTENING) {
    if (columnsOf(joined(parts, used)) <= width) break;
    used.set(part, Math.min((used.get(part) ?? 0) + 1, parts[part].length - 1));
  }
  let text = joined(parts, used);
  while (columnsOf(text) > width) text = text.slice(0, -1);
  return text;
}

/** What the drops go to: `file 4 of 10: drops.pcapng 4.1 MB`. Empty when nothing is written. */
export function fileText({ name, bytes, ring }: OutputCounters): string {
  if (name === undefined) return '';
  const file = `${printable(basename(name))} ${sizeText(ring?.bytes ?? bytes)}`;
  return ring ? `${ringText(ring)}: ${file}` : file;
}

function partsOf({ summary, output, progress, elapsedMs }: StatusFacts, recent: RecentDrops): Parts {
  const { captured, delivered } = summary;
  const { most, perSecond } = recent;
  const caught = `${grouped(captured)} captured`;
  return {
    progress: progress ? [progressText(progress, elapsedMs), ''] : [''],
    captured: [`${caught} (${rateText(perSecond)}/s)`, caught],
    // The output writes what it has already taken: this differs from the captured drops for a moment.
    written: delivered === captured ? [''] : [`${grouped(output.written)} written`, ''],
    most: most ? [`most ${printable(most.reason)} (${Math.round(100 * most.share)} %)`, ''] : [''],
    losses: lossForms(summary),
    file: fileForms(output),
  };
}

/** Every loss by its name; shorter: their sum. */
function lossForms({ lost, source }: CaptureSummary): Forms {
  const { queueDrops, overruns, malformed, damagedBlocks, summarized } = source;
  const known = queueDrops !== undefined && overruns !== undefined;
  const unknown = lost > 0 ? `at least ${grouped(lost)} lost` : 'losses not known';
  const named = [
    ...(known ? [counted(queueDrops, 'queue drop'), counted(overruns, 'overrun')] : [unknown]),
    counted(malformed, 'malformed alert'),
    counted(damagedBlocks, 'damaged block'),
    counted(summarized, 'only counted', 'only counted'),
  ].filter((text) => text !== '');
  if (named.length === 0) return [''];
  const others = malformed + damagedBlocks + summarized;
  const all = (known ? queueDrops + overruns : lost) + others;
  const short = all === 0 ? unknown : `${known ? '' : 'at least '}${grouped(all)} lost`;
  return [named.join(', '), short];
}

/** A number with its name; empty for 0. */
function counted(number: number, one: string, many = `${one}s`): string {
  return number === 0 ? '' : `${grouped(number)} ${number === 1 ? one : many}`;
}

function fileForms(output: OutputCounters): Forms {
  const { bytes, ring } = output;
  const text = fileText(output);
  if (text === '') return [''];
  if (!ring) return [text, sizeText(bytes), ''];
  const size = sizeText(ring.bytes);
  return [text, `${ringText(ring)}, ${size}`, size, ''];
}

function ringText({ file, of }: RingState): string {
  return of === undefined ? `file ${file}` : `file ${file} of ${of}`;
}

function joined(parts: Parts, used: ReadonlyMap<keyof Parts, number>): string {
  const form = (name: keyof Parts) => parts[name][used.get(name) ?? 0]!;
  const text = ORDER.map(form)
    .filter((part) => part !== '')
    .join(', ');
  return form('progress') === '' ? text : `${form('progress')}; ${text}`;
}

/** `1,204`: with decimals below 10, where a whole number would hide a slow change. */
function rateText(perSecond: number): string {
  if (perSecond === 0 || perSecond >= 9.95) return grouped(Math.round(perSecond));
  return perSecond < 0.05 ? 'below 0.1' : perSecond.toFixed(1);
}

/** The number of columns that the text takes on a terminal, or more. */
function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += character.codePointAt(0)! < FIRST_WIDE ? 1 : 2;
  return columns;
}
