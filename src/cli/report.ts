import type { CaptureCounters, CaptureSummary } from '../capture/capture.js';
import { grouped } from '../grouped.js';

/** Name of the stage for -c (stage/limit.ts). */
const COUNT_STAGE = 'count';
/** The name of the stage for the expression, which has no option. */
const FILTER_STAGE = 'filter';
/** Name of the stage that leaves out noise (stage/hide.ts). */
const HIDE_STAGE = 'hide';

/** Numbers of drops by the name of their noise. */
export type HiddenCounts = Readonly<Record<string, number>>;

/** Which file of several is being written. */
export interface RingState {
  /** Number of the file, from 1. */
  readonly file: number;
  /** Number of files that are kept; undefined when all are kept. */
  readonly of?: number | undefined;
  /** Bytes of this file so far. */
  readonly bytes: number;
  /** Number of files that were removed, to make room for later ones. */
  readonly removed: number;
  /** Number of files that were to make room but stayed: moved or changed by others, or not made by this run. */
  readonly leftAlone: number;
}

/** Counters of the output. */
export interface OutputCounters {
  /** Path of the file that is being written, or `standard output`; undefined when nothing is written. */
  readonly name: string | undefined;
  /** Left out when the output is one file. */
  readonly ring?: RingState | undefined;
  readonly written: number;
  readonly bytes: number;
  /** Packets that were cut because readers take no longer ones. */
  readonly cutPackets: number;
  /** Drops that came after the end of the last file. */
  readonly refused: number;
  /** Undefined without a recorder. */
  readonly recorder?: RecorderCounters | undefined;
}

/** Counters of a recorder. */
export interface RecorderCounters {
  /** Files. */
  readonly dumps: number;
  /** Drops that were remembered, and are in no file. */
  readonly notDumped: number;
  /** Triggers that came while a dump was written, or in the pause after it. */
  readonly ignoredTriggers: number;
}

/** The counters in a few words, for a service manager. */
export function briefText({ captured, lost }: CaptureCounters, { written, bytes }: OutputCounters): string {
  const losses = lost === 0 ? '' : `, ${lost} lost`;
  return `${captured} captured, ${written} written${losses}, ${sizeText(bytes)}`;
}

/** The summary of a capture as one line of JSON: every counter by its name; null: not known. */
export function summaryJson(summary: CaptureSummary, output: OutputCounters, hidden?: HiddenCounts): string {
  return jsonOf(summaryCounters(summary, output, hidden));
}

/** Every counter of a capture by its name. Undefined: not known. */
export function summaryCounters(
  summary: CaptureSummary,
  output: OutputCounters,
  hidden: HiddenCounts = {},
): object {
  const { captured, lost, source } = summary;
  const { written, bytes, cutPackets, refused, ring, recorder } = output;
  const filtered = captured - summary.delivered;
  const removed = Object.fromEntries(leftOut(summary));
  return {
    captured,
    filtered,
    removed,
    hidden,
    lost,
    // Without an output, nothing could be written.
    ...(output.name !== undefined && { written, bytes, cutPackets, refused }),
    ...(ring && { files: ring.file, removedFiles: ring.removed, leftAloneFiles: ring.leftAlone }),
    ...source,
    ...(recorder && { recorder }),
  };
}

/** The object as one line of JSON, with null for undefined. */
export function jsonOf(value: object): string {
  return JSON.stringify(value, (_, member: unknown) => (member === undefined ? null : member));
}

/** The files of a capture, and what became of those that a ring has no room for. */
function filesText({ file, removed, leftAlone }: RingState): string {
  const parts = [
    removed > 0 && `${removed} removed to make room`,
    leftAlone > 0 && `${leftAlone} left alone (moved, changed, or there before)`,
    removed + leftAlone > 0 && `${file - removed - leftAlone} kept`,
  ].filter((part) => part !== false);
  return [count(file, 'file', 'files'), parts.join(', ')].filter((text) => text !== '').join(': ');
}

/** The drops that each stage left out. Those after the end by -c do not count: they were not captured. */
function leftOut({ removed }: CaptureSummary): [stage: string, drops: number][] {
  return Object.entries(removed).filter(([stage]) => stage !== COUNT_STAGE);
}

/**
 * The summary of a capture, one number a line: five numbers that are always shown, then the other counters that are
 * not 0. Hints after losses name the option that reduces these losses.
 * @param output undefined for a capture that writes no drops
 */
