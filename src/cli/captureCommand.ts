import type { CaptureCounters } from '../capture/capture.js';
import { messageOf } from '../errors.js';
import { openKernelSource } from '../source/live/kernel.js';
import { openRecording } from '../source/file/recording.js';
import type { DropSource } from '../source/source.js';
import type { SymbolLookup } from '../symbols/symbolLookup.js';
import { type CaptureFollower, captureFrom, type Run } from './captureRun.js';
import { checkOptions } from './checkOptions.js';
import { formatOf } from './encoder.js';
import { EXIT_OK } from './exitStatus.js';
import { filterOf, triggerOf } from './expression.js';
import { type CliOptions, originOf } from './options.js';
import { checkOutputName } from './outputName.js';
import { nameOf, openOutputs, type Outputs } from './outputs.js';
import { becomeUser, type User, userOf } from './privileges.js';
import { hasRecorder } from './recorderOptions.js';
import { checkFolder } from './recorderOutput.js';
import { statusText } from './report.js';
import { onEndSignal, onReportSignal } from './signals.js';
import { openSymbols } from './symbols.js';
import { say } from './terminal.js';

const NO_COUNTERS: CaptureCounters = { captured: 0, lost: 0, delivered: 0 };

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
  const user = userOf(options.relinquishPrivileges);
  const run: Run = { filter, trigger, waitingFor: nameOf(options.write), interrupted: false, follower };
  // A FIFO without a reader blocks the next step: the counters can be asked for from here on.
  const forgetReports = onReportSignal(() => say(`dropcap: ${reportOf(run)}`));
  try {
    return await runWith(options, symbols, user, run);
  } finally {
    forgetReports();
  }
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
    await prepare(user, options, source, outputs);
    if (run.interrupted) await source.stop();
    if (source.live) startTimer();
    return await captureFrom(source, outputs, symbols, options, run);
  } finally {
    clearTimeout(timer);
    forgetSignals();
  }
}

/** Gives up privileges, and checks what is needed after that. If it fails, nothing is captured and the output is removed. */
async function prepare(
  user: User | undefined,
  options: CliOptions,
  source: DropSource,
  outputs: Outputs,
): Promise<void> {
  try {
    if (user) becomeUser(user);
    if (hasRecorder(options)) await checkFolder(options.write!);
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
