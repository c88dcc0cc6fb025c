import { capture, type CaptureCounters, type CaptureSummary } from '../capture/capture.js';
import { CaptureError } from '../capture/captureError.js';
import { errnoOf, messageOf, OutputError } from '../errors.js';
import type { DropFilter } from '../filter/compileFilter.js';
import { movedCounters, readCounters } from '../host/counters.js';
import type { DropSource } from '../source/source.js';
import type { HideStage } from '../stage/hide.js';
import type { SymbolLookup } from '../symbols/symbolLookup.js';
import { hideStageFor, stagesFor } from './captureStages.js';
import { EXIT_FAILED, EXIT_OK, exitStatusOf } from './exitStatus.js';
import type { CliOptions } from './options.js';
import type { Outputs } from './outputs.js';
import { hasRecorder } from './recorderOptions.js';
import { progressText, unreadText } from './progress.js';
import { statusText, summaryJson, summaryLines } from './report.js';
import { print, say, StatusLine } from './terminal.js';

const EPIPE = 32;

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
  outputs?: Outputs;
  counters?: CaptureCounters;
  readonly follower: CaptureFollower | undefined;
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
  const line = statusLineFor(source, outputs, options);
  const start = performance.now();
  outputs.connect(source, symbols, options, run.filter?.text, run.trigger);
  run.outputs = outputs;
  const countersBefore = source.live && !options.quiet ? readCounters() : undefined;
  const endFollowing = run.follower?.onStart(source, () => run.counters?.captured ?? 0);
  let summary: CaptureSummary;
  let failure: unknown;
  try {
    summary = await capture(source, outputs.outlets, {
      stages: stagesFor(options, run.filter, hide),
      onProgress: (counters) => {
        run.counters = counters;
        line?.update(() => {
          const { progress } = source;
          const status = statusText(counters, outputs);
          return progress ? `${progressText(progress, performance.now() - start)}; ${status}` : status;
        });
      },
    });
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    summary = error.summary;
    failure = error.cause;
    // A recording can be read again: a file without its drops is worth nothing.
    if (!source.live && outputs.written === 0 && !(failure instanceof OutputError)) await outputs.discard();
  } finally {
    line?.clear();
    await endFollowing?.();
  }
  reportCounters(summary, outputs, options, hide);
  if (countersBefore) for (const text of movedCounters(countersBefore, readCounters())) say(text);
  return statusOf(source, summary, options, run, failure);
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

function statusLineFor(source: DropSource, outputs: Outputs, options: CliOptions): StatusLine | undefined {
  const isShown = source.live ? options.write !== undefined : !outputs.onTerminal;
  return isShown && !options.quiet && process.stderr.isTTY ? new StatusLine() : undefined;
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
    : summaryLines(summary, outputs, hide?.hidden))
    say(text);
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
    say(`dropcap: ${unread}`);
    return EXIT_FAILED;
  }
  // A closed pipe is no failure: the reader of our output has read enough (`dropcap | head`).
  if (!failure || isClosedPipe(failure)) return EXIT_OK;
  say(`dropcap: ${messageOf(failure)}`);
  return exitStatusOf(failure);
}

/** Whether the run has all drops that -c asks for. */
function isFinished({ delivered }: CaptureSummary, { drops = Infinity }: CliOptions): boolean {
  return delivered >= drops;
}

function isClosedPipe(error: unknown): boolean {
  return error instanceof OutputError && errnoOf(error.cause) === EPIPE;
}