export function summaryLines(
  summary: CaptureSummary,
  output: OutputCounters | undefined,
  hidden: HiddenCounts = {},
): string[] {
  const { source } = summary;
  const lines = [
    count(summary.captured, 'drop captured', 'drops captured'),
    ...(output ? [count(output.written, 'drop written', 'drops written')] : []),
    loss(source.queueDrops, 'queue drop', 'queue drops', 'the kernel queued no more: raise --queue-length'),
    loss(source.overruns, 'overrun', 'overruns', 'the receive buffer was full: raise -B, or lower -s'),
    count(source.malformed, 'malformed alert', 'malformed alerts'),
  ];
  const ring = output?.ring;
  if (ring && (!output.recorder || ring.removed + ring.leftAlone > 0)) lines.push(filesText(ring));
  const { queueDrops, overruns } = source;
  const partly = queueDrops === undefined || overruns === undefined;
  if (partly && summary.lost > 0) {
    lines.push(`at least ${count(summary.lost, 'drop', 'drops')} lost: the packets report them`);
  }
  if (Object.keys(hidden).length > 0) lines.push(hiddenText(hidden));
  if (output?.recorder) lines.push(...recorderLines(output.recorder));
  const byOption = leftOut(summary).filter(([stage]) => stage !== HIDE_STAGE);
  const others: [number, string, string, string?][] = [
    ...byOption.map(([stage, drops]): [number, string, string] => {
      const by = stage === FILTER_STAGE ? 'the filter' : `--${stage}`;
      return [drops, `drop left out by ${by}`, `drops left out by ${by}`];
    }),
    [source.damagedBlocks, 'damaged block', 'damaged blocks'],
    [source.otherPackets, 'packet that is no drop', 'packets that are no drops'],
    // Only of a recording without drops: every recording has such messages.
    [
      summary.captured === 0 ? source.otherMessages : 0,
      'netlink message, which is not of NET_DM',
      'netlink messages, none of NET_DM',
    ],
    [
      source.hardwareQueueDrops ?? 0,
      "of the queue drops was hardware's",
      "of the queue drops were hardware's",
    ],
    [output?.refused ?? 0, 'drop after the end of the last file', 'drops after the end of the last file'],
    [
      output?.cutPackets ?? 0,
      'packet cut in the file',
      'packets cut in the file',
      'readers take no packet of more than 262144 bytes',
    ],
    [source.cut, 'alert cut', 'alerts cut', 'their packets are shorter than the kernel sent them'],
    [
      source.alertCopies,
      'copy of an alert',
      'copies of alerts',
      'another program has a filter on its socket',
    ],
    [
      source.summarized,
      'drop only counted',
      'drops only counted',
      'the monitor was in summary mode, without packets',
    ],
    [
      source.unknownAttributes,
      'unknown attribute',
      'unknown attributes',
      'the kernel is newer than this dropcap',
    ],
  ];
  for (const [number, one, many, hint] of others) if (number > 0) lines.push(count(number, one, many, hint));
  return lines;
}

function recorderLines({ dumps, notDumped, ignoredTriggers }: RecorderCounters): string[] {
  return [
    count(dumps, 'file for a trigger', 'files for triggers'),
    count(notDumped, 'drop remembered and not written', 'drops remembered and not written'),
    count(
      ignoredTriggers,
      'more trigger',
      'more triggers',
      'while a file was written, or in the pause after it',
    ),
  ];
}

/** `hidden: 1,203 socket-close, 12 queue-purge`, the most frequent first. */
function hiddenText(hidden: HiddenCounts): string {
  const counts = Object.entries(hidden).toSorted(([, a], [, b]) => b - a);
  return `hidden: ${counts.map(([name, drops]) => `${grouped(drops)} ${name}`).join(', ')}`;
}

/** A counter of losses: its text, or that it is not known. */
function loss(number: number | undefined, one: string, many: string, hint: string): string {
  return number === undefined
    ? `${many} not known: what was read does not report them`
    : count(number, one, many, hint);
}

function count(number: number, one: string, many: string, hint?: string): string {
  const text = `${number} ${number === 1 ? one : many}`;
  return number > 0 && hint !== undefined ? `${text} (${hint})` : text;
}

/** `1.5 MB`: decimal units, as Wireshark shows them. */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
