import { capture, type CaptureCounters, type CaptureSummary } from '../capture/capture.js';
import { CaptureError } from '../capture/captureError.js';
import { errnoOf, messageOf, OutputError } from '../errors.js';
import type { DropFilter } from '../filter/compileFilter.js';
import { movedCounters, readCounters } from '../host/counters.js';
import { openKernelSource } from '../source/live/kernel.js';
import { openRecording } from '../source/file/recording.js';
import type { DropSource } from '../source/source.js';
import type { SymbolLookup } from '../symbols/symbolLookup.js';
import { hideStageFor, stagesFor } from './captureStages.js';
import { checkOptions } from './checkOptions.js';
import { formatOf } from './encoder.js';
import { EXIT_FAILED, EXIT_OK, exitStatusOf } from './exitStatus.js';
import { filterOf } from './expression.js';
import { type CliOptions, originOf } from './options.js';
import { progressText, unreadText } from './progress.js';
import { checkOutputName } from './outputName.js';
import { nameOf, openOutputs, type Outputs } from './outputs.js';
import { statusText, summaryJson, summaryLines } from './report.js';
import { onEndSignal, onReportSignal } from './signals.js';
import { becomeUser, type User, userOf } from './privileges.js';
import { openSymbols } from './symbols.js';
import { print, say, StatusLine } from './terminal.js';

const EPIPE = 32;
const NO_COUNTERS: CaptureCounters = { captured: 0, lost: 0, delivered: 0 };

/** Follows a capture for another program than a terminal. */
export interface CaptureFollower {
  /** Takes a text for people, in place of standard error. */
  onNotice(text: string): void;
  /** Called when the capture starts, with its source and its counter of drops. Returns a function to call at its end. */
  onStart(source: DropSource, captured: () => number): () => Promise<void>;
}

/**
 * Runs a capture with the given options, and reports on standard error. Returns the exit status.
 * @throws UsageError, and the errors of opening a source or a sink.
 */
export async function runCapture(
  options: CliOptions,
  expression: string,
  follower?: CaptureFollower,
): Promise<number> {
  checkOptions(options);
  // Before the capture starts: libpcap looks up host names.
  const filter = await filterOf(options, expression);
  if (!options.quiet) for (const doubt of filter?.doubts ?? []) say(`dropcap: filter: ${doubt}`);
  const aboutName =
    options.write === undefined ? undefined : checkOutputName(options.write, formatOf(options));
  if (aboutName !== undefined && !options.quiet) say(`dropcap: ${aboutName}`);
  // Open the output first: if the output cannot be opened, monitoring must not start.
  const symbols = await openSymbols(options);
  const user = userOf(options.relinquishPrivileges);
  const run: Run = { filter, waitingFor: nameOf(options.write), interrupted: false, follower };
  // A FIFO without a reader blocks the next step: the counters can be asked for from here on.
  const forgetReports = onReportSignal(() => say(`dropcap: ${reportOf(run)}`));
  try {
    return await runWith(options, symbols, user, run);
  } finally {
    forgetReports();
  }
}

/** A run, as far as it came. */
interface Run {
  readonly filter: DropFilter | undefined;
  /** What is being opened. */
  waitingFor: string;
  /** Whether a signal or --duration asked for the end. */
  interrupted: boolean;
  outputs?: Outputs;
  counters?: CaptureCounters;
  readonly follower: CaptureFollower | undefined;
}

/** The answer to SIGUSR1. */
function reportOf({ waitingFor, outputs, counters = NO_COUNTERS }: Run): string {
  return outputs ? statusText(counters, outputs) : `0 captured, waiting for ${waitingFor}`;
}

