import { isatty } from 'node:tty';
import { EncodedOutlet } from '../outlet/encodedOutlet.js';
import { type FileSinkOptions, openFileSink } from '../outlet/fileSink.js';
import type { OutputFormat } from '../outlet/createEncoder.js';
import { Rotation } from '../outlet/rotation.js';
import type { ByteSink } from '../outlet/sink.js';
import type { DropFilter } from '../filter/compileFilter.js';
import type { DropSource } from '../source/source.js';
import type { SymbolLookup } from '../symbols/symbolLookup.js';
import { UsageError } from '../errors.js';
import { encoderFor, formatOf } from './encoder.js';
import { filePlanOf } from './filePlan.js';
import type { CliOptions } from './options.js';
import { OutputFiles } from './outputFiles.js';
import { isRegular, isRegularOutput, mayBeFile, nameOf } from './paths.js';
import { sudoUser, type User } from './privileges.js';
import { hasRecorder } from './recorderOptions.js';
import { RecorderOutput } from './recorderOutput.js';
import type { OutputCounters, RecorderCounters, RingState } from './report.js';

const STDOUT_FD = 1;
const NANOSECONDS_PER_MILLISECOND = 1_000_000;
/** Time that a drop may take from the kernel to the file. */
const LATE_MS = 1000;
/** How long drops may wait for others: nobody watches a file within a tenth of a second; a terminal and a pipe have a reader. */
const FILE_GATHER_MS = 100;
const READER_GATHER_MS = 10;
/** With one check more (signals.ts), the end comes within 2 s. */
export const READER_PATIENCE_MS = 900;
const FILE_PATIENCE_MS = 10_000;

interface Target {
  readonly path: string;
  readonly format: OutputFormat;
  /** Files on disk, or the sink of anything else. */
  readonly to: OutputFiles | ByteSink;
  /** Whether it is no file on disk: its reader can stand still. */
  readonly piped: boolean;
}

/**
 * The outputs of a run: a file or standard output, with --print a file and lines on standard output, with --count alone
 * none. The counters are those of the first output.
 */
export class Outputs implements OutputCounters {
  readonly #targets: readonly Target[];
  #outlets: readonly (EncodedOutlet | RecorderOutput)[] = [];

  constructor(targets: readonly Target[]) {
    this.#targets = targets;
  }

  /** The outlets; none before `connect`. */
  get outlets(): readonly (EncodedOutlet | RecorderOutput)[] {
    return this.#outlets;
  }

  get name(): string | undefined {
    const target = this.#targets[0];
    return target && nameOf(this.files?.state.path ?? target.path);
  }

