import { messageOf, OutputError } from '../errors.js';
import { openKernelSource } from '../source/live/kernel.js';
import { openRecording } from '../source/file/recording.js';
import type { DropSource } from '../source/source.js';
import type { SymbolLookup } from '../symbols/symbolLookup.js';
import { type CaptureFollower, captureFrom, endBeforeCapture, type Run } from './captureRun.js';
import { checkOptions } from './checkOptions.js';
import { checkPrograms } from './checkPrograms.js';
import { formatOf } from './encoder.js';
import { filterOf, triggerOf } from './expression.js';
import { withAutostop } from './filePlan.js';
import { PRIORITY_ERROR, PRIORITY_WARNING } from './journal.js';
import { type CliOptions, originOf } from './options.js';
import { checkOutputName } from './outputName.js';
import { openOutputs, type Outputs, READER_PATIENCE_MS } from './outputs.js';
import { nameOf } from './paths.js';
import { becomeUser, type User, userOf } from './privileges.js';
import { openServiceManager } from './serviceManager.js';
import { onEndSignal, onReportSignal } from './signals.js';
import { reportEvery, reportSummary } from './statusReport.js';
import { openSummary } from './summaryCommand.js';
import { checkSummary, takesCounts, truncationFor } from './summaryOptions.js';
import { openSymbols } from './symbols.js';
import { openTerminal, say } from './terminal.js';
import { whenMonitored } from './monitorOptions.js';

/**
 * Runs a capture with the given options, and reports on standard error. Returns the exit status.
 * @param signal ends the capture in order, as SIGINT does
 * @throws UsageError, and the errors of opening a source or a sink.
 */
export async function runCapture(
  given: CliOptions,
  expression: string,
  { follower, signal }: { follower?: CaptureFollower; signal?: AbortSignal } = {},
): Promise<number> {
  const options = withAutostop(given);
  checkOptions(options);
  checkPrograms(options);
  checkSummary(options, expression !== '' || options.expressionFile !== undefined);
  // Before the capture starts: libpcap looks up host names.
  const filter = await filterOf(options, expression);
  const trigger = await triggerOf(options);
  if (!options.quiet) {
    for (const doubt of filter?.doubts ?? []) say(`dropcap: filter: ${doubt}`);
    for (const doubt of trigger?.doubts ?? []) say(`dropcap: trigger: ${doubt}`);
  }
  const aboutName =
    options.write === undefined ? undefined : checkOutputName(options.write, formatOf(options));
  if (aboutName !== undefined && !options.quiet) say(`dropcap: ${aboutName}`);
  // Open the output first: if the output cannot be opened, monitoring must not start.
  const symbols = await openSymbols(options);
  if (!options.quiet) openTerminal();
  const user = userOf(options.relinquishPrivileges);
  const service = openServiceManager();
  const summary = options.summary && (await openSummary(options, symbols));
  const run: Run = {
    filter,
    trigger,
    waitingFor: nameOf(options.alsoWrite ?? options.write),
    interrupted: false,
    follower,
    service,
    summary,
  };
  // A FIFO without a reader blocks the next step: the counters can be asked for from here on.
  const { json = false, statusInterval } = options;
  const forgetReports = onReportSignal(() => void reportSummary(run, json).catch(sayFailure));
  const endReports = statusInterval === undefined ? undefined : reportEvery(statusInterval, run, json);
  try {
    return await runWith(options, symbols, user, run, signal);
  } finally {
    forgetReports();
    endReports?.();
  }
}

function sayFailure(error: unknown): void {
  say(`dropcap: ${messageOf(error)}`, PRIORITY_ERROR);
}

async function runWith(
  options: CliOptions,
  symbols: SymbolLookup,
  user: User | undefined,
  run: Run,
  signal: AbortSignal | undefined,
): Promise<number> {
  // From here on, signals end the capture in order, also while a FIFO has no reader and while monitoring is being started.
  const waiting = new AbortController();
  let outputs: Outputs | undefined;
  let source: DropSource | undefined;
  let interrupt = () => {};
  const interrupted = new Promise<undefined>((resolve) => (interrupt = () => resolve(undefined)));
  const end = () => {
    run.interrupted = true;
    waiting.abort();
    run.service?.stopping();
    interrupt();
    void source?.stop().catch(sayFailure);
  };
  const forgetSignals = onEndSignal(end, {
    bytes: () => (outputs ? (run.summary ?? outputs).pendingBytes : 0),
    lossText: () =>
      (run.summary ?? outputs)?.lossText ?? `nothing was captured: waiting for ${run.waitingFor}`,
    patienceMs: () => (run.summary ? READER_PATIENCE_MS : (outputs?.patienceMs ?? READER_PATIENCE_MS)),
  });
  signal?.addEventListener('abort', end);
  if (signal?.aborted) end();
  let timer: NodeJS.Timeout | undefined;
  const startTimer = () => {
    if (options.duration !== undefined) timer = setTimeout(end, options.duration * 1000);
  };
  try {
    outputs = await openOutputs(options, user, waiting.signal);
    if (options.read !== undefined) startTimer();
    run.waitingFor = options.read === '-' ? 'standard input' : (options.read ?? 'the kernel');
    const opening = openSource(options, outputs, user, run);
    // The first byte of a recording may take long to arrive; starting the monitor does not.
    source = options.read === undefined ? await opening : await Promise.race([opening, interrupted]);
    if (!source) {
      await outputs.discard();
      return endBeforeCapture(options);
    }
    if (user) await giveUpPrivileges(user, source, outputs);
    if (run.interrupted) await source.stop();
    if (source.live) startTimer();
    return await captureFrom(source, outputs, symbols, options, run);
  } catch (error) {
    const ended = error instanceof OutputError && error.cause === waiting.signal.reason;
    if (run.interrupted && ended) return endBeforeCapture(options);
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
    run.service?.close();
    forgetSignals();
  }
}

/** Becomes another user. If it fails, nothing is captured and the output is removed. */
async function giveUpPrivileges(user: User, source: DropSource, outputs: Outputs): Promise<void> {
  try {
    becomeUser(user);
  } catch (error) {
    await source.close();
    await outputs.discard().catch(() => {}); // The user of now may not remove the file.
    throw error;
  }
}

async function openSource(
  options: CliOptions,
  outputs: Outputs,
  user: User | undefined,
  { filter, follower, summary }: Run,
): Promise<DropSource> {
  const onCounts = summary && takesCounts(options, filter !== undefined) ? summary.addCounts : undefined;
  const onNotice = (text: string) =>
    follower ? follower.onNotice(text) : say(`dropcap: ${text}`, PRIORITY_WARNING);
  try {
    if (options.read !== undefined)
      return await openRecording(options.read, { toolUser: user, onCounts, onNotice });
    const origin = originOf(options);
    return await openKernelSource({
      origins: origin && [origin],
      alertMode: options.alertMode,
      onCounts,
      truncationLength: truncationFor(options, filter !== undefined),
      queueLength: options.queueLength,
      receiveBufferBytes: options.bufferSize === undefined ? undefined : options.bufferSize * 1024,
      gatherMs: outputs.gatherMs,
      whenMonitored: whenMonitored(options),
      onNotice,
    });
  } catch (error) {
    await outputs.discard();
    throw error;
  }
}
