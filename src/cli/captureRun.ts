import { capture, type CaptureSummary } from '../capture/capture.js';
import { CaptureError } from '../capture/captureError.js';
import { isClosedPipe, messageOf, OutputError } from '../errors.js';
import type { DropFilter } from '../filter/compileFilter.js';
import { movedCounters, readCounters } from '../host/counters.js';
import { type DropSource, NO_STATISTICS } from '../source/source.js';
import type { HideStage } from '../stage/hide.js';
import type { SymbolLookup } from '../symbols/symbolLookup.js';
import { hideStageFor, stagesFor } from './captureStages.js';
import { CaptureStatus } from './captureStatus.js';
import { EXIT_FAILED, EXIT_OK, exitStatusOf } from './exitStatus.js';
import { PRIORITY_ERROR, PRIORITY_INFO, PRIORITY_WARNING } from './journal.js';
import { LiveLine } from './liveLine.js';
import type { CliOptions } from './options.js';
import { Outputs } from './outputs.js';
import { isRegular } from './paths.js';
import { unreadText } from './progress.js';
import { hasRecorder } from './recorderOptions.js';
import { briefText, summaryJson, summaryLines } from './report.js';
import type { ServiceManager } from './serviceManager.js';
import type { SummaryOutlet } from './summaryOutlet.js';
import { print, say } from './terminal.js';

const CLOCK_MS = 1000;
/** The summary of a capture that never began: it lost nothing. */
const NOTHING: CaptureSummary = {
  captured: 0,
  lost: 0,
  delivered: 0,
  removed: {},
  lostAtEnd: 0,
  source: { ...NO_STATISTICS, queueDrops: 0, hardwareQueueDrops: 0, overruns: 0 },
};

/** Follows a capture for another program than a terminal. */
export interface CaptureFollower {
  /** Takes a text for people, in place of standard error. */
  onNotice(text: string): void;
  /** Called when the capture starts, with its source and its counter of drops. Returns a function to call at its end. */
  onStart(source: DropSource, captured: () => number): () => Promise<void>;
}

/** A run, as far as it came. */
export interface Run {
  readonly filter: DropFilter | undefined;
  /** The expression of --trigger. */
  readonly trigger: DropFilter | undefined;
  /** What is being opened. */
  waitingFor: string;
  /** Whether a signal or --duration asked for the end. */
  interrupted: boolean;
  /** How far the capture is; undefined before it begins. */
  status?: CaptureStatus;
  readonly follower: CaptureFollower | undefined;
  readonly service: ServiceManager | undefined;
  /** What prints counts in place of drops. */
  readonly summary: SummaryOutlet | undefined;
}

/** Captures from an open source to open outputs, and reports on standard error. Returns the exit status. */
export async function captureFrom(
  source: DropSource,
  outputs: Outputs,
  symbols: SymbolLookup,
  options: CliOptions,
  run: Run,
): Promise<number> {
  const hide = hideStageFor(options, run.filter, outputs.onTerminal);
  if (!options.quiet) announce(source, options, hide !== undefined && !options.hide);
  const stages = stagesFor(options, run.filter, hide);
  outputs.connect(source, symbols, options, run.filter?.text, run.trigger);
  const status = new CaptureStatus(source, outputs, stages, hide);
  run.status = status;
  const line = hasLiveLine(source, outputs, options) ? new LiveLine(status) : undefined;
  const outlets = line || options.statusInterval ? [...outputs.outlets, status.tally] : outputs.outlets;
  const countersBefore = source.live && !options.quiet ? readCounters() : undefined;
  const forgetClock = watchClock(source, outputs);
  run.service?.ready(`${source.live ? 'capturing' : 'reading'} from ${source.description}`);
  const endFollowing = run.follower?.onStart(source, () => status.counters.captured);
  let summary: CaptureSummary;
  let failure: unknown;
  try {
    run.summary?.start();
    summary = await capture(source, run.summary ?? outlets, {
      stages,
      onProgress: (counters) => {
        status.counters = counters;
        run.service?.update(() => briefText(counters, outputs));
        line?.update();
      },
    });
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    summary = error.summary;
    failure = error.cause;
    // A recording can be read again: a file without its drops is worth nothing.
    if (!source.live && outputs.written === 0 && !(failure instanceof OutputError)) await outputs.discard();
  } finally {
    forgetClock();
    line?.end();
    await endFollowing?.();
    await outputs.files?.end();
  }
  // Also after a source that failed: its drops were counted. A failed output takes no total.
  if (run.summary && !(failure instanceof OutputError)) {
    const problem = await run.summary.printTotal(summary).catch((error: unknown) => error);
    failure ??= problem;
  }
  reportCounters(summary, outputs, options, hide);
  if (countersBefore)
    for (const text of movedCounters(countersBefore, readCounters())) say(text, PRIORITY_WARNING);
  return statusOf(source, summary, options, run, failure);
}

