import { capture, type CaptureSummary } from '../capture/capture.js';
import { createPcapngEncoder } from '../encode/createPcapngEncoder.js';
import { LineEncoder } from '../encode/lineEncoder.js';
import { errnoOf, messageOf, OutputError, UsageError } from '../errors.js';
import { openFileSink } from '../sink/fileSink.js';
import type { ByteSink } from '../sink/sink.js';
import { openKernelSource } from '../source/kernel.js';
import { openRecording } from '../source/recording.js';
import type { DropSource } from '../source/source.js';
import { EXIT_FAILED, EXIT_OK } from './exitStatus.js';
import { type CliOptions, originOf } from './options.js';
import { statusText, summaryLines } from './report.js';
import { onEndSignal } from './signals.js';
import { say, StatusLine } from './terminal.js';

const EPIPE = 32;

/**
 * Runs a capture as the options say, and reports on standard error. Returns the exit status.
 * @throws UsageError, and what opening a source or a sink throws.
 */
export async function runCapture(options: CliOptions): Promise<number> {
  checkOptions(options);
  // The output first: an output that cannot be opened must not have started the monitor.
  const sink = await openFileSink(options.write ?? '-', { overwrite: options.force });
  const source = await openSource(options, sink);
  if (!options.quiet)
    say(`dropcap: capturing from ${source.description}${source.kernelRelease ? '; Ctrl-C ends' : ''}`);
  const toStandardOutput = options.write === undefined || options.write === '-';
  const line =
    options.write !== undefined && !options.quiet && process.stderr.isTTY ? new StatusLine() : undefined;
  const encoder =
    options.write === undefined
      ? new LineEncoder({ devices: source.devices, verbose: options.verbose })
      : createPcapngEncoder(source);

  const stop = () => void source.stop().catch((error: unknown) => say(`dropcap: ${messageOf(error)}`));
  const forgetSignals = onEndSignal(stop);
  const timer = options.duration === undefined ? undefined : setTimeout(stop, options.duration * 1000);
  let summary: CaptureSummary;
  try {
    summary = await capture(source, encoder, sink, {
      count: options.count,
      origin: originOf(options.origin),
      snapLength: options.snapshotLength,
      onProgress: line && ((counters) => line.update(statusText(counters))),
    });
  } catch (error) {
    // Whoever read our output has seen enough: `dropcap | head`.
    if (toStandardOutput && error instanceof OutputError && errnoOf(error.cause) === EPIPE) return EXIT_OK;
    throw error;
  } finally {
    clearTimeout(timer);
    forgetSignals();
    line?.clear();
  }
  if (!options.quiet) for (const text of summaryLines(summary)) say(text);
  if (!summary.interruption) return EXIT_OK;
  say(`dropcap: ${summary.interruption.message}`);
  return EXIT_FAILED;
}

async function openSource(options: CliOptions, sink: ByteSink): Promise<DropSource> {
  try {
    if (options.read !== undefined) return await openRecording(options.read);
    const origin = originOf(options.origin);
    return await openKernelSource({
      origins: origin && [origin],
      truncationLength: options.snapshotLength,
      queueLength: options.queueLength,
      receiveBufferBytes: options.bufferSize === undefined ? undefined : options.bufferSize * 1024,
    });
  } catch (error) {
    await sink.discard();
    throw error;
  }
}

function checkOptions(options: CliOptions): void {
  if (options.write === '-' && process.stdout.isTTY) {
    throw new UsageError(
      '-w - writes binary data, and standard output is a terminal (name a file, or pipe it on)',
    );
  }
  if (options.read === undefined) return;
  for (const [name, value] of [
    ['-B', options.bufferSize],
    ['--queue-length', options.queueLength],
  ]) {
    if (value !== undefined) throw new UsageError(`${name} goes with capturing from the kernel, not with -r`);
  }
}
