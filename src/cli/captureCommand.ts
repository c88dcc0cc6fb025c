import { fstatSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { capture, type CaptureCounters, type CaptureSummary } from '../capture/capture.js';
import { CaptureError } from '../capture/captureError.js';
import { errnoOf, messageOf, OutputError, UsageError } from '../errors.js';
import { movedCounters, readCounters } from '../host/counters.js';
import { EncodedOutlet } from '../outlet/encodedOutlet.js';
import { openFileSink } from '../outlet/fileSink.js';
import type { ByteSink } from '../outlet/sink.js';
import { openKernelSource } from '../source/live/kernel.js';
import { openRecording } from '../source/file/recording.js';
import type { DropSource } from '../source/source.js';
import { limitCount } from '../stage/limit.js';
import { selectOrigin } from '../stage/select.js';
import type { Stage } from '../stage/stage.js';
import { truncatePayloads } from '../stage/truncate.js';
import type { SymbolLookup } from '../symbols/symbolLookup.js';
import { checkFormat, encoderFor, formatOf } from './encoder.js';
import { EXIT_OK, exitStatusOf } from './exitStatus.js';
import { type CliOptions, originOf } from './options.js';
import { checkOutputName } from './outputName.js';
import { statusText, summaryJson, summaryLines } from './report.js';
import { onEndSignal, onReportSignal } from './signals.js';
import { becomeUser, sudoUser, type User, userOf } from './privileges.js';
import { openSymbols } from './symbols.js';
import { say, StatusLine } from './terminal.js';

const EPIPE = 32;
const STDIN_FD = 0;
const STDOUT_FD = 1;
const NO_COUNTERS: CaptureCounters = { captured: 0, lost: 0, delivered: 0 };

/**
 * Runs a capture with the given options, and reports on standard error. Returns the exit status.
 * @throws UsageError, and the errors of opening a source or a sink.
 */
export async function runCapture(options: CliOptions): Promise<number> {
  checkOptions(options);
  const aboutName =
    options.write === undefined ? undefined : checkOutputName(options.write, formatOf(options));
  if (aboutName !== undefined && !options.quiet) say(`dropcap: ${aboutName}`);
  // Open the output first: if the output cannot be opened, monitoring must not start.
  const symbols = await openSymbols(options);
  const user = userOf(options.relinquishPrivileges);
  const run: Run = { waitingFor: outputName(options) };
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
  /** What is being opened. */
  waitingFor: string;
  outlet?: EncodedOutlet;
  counters?: CaptureCounters;
}

/** The answer to SIGUSR1. */
function reportOf({ waitingFor, outlet, counters = NO_COUNTERS }: Run): string {
  return outlet ? statusText(counters, outlet) : `0 captured, waiting for ${waitingFor}`;
}

async function runWith(
  options: CliOptions,
  symbols: SymbolLookup,
  user: User | undefined,
  run: Run,
): Promise<number> {
  const sink = await openFileSink(options.write ?? '-', {
    overwrite: options.force,
    owner: user,
    askedBy: sudoUser()?.uid,
    synchronous: options.read === undefined,
    // fsync only if the input cannot be read again: a file can.
    sync: options.read === undefined || !(await isFile(options.read)),
  });
  // From here on, signals end the capture in order, also while monitoring is being started.
  let source: DropSource | undefined;
  let interrupt = () => {};
  const interrupted = new Promise<undefined>((resolve) => (interrupt = () => resolve(undefined)));
  let ended = false;
  const end = () => {
    ended = true;
    interrupt();
    void source?.stop().catch((error: unknown) => say(`dropcap: ${messageOf(error)}`));
  };
  const isRegularOutput =
    options.write === undefined || options.write === '-' ? isRegularFd(STDOUT_FD) : isRegular(options.write);
  const forgetSignals = onEndSignal(end, {
    bytes: () => (isRegularOutput ? undefined : (run.outlet?.bytes ?? 0)),
    lossText: () =>
      `${outputName(options)} takes no more bytes: ${run.outlet?.written ?? 0} drops were written, the drops after them are lost`,
  });
  let timer: NodeJS.Timeout | undefined;
  const startTimer = () => {
    if (options.duration !== undefined) timer = setTimeout(end, options.duration * 1000);
  };
  try {
    if (options.read !== undefined) startTimer();
    run.waitingFor = options.read === '-' ? 'standard input' : (options.read ?? 'the kernel');
    const opening = openSource(options, sink);
    // The first byte of a recording may take long to arrive; starting the monitor does not.
    source = options.read === undefined ? await opening : await Promise.race([opening, interrupted]);
    if (!source) {
      await sink.discard();
      return EXIT_OK;
    }
    if (user) await goOnAs(user, source, sink);
    if (ended) await source.stop();
    if (source.live) startTimer();
    return await runBetween(source, sink, symbols, options, run);
  } finally {
    clearTimeout(timer);
    forgetSignals();
  }
}

/** Whether the path is a regular file. Standard input and pipes are not: their bytes can be read only once. */
function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function runBetween(
  source: DropSource,
  sink: ByteSink,
  symbols: SymbolLookup,
  options: CliOptions,
  run: Run,
): Promise<number> {
  if (!options.quiet) {
    say(
      source.live
        ? `dropcap: capturing from ${source.description}; Ctrl-C ends`
        : `dropcap: reading from ${source.description}`,
    );
    if (options.verbose && source.settings) say(`dropcap: ${source.settings}`);
    if (options.format === 'pcap' && options.linktype !== 'NETLINK')
      say('dropcap: reasons and places are left out: pcap has no room for them (pcapng and -y NETLINK have)');
  }
  const line =
    options.write !== undefined && !options.quiet && process.stderr.isTTY ? new StatusLine() : undefined;
  const outlet = new EncodedOutlet(encoderFor(source, symbols, options), sink);
  run.outlet = outlet;
  const countersBefore = source.live && !options.quiet ? readCounters() : undefined;
  let summary: CaptureSummary;
  let failure: unknown;
  try {
    summary = await capture(source, outlet, {
      stages: stagesFor(options),
      onProgress: (counters) => {
        run.counters = counters;
        line?.update(() => statusText(counters, outlet));
      },
    });
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    summary = error.summary;
    failure = error.cause;
    // A recording can be read again: a file without its drops is worth nothing.
    if (!source.live && outlet.written === 0 && !(failure instanceof OutputError)) await sink.discard();
  } finally {
    line?.clear();
  }
  if (!options.quiet)
    for (const text of options.json ? [summaryJson(summary, outlet)] : summaryLines(summary, outlet))
      say(text);
  if (countersBefore) for (const text of movedCounters(countersBefore, readCounters())) say(text);
  // A closed pipe is no failure: the reader of our output has read enough (`dropcap | head`).
  if (!failure || isClosedPipe(failure)) return EXIT_OK;
  say(`dropcap: ${messageOf(failure)}`);
  return exitStatusOf(failure);
}

/** The stages for the options. In a live capture, the kernel truncates too; a recording is truncated only here. */
function stagesFor(options: CliOptions): Stage[] {
  const { count, snapshotLength } = options;
  const wanted = originOf(options);
  return [
    ...(wanted === undefined ? [] : [selectOrigin(wanted)]),
    ...(count === undefined ? [] : [limitCount(count)]),
    ...(snapshotLength ? [truncatePayloads(snapshotLength)] : []),
  ];
}

/** Gives up privileges. If that fails, nothing is captured and the output is removed. */
async function goOnAs(user: User, source: DropSource, sink: ByteSink): Promise<void> {
  try {
    becomeUser(user);
  } catch (error) {
    await source.close();
    await sink.discard();
    throw error;
  }
}

async function openSource(options: CliOptions, sink: ByteSink): Promise<DropSource> {
  try {
    if (options.read !== undefined) return await openRecording(options.read);
    const origin = originOf(options);
    return await openKernelSource({
      origins: origin && [origin],
      truncationLength: options.snapshotLength,
      queueLength: options.queueLength,
      receiveBufferBytes: options.bufferSize === undefined ? undefined : options.bufferSize * 1024,
      whenMonitored: options.passive ? 'passive' : options.takeover ? 'takeover' : 'join',
      onNotice: (text) => say(`dropcap: ${text}`),
    });
  } catch (error) {
    await sink.discard();
    throw error;
  }
}

function checkOptions(options: CliOptions): void {
  const { read, write } = options;
  checkFormat(options);
  if (options.force && (write === undefined || write === '-')) {
    throw new UsageError('--force goes with -w FILE: it lets -w overwrite a file');
  }
  const { interface: source, origin } = options;
  if (source !== undefined && source !== 'all' && origin !== 'all' && source !== origin) {
    throw new UsageError('-i and --origin ask for different drops (give one of them)');
  }
  if (options.passive && options.queueLength !== undefined) {
    throw new UsageError('--passive changes no setting of the monitor: it does not go with --queue-length');
  }
  if (write === '-' && !options.json && process.stdout.isTTY) {
    throw new UsageError(
      '-w - writes binary data, and standard output is a terminal (name a file, or use a pipe)',
    );
  }
  if (read === undefined) return;
  for (const [name, value] of [
    ['-i', options.interface],
    ['-B', options.bufferSize],
    ['--queue-length', options.queueLength],
    ['--passive', options.passive],
    ['--takeover', options.takeover],
  ]) {
    if (value !== undefined) throw new UsageError(`${name} goes with capturing from the kernel, not with -r`);
  }
  // A pipe may bring the bytes of a running capture: a time makes sense there.
  if (options.duration !== undefined && read !== '-' && isRegular(read)) {
    throw new UsageError(
      '--duration goes with capturing, not with -r FILE: a file is read to its end (-c ends earlier)',
    );
  }
  if (write !== undefined && write !== '-' && isSameFile(read, write)) {
    throw new UsageError(
      '-r and -w name the same file (write to another file: this would overwrite the recording)',
    );
  }
}

function isRegular(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isRegularFd(fd: number): boolean {
  try {
    return fstatSync(fd).isFile();
  } catch {
    return false; // Standard output is closed: writing reports the error.
  }
}

function outputName({ write = '-' }: CliOptions): string {
  return write === '-' ? 'standard output' : write;
}

function isSameFile(read: string, write: string): boolean {
  try {
    const input = read === '-' ? fstatSync(STDIN_FD) : statSync(read);
    const output = statSync(write);
    return input.isFile() && input.ino === output.ino && input.dev === output.dev;
  } catch {
    return false; // A file does not exist: opening it reports the error.
  }
}

function isClosedPipe(error: unknown): boolean {
  return error instanceof OutputError && errnoOf(error.cause) === EPIPE;
}
