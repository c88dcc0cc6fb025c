import { setTimeout as delay } from 'node:timers/promises';
import { capture, type CaptureSummary } from '../capture/capture.js';
import { CaptureError } from '../capture/captureError.js';
import { messageOf, UsageError } from '../errors.js';
import type { DropFilter } from '../filter/compileFilter.js';
import { completenessOf } from '../report/losses.js';
import { countText } from '../report/times.js';
import { openKernelSource } from '../source/live/kernel.js';
import type { DropSource } from '../source/source.js';
import { filterDrops } from '../stage/filter.js';
import {
  EXIT_COMMAND_FAILED,
  EXIT_FAILED,
  EXIT_FOUND,
  EXIT_NOT_PROVED,
  EXIT_OK,
  exitStatusOf,
} from './exitStatus.js';
import { filterOf } from './expression.js';
import { PRIORITY_ERROR, PRIORITY_WARNING } from './journal.js';
import type { CliOptions } from './options.js';
import { openOutputs, type Outputs } from './outputs.js';
import { sudoUser } from './privileges.js';
import { ShownDrops } from './shownDrops.js';
import { openSymbols } from './symbols.js';
import { say } from './terminal.js';
import { startCommand } from './testedCommand.js';
import { checkMonitorOptions, whenMonitored } from './monitorOptions.js';

/** The options of `dropcap assert`, as commander parses them. */
export interface AssertOptions {
  readonly write?: string;
  readonly force?: true;
  readonly bufferSize?: number;
  readonly queueLength?: number;
  readonly passive?: true;
  readonly takeover?: true;
  /** Seconds from the command's end to the end of the capture. */
  readonly settle: number;
}

/** Drops that are shown. */
const SHOWN = 20;
const MILLISECONDS = 1000;
const KIB = 1024;

/**
 * Captures while a command runs, and says whether drops fit an expression. Returns the exit status. The process keeps its
 * user, also under sudo: the command may need it, and signals are sent on to the command.
 * @param openSource opens the running kernel; for tests
 * @throws UsageError for wrong usage; NetlinkError and UnsupportedKernelError when a capture is not possible
 */
export async function assertNoDrops(
  expression: string,
  command: readonly string[],
  options: AssertOptions,
  openSource: typeof openKernelSource = openKernelSource,
): Promise<number> {
  if (options.write === '-')
    throw new UsageError('-w takes a file here: standard output is that of the command');
  checkMonitorOptions(options, undefined);
  if (command[0] === '') throw new UsageError('the name of the command is empty');
  // Before the capture starts: libpcap looks up host names.
  const filter = await filterOf({}, expression);
  for (const doubt of filter?.doubts ?? []) say(`dropcap: filter: ${doubt}`);
  try {
    return judge(await captureDuring(command, filter, options, openSource), expression);
  } catch (error) {
    if (exitStatusOf(error) !== EXIT_FAILED) throw error;
    say(`dropcap: ${messageOf(error)}`, PRIORITY_ERROR);
    return EXIT_NOT_PROVED;
  }
}

/** What a capture during a command found. */
interface Found {
  readonly drops: ShownDrops;
  /** Why the command failed; undefined for success. */
  readonly commandFailure: string | undefined;
  /** Why drops may be missing; empty when none is. */
  readonly doubts: readonly string[];
  readonly name: string | undefined;
}

async function captureDuring(
  command: readonly string[],
  filter: DropFilter | undefined,
  options: AssertOptions,
  openSource: typeof openKernelSource,
): Promise<Found> {
  const symbols = await openSymbols({});
  const written: CliOptions = { ...options, origin: 'all', format: 'pcapng', pc: true };
  const outputs = options.write === undefined ? undefined : await openOutputs(written, sudoUser());
  const doubts: string[] = [];
  const source = await openOrDiscard(outputs, () =>
    openSource({
      queueLength: options.queueLength,
      whenMonitored: whenMonitored(options),
      receiveBufferBytes: options.bufferSize === undefined ? undefined : options.bufferSize * KIB,
      onNotice: (text) => say(`dropcap: ${text}`, PRIORITY_WARNING),
      onInterruption: () => doubts.push('another program turned monitoring off for a moment'),
    }),
  );
  outputs?.connect(source, symbols, written, filter?.text, undefined);
  const drops = new ShownDrops(source, symbols, SHOWN);
  const capturing = captured(source, [drops, ...(outputs?.outlets ?? [])], filter);
  const tested = startCommand(command);
  const commandFailure = await tested.ended;
  await delay(options.settle * MILLISECONDS, undefined, { signal: tested.interrupted }).catch(() =>
    doubts.push('a signal ended the capture before the time of --settle'),
  );
  // A source that cannot be stopped reports this as the capture's failure.
  await source.stop().catch(() => {});
  const { summary, failure } = await capturing;
  tested.forgetSignals();
  await outputs?.files?.end();
  doubts.push(...lossesOf(summary));
  if (failure !== undefined) doubts.push(`the capture failed: ${messageOf(failure)}`);
  return { drops, commandFailure, doubts, name: outputs?.name };
}

async function openOrDiscard(
  outputs: Outputs | undefined,
  open: () => Promise<DropSource>,
): Promise<DropSource> {
  try {
    return await open();
  } catch (error) {
    await outputs?.discard();
    throw error;
  }
}

/** Runs a capture to its end, also when it fails. */
async function captured(
  source: DropSource,
  outlets: Parameters<typeof capture>[1],
  filter: DropFilter | undefined,
): Promise<{ summary: CaptureSummary; failure?: unknown }> {
  try {
    return { summary: await capture(source, outlets, { stages: filter ? [filterDrops(filter)] : [] }) };
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    return { summary: error.summary, failure: error.cause };
  }
}

function lossesOf(summary: CaptureSummary): string[] {
  const nothing = { repeated: 0, timeless: 0 };
  const { complete, texts } = completenessOf([{ summary, filter: undefined, problem: undefined }], nothing);
  const { cut } = summary.source;
  return [
    ...(complete ? [] : texts),
    ...(cut > 0
      ? [`${countText(cut)} alerts were cut: an expression about packets may not see all of them`]
      : []),
  ];
}

/** Says what was found, and returns the exit status. */
function judge({ drops, commandFailure, doubts, name }: Found, expression: string): number {
  const fit = expression === '' ? '' : ` fit: ${expression}`;
  if (drops.count > 0) {
    say(`dropcap: ${countText(drops.count)} ${drops.count === 1 ? 'drop' : 'drops'}${fit}`, PRIORITY_ERROR);
    for (const line of drops.lines) say(line);
    const more = drops.count - drops.lines.length;
    if (more > 0)
      say(`dropcap: and ${countText(more)} more${name === undefined ? ' (-w FILE keeps all)' : ''}`);
  }
  for (const doubt of doubts) say(`dropcap: not complete: ${doubt}`, PRIORITY_WARNING);
  if (commandFailure !== undefined) say(`dropcap: ${commandFailure}`, PRIORITY_ERROR);
  if (drops.count > 0) return EXIT_FOUND;
  if (commandFailure !== undefined) return EXIT_COMMAND_FAILED;
  if (doubts.length > 0) {
    say(
      `dropcap: nothing is proved: no drop${fit.replace(' fit', ' fits')}, but drops may be missing`,
      PRIORITY_ERROR,
    );
    return EXIT_NOT_PROVED;
  }
  say(`dropcap: no drop${fit.replace(' fit', ' fits')}`);
  return EXIT_OK;
}
