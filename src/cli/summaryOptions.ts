import { InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../errors.js';
import { lineOptions } from './lineOptions.js';
import type { CliOptions } from './options.js';

/** The options of `--summary`, as commander parses them. */
export interface SummaryOptions {
  readonly summary?: true;
  /** Seconds. */
  readonly interval?: number;
  readonly alertMode?: 'packet' | 'summary';
}

/** Seconds between two tables of a live capture. */
export const DEFAULT_INTERVAL_SECONDS = 5;
const MAX_INTERVAL_SECONDS = 86_400;

/** The options of `--summary`, without a value: a word after it is of the expression. */
export function summaryOptions(): Option[] {
  return [
    new Option('--summary', 'print counts of drops by reason and place, instead of the drops'),
    new Option(
      '--interval <seconds>',
      `with --summary: the time between two tables (default: ${DEFAULT_INTERVAL_SECONDS}; with -r: only the total)`,
    ).argParser(seconds),
    new Option(
      '--alert-mode <mode>',
      'with --summary: packet takes each drop with its reason; summary makes the kernel count by place, without packets and reasons (default: packet)',
    ).choices(['packet', 'summary']),
  ];
}

function seconds(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0.1 && value <= MAX_INTERVAL_SECONDS) return value;
  throw new InvalidArgumentError(`It takes a number of seconds from 0.1 to ${MAX_INTERVAL_SECONDS}.`);
}

/**
 * Most bytes of a packet that the kernel copies for a capture; undefined: as it does by default. Counts need no bytes, so
 * the kernel copies one (0 is the whole packet), unless an expression may need them or -s says how many.
 */
export function truncationFor(
  { summary, snapshotLength }: CliOptions,
  filtered: boolean,
): number | undefined {
  return snapshotLength ?? (summary && !filtered ? 1 : undefined);
}

/** Whether a summary can take counts of the kernel's: nothing asks about single drops or their reasons. */
export function takesCounts({ hide, drops }: CliOptions, filtered: boolean): boolean {
  return !filtered && !hide && drops === undefined;
}

/**
 * @param filtered whether there is an expression
 * @throws UsageError for options that contradict one another
 */
export function checkSummary(options: CliOptions, filtered: boolean): void {
  const { summary, interval, alertMode } = options;
  if (!summary) {
    if (interval !== undefined)
      throw new UsageError('--interval is the time between two tables: it goes with --summary');
    if (alertMode !== undefined)
      throw new UsageError('--alert-mode goes with --summary: packets need no other mode');
    return;
  }
  refuse('prints counts in place of drops', [
    ['-w', options.write],
    ['--print', options.print],
    ['--count', options.count],
    ...lineOptions(options),
  ]);
  refuse('counts all drops', [
    ['--status-interval', options.statusInterval],
    ['--dedupe', options.dedupe],
    ['--sample', options.sample],
    ['--rate-limit', options.rateLimit],
  ]);
  if (alertMode === undefined) return;
  if (options.read !== undefined)
    throw new UsageError('--alert-mode goes with capturing from the kernel, not with -r');
  if (alertMode === 'packet') return;
  const packetOptions: [string, unknown][] = [
    ['an expression', filtered || undefined],
    ['--hide', options.hide],
    ['-c', options.drops],
    ['-s', options.snapshotLength],
    ['--queue-length', options.queueLength],
  ];
  for (const [name, value] of packetOptions) {
    if (value === undefined) continue;
    throw new UsageError(
      `--alert-mode summary counts without packets and reasons: it does not go with ${name} (--alert-mode packet does)`,
    );
  }
}

function refuse(what: string, given: readonly (readonly [string, unknown])[]): void {
  for (const [name, value] of given)
    if (value !== undefined) throw new UsageError(`--summary ${what}: it does not go with ${name}`);
}