/** Ends files whose time is over although no drop comes. Returns a function that ends this. */
function watchClock(source: DropSource, outputs: Outputs): () => void {
  const { seconds, interval } = outputs.files?.limits ?? {};
  if (!source.live || (seconds === undefined && interval === undefined)) return () => {};
  const timer = setInterval(() => {
    if (outputs.endOnTime())
      void source.stop().catch((error: unknown) => say(`dropcap: ${messageOf(error)}`, PRIORITY_ERROR));
  }, CLOCK_MS);
  return () => clearInterval(timer);
}

/** Reports a run that was interrupted before its source and its outputs were open. Returns the exit status. */
export function endBeforeCapture(options: CliOptions): number {
  const { read } = options;
  if (read !== undefined && isRegular(read)) {
    say(`dropcap: interrupted: nothing of ${read} was read (run it again)`);
    return EXIT_FAILED;
  }
  reportCounters(NOTHING, new Outputs([]), options, undefined);
  return EXIT_OK;
}

function announce(source: DropSource, options: CliOptions, hidesByDefault: boolean): void {
  say(
    source.live
      ? `dropcap: capturing from ${source.description}; Ctrl-C ends`
      : `dropcap: reading from ${source.description}`,
  );
  if (options.verbose && source.settings) say(`dropcap: ${source.settings}`);
  if (options.format === 'pcap' && options.linktype !== 'NETLINK')
    say('dropcap: reasons and places are left out: pcap has no room for them (pcapng and -y NETLINK have)');
  if (hasRecorder(options))
    say(`dropcap: drops are remembered until a trigger comes (kill -USR2 ${process.pid} is one)`);
  if (hidesByDefault) say('dropcap: drops that are no loss are hidden: --all shows them');
}

function hasLiveLine(source: DropSource, outputs: Outputs, options: CliOptions): boolean {
  const { quiet, statusInterval, write, summary } = options;
  if (quiet || summary || statusInterval || outputs.onTerminal || !process.stderr.isTTY) return false;
  // A dumb terminal cannot clear the line. A reader of lines may print on the same terminal.
  return process.env['TERM'] !== 'dumb' && (!source.live || write !== undefined);
}

function reportCounters(
  summary: CaptureSummary,
  outputs: Outputs,
  options: CliOptions,
  hide: HideStage | undefined,
): void {
  if (options.count) print(`${summary.delivered} ${summary.delivered === 1 ? 'drop' : 'drops'}`);
  if (options.quiet) return;
  for (const text of options.json
    ? [summaryJson(summary, outputs, hide?.hidden)]
    : summaryLines(summary, options.summary ? undefined : outputs, hide?.hidden))
    say(text, summary.lost > 0 ? PRIORITY_WARNING : PRIORITY_INFO);
}

/** The exit status, after an error's text. */
function statusOf(
  source: DropSource,
  summary: CaptureSummary,
  options: CliOptions,
  run: Run,
  failure: unknown,
): number {
  const unread =
    run.interrupted && !failure && source.progress && !isFinished(summary, options)
      ? unreadText(source.progress, options.read!)
      : undefined;
  if (unread !== undefined) {
    say(`dropcap: ${unread}`, PRIORITY_ERROR);
    return EXIT_FAILED;
  }
  // A closed pipe is no failure: the reader of our output has read enough (`dropcap | head`).
  if (!failure || isClosedPipe(failure)) return EXIT_OK;
  say(`dropcap: ${messageOf(failure)}`, PRIORITY_ERROR);
  return exitStatusOf(failure);
}

/** Whether the run has all drops that -c asks for. */
function isFinished({ delivered }: CaptureSummary, { drops = Infinity }: CliOptions): boolean {
  return delivered >= drops;
}