  get ring(): RingState | undefined {
    const state = this.files?.state;
    if (!state?.several) return undefined;
    const { count: file, keep: of, removed, leftAlone } = state;
    return { file, of, removed, leftAlone, bytes: this.#outlets[0]?.segmentBytes ?? 0 };
  }

  get written(): number {
    return this.#outlets[0]?.written ?? 0;
  }

  get bytes(): number {
    return this.#outlets[0]?.bytes ?? 0;
  }

  get cutPackets(): number {
    return this.#outlets[0]?.cutPackets ?? 0;
  }

  get refused(): number {
    return this.#outlets[0]?.refused ?? 0;
  }

  get recorder(): RecorderCounters | undefined {
    const [first] = this.#outlets;
    return first instanceof RecorderOutput ? first.recorder : undefined;
  }

  /** Bytes that the outputs took which have more to take. Undefined without such an output. */
  get pendingBytes(): number | undefined {
    const pending = this.#pending();
    if (pending.length === 0) return undefined;
    return pending.reduce((sum, i) => sum + this.#outlets[i]!.bytes, 0);
  }

  /** The text when `pendingBytes` does not grow: which outputs take no more bytes, and what they lack. */
  get lossText(): string {
    const pending = this.#pending();
    const names = pending.map((i) => nameOf(this.#targets[i]!.path)).join(' or ');
    const written = Math.min(...pending.map((i) => this.#outlets[i]!.written));
    return `${names} takes no more bytes: ${written} drops were written, the drops after them are lost`;
  }

  /** Time without a taken byte after which the outputs are given up. A slow disk has more time than a reader. */
  get patienceMs(): number {
    return this.#pending().some((i) => this.#targets[i]!.piped) ? READER_PATIENCE_MS : FILE_PATIENCE_MS;
  }

  /** Indices of the outputs that have bytes to take. */
  #pending(): number[] {
    return [...this.#outlets.keys()].filter((i) => this.#outlets[i]!.pending);
  }

  /** `KernelSourceOptions.gatherMs` for these outputs. */
  get gatherMs(): number {
    return this.#targets.some(({ piped }) => piped) ? READER_GATHER_MS : FILE_GATHER_MS;
  }

  /** Whether lines or JSON go to a terminal: a status line would be among them. */
  get onTerminal(): boolean {
    return this.#targets.some(({ path }) => path === '-') && isatty(STDOUT_FD);
  }

  /**
   * Makes the outlets for a source's drops.
   * @param filter the expression that chooses them
   * @param trigger the expression of a recorder
   */
  connect(
    source: DropSource,
    symbols: SymbolLookup,
    options: CliOptions,
    filter: string | undefined,
    trigger: DropFilter | undefined,
  ): void {
    this.#outlets = this.#targets.map(({ format, to }) => {
      if (to instanceof OutputFiles && hasRecorder(options)) {
        return new RecorderOutput({ files: to, format, source, symbols, options, filter, trigger });
      }
      const encoder = encoderFor(format, source, symbols, options, filter);
      if (!(to instanceof OutputFiles)) return new EncodedOutlet(encoder, to);
      if (!to.limits) return new EncodedOutlet(encoder, to.openSegment);
      return new EncodedOutlet(encoder, to.openSegment, {
        rotation: new Rotation(to.limits),
        losses: () => source.losses(),
        atFirstDrop: to.beginsLater,
      });
    });
  }

  /** The files of -w; undefined without a file. */
  get files(): OutputFiles | undefined {
    return this.#targets.map(({ to }) => to).find((to) => to instanceof OutputFiles);
  }

  /** Ends files whose time is over. Returns whether the last file is full, so that the capture must end. */
  endOnTime(): boolean {
    const outlets = this.#outlets.filter((outlet) => outlet instanceof EncodedOutlet);
    for (const outlet of outlets) outlet.endIfOver((Date.now() - LATE_MS) * NANOSECONDS_PER_MILLISECOND);
    return outlets.some(({ finished }) => finished);
  }

  /** Closes the outputs, and removes a new file. */
  async discard(): Promise<void> {
    for (const { to } of this.#targets) await to.discard();
  }
}

/**
 * Opens the outputs for the options.
 * @param signal ends the waiting for the reader of a FIFO
 * @throws OutputError, and UsageError for several files where only one can be
 */
export async function openOutputs(
  options: CliOptions,
  user: User | undefined,
  signal?: AbortSignal,
): Promise<Outputs> {
  const { write, print, count, summary, read } = options;
  const wanted: [path: string, format: OutputFormat][] = [];
  if (write !== undefined || !(count || summary)) wanted.push([write ?? '-', formatOf(options)]);
  if (options.alsoWrite !== undefined) wanted.push([options.alsoWrite, formatOf(options)]);
  if (print && write !== undefined) wanted.push(['-', 'text']);
  const sinkOptions: FileSinkOptions = {
    overwrite: options.force,
    owner: user,
    askedBy: sudoUser()?.uid,
    synchronous: read === undefined,
    // fsync only if the input cannot be read again: a file can.
    sync: read === undefined || !isRegular(read),
    signal,
  };
  const targets: Target[] = [];
  try {
    for (const [path, format] of wanted) {
      const inFiles = path !== '-' && mayBeFile(path);
      if (path === write && !inFiles) checkOneOutput(options);
      const to = inFiles
        ? await OutputFiles.open(options, sinkOptions)
        : await openFileSink(path, sinkOptions);
      // Now: later this process may have another user, who may not enter the folder.
      targets.push({ path, format, to, piped: !inFiles && !isRegularOutput(path) });
    }
  } catch (error) {
    await new Outputs(targets).discard();
    throw error;
  }
  return new Outputs(targets);
}

/** @throws UsageError for options about files */
function checkOneOutput(options: CliOptions): void {
  const { compress, z } = options;
  if (!filePlanOf(options) && compress === undefined && z === undefined) return;
  throw new UsageError(
    `-C, -G, -b, -a filesize:, -z, --compress and a recorder are about files, and ${nameOf(options.write)} is none (name a file)`,
  );
}