async function runWith(
  options: CliOptions,
  symbols: SymbolLookup,
  user: User | undefined,
  run: Run,
): Promise<number> {
  const outputs = await openOutputs(options, user);
  // From here on, signals end the capture in order, also while monitoring is being started.
  let source: DropSource | undefined;
  let interrupt = () => {};
  const interrupted = new Promise<undefined>((resolve) => (interrupt = () => resolve(undefined)));
  const end = () => {
    run.interrupted = true;
    interrupt();
    void source?.stop().catch((error: unknown) => say(`dropcap: ${messageOf(error)}`));
  };
  const forgetSignals = onEndSignal(end, {
    bytes: () => outputs.pendingBytes,
    patienceMs: () => outputs.patienceMs,
    lossText: () => outputs.lossText,
  });
  let timer: NodeJS.Timeout | undefined;
  const startTimer = () => {
    if (options.duration !== undefined) timer = setTimeout(end, options.duration * 1000);
  };
  try {
    if (options.read !== undefined) startTimer();
    run.waitingFor = options.read === '-' ? 'standard input' : (options.read ?? 'the kernel');
    const opening = openSource(options, outputs, user, run.follower);
    // The first byte of a recording may take long to arrive; starting the monitor does not.
    source = options.read === undefined ? await opening : await Promise.race([opening, interrupted]);
    if (!source) {
      await outputs.discard();
      return EXIT_OK;
    }
    if (user) await goOnAs(user, source, outputs);
    if (run.interrupted) await source.stop();
    if (source.live) startTimer();
    return await runBetween(source, outputs, symbols, options, run);
  } finally {
    clearTimeout(timer);
    forgetSignals();
  }
}

async function runBetween(
  source: DropSource,
  outputs: Outputs,
  symbols: SymbolLookup,
  options: CliOptions,
  run: Run,
): Promise<number> {
  const hide = hideStageFor(options, run.filter, outputs.onTerminal);
  if (!options.quiet) {
    say(
      source.live
        ? `dropcap: capturing from ${source.description}; Ctrl-C ends`
        : `dropcap: reading from ${source.description}`,
    );
    if (options.verbose && source.settings) say(`dropcap: ${source.settings}`);
    if (options.format === 'pcap' && options.linktype !== 'NETLINK')
      say('dropcap: reasons and places are left out: pcap has no room for them (pcapng and -y NETLINK have)');
    if (hide && !options.hide) say('dropcap: drops that are no loss are hidden: --all shows them');
  }
  const isShown = source.live ? options.write !== undefined : !outputs.onTerminal;
  const line = isShown && !options.quiet && process.stderr.isTTY ? new StatusLine() : undefined;
  const start = performance.now();
  outputs.connect(source, symbols, options, run.filter?.text);
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
  if (options.count) print(`${summary.delivered} ${summary.delivered === 1 ? 'drop' : 'drops'}`);
  if (!options.quiet)
    for (const text of options.json
      ? [summaryJson(summary, outputs, hide?.hidden)]
      : summaryLines(summary, outputs, hide?.hidden))
      say(text);
  if (countersBefore) for (const text of movedCounters(countersBefore, readCounters())) say(text);
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

/** Gives up privileges. If that fails, nothing is captured and the output is removed. */
async function goOnAs(user: User, source: DropSource, outputs: Outputs): Promise<void> {
  try {
    becomeUser(user);
  } catch (error) {
    await source.close();
    await outputs.discard();
    throw error;
  }
}

async function openSource(
  options: CliOptions,
  outputs: Outputs,
  user: User | undefined,
  follower: CaptureFollower | undefined,
): Promise<DropSource> {
  try {
    if (options.read !== undefined) return await openRecording(options.read, { toolUser: user });
    const origin = originOf(options);
    return await openKernelSource({
      origins: origin && [origin],
      truncationLength: options.snapshotLength,
      queueLength: options.queueLength,
      receiveBufferBytes: options.bufferSize === undefined ? undefined : options.bufferSize * 1024,
      whenMonitored: options.passive ? 'passive' : options.takeover ? 'takeover' : 'join',
      onNotice: (text) => (follower ? follower.onNotice(text) : say(`dropcap: ${text}`)),
    });
  } catch (error) {
    await outputs.discard();
    throw error;
  }
}

function isClosedPipe(error: unknown): boolean {
  return error instanceof OutputError && errnoOf(error.cause) === EPIPE;
}
