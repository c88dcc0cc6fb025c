import { totalmem } from 'node:os';
import { InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../errors.js';
import { LEAST_STORE_BYTES, MOST_TRIGGER_RATE } from '../recorder/limits.js';

/** The options of a recorder, as commander parses them. Any of the first three turns it on. */
export interface RecorderCliOptions {
  /** Bytes of memory. */
  readonly recorder?: number;
  readonly trigger?: string;
  readonly triggerRate?: number;
  /** Seconds. */
  readonly before?: number;
  readonly after?: number;
  readonly triggerPause?: number;
}

export const DEFAULT_RECORDER_BYTES: number = 16 << 20;
export const DEFAULT_AFTER_SECONDS = 10;
export const DEFAULT_PAUSE_SECONDS = 60;
/** The limit of setTimeout in seconds, less the time for drops that arrive late. */
const MAX_SECONDS = 2_147_000;
const UNITS: ReadonlyMap<string, number> = new Map([
  ['M', 1 << 20],
  ['G', 1 << 30],
]);

export function recorderOptions(): Option[] {
  return [
    new Option(
      '--recorder <size>',
      'remember the last drops in this much memory, such as 64M (default with a trigger: 16M), and write them only when a trigger comes: --trigger, --trigger-rate or SIGUSR2',
    ).argParser(size),
    new Option('--trigger <expression>', 'trigger: a drop that fits this expression').argParser(expression),
    new Option('--trigger-rate <count>', 'trigger: more than this number of drops within a second').argParser(
      rate,
    ),
    new Option(
      '--before <seconds>',
      'write at most so much from before a trigger (default: all that is remembered)',
    ).argParser(seconds),
    new Option(
      '--after <seconds>',
      `write so much from after a trigger (default: ${DEFAULT_AFTER_SECONDS})`,
    ).argParser(seconds),
    new Option(
      '--trigger-pause <seconds>',
      `let drops trigger no more for this time afterwards (default: ${DEFAULT_PAUSE_SECONDS})`,
    ).argParser(seconds),
  ];
}

/** Whether the options ask for a recorder. */
export function hasRecorder({ recorder, trigger, triggerRate }: RecorderCliOptions): boolean {
  return recorder !== undefined || trigger !== undefined || triggerRate !== undefined;
}

/** @throws UsageError for options that contradict one another, and for more memory than half of this host's */
export function checkRecorder(options: RecorderCliOptions & { readonly write?: string }): void {
  if (!hasRecorder(options)) {
    for (const [name, value] of [
      ['--before', options.before],
      ['--after', options.after],
      ['--trigger-pause', options.triggerPause],
    ] as const) {
      if (value !== undefined)
        throw new UsageError(`${name} goes with --recorder, --trigger or --trigger-rate`);
    }
    return;
  }
  if (options.write === undefined || options.write === '-')
    throw new UsageError('a recorder writes a file for each trigger: name them with -w FILE');
  const most = memoryBytes() / 2;
  const { recorder = DEFAULT_RECORDER_BYTES } = options;
  if (recorder > most) {
    const mebibytes = Math.floor(most / (1 << 20));
    throw new UsageError(`--recorder may take half of the memory: at most ${mebibytes}M here`);
  }
}

/** Memory of this host, or of the container if its limit is lower. */
function memoryBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

function size(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,6})([MG])$/i.exec(text) ?? [];
  const value = Number(number) * (UNITS.get(unit.toUpperCase()) ?? 0);
  if (value >= LEAST_STORE_BYTES) return value;
  throw new InvalidArgumentError(
    'It takes a number of megabytes or gigabytes from 1M up, such as 64M or 1G.',
  );
}

function expression(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('It takes an expression, such as "reason = SOCKET_RCVBUFF".');
}

function rate(text: string): number {
  const value = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= MOST_TRIGGER_RATE) return value;
  throw new InvalidArgumentError(`It takes a whole number from 1 to ${MOST_TRIGGER_RATE}.`);
}

function seconds(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value <= MAX_SECONDS) return value;
  throw new InvalidArgumentError(`It takes a number of seconds from 0 to ${MAX_SECONDS}.`);
}
