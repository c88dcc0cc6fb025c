import { fstatSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isatty } from 'node:tty';
import { EncodedOutlet } from '../outlet/encodedOutlet.js';
import { openFileSink } from '../outlet/fileSink.js';
import type { OutputFormat } from '../outlet/createEncoder.js';
import type { ByteSink } from '../outlet/sink.js';
import type { DropSource } from '../source/source.js';
import type { SymbolLookup } from '../symbols/symbolLookup.js';
import { encoderFor, formatOf } from './encoder.js';
import type { CliOptions } from './options.js';
import { sudoUser, type User } from './privileges.js';
import type { OutputCounters } from './report.js';

const STDOUT_FD = 1;
/** With one check more (signals.ts), the end comes within 2 s. */
const READER_PATIENCE_MS = 900;
const FILE_PATIENCE_MS = 10_000;

interface Target {
  readonly path: string;
  readonly format: OutputFormat;
  readonly sink: ByteSink;
  /** Whether it is no file on disk: its reader can stand still. */
  readonly piped: boolean;
}

/**
 * The outputs of a run: a file or standard output, with --print a file and lines on standard output, with --count alone
 * none. The counters are those of the first output.
 */
export class Outputs implements OutputCounters {
  readonly #targets: readonly Target[];
  #outlets: readonly EncodedOutlet[] = [];

  constructor(targets: readonly Target[]) {
    this.#targets = targets;
  }

  /** The outlets; none before `connect`. */
  get outlets(): readonly EncodedOutlet[] {
    return this.#outlets;
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

  /** Whether lines or JSON go to a terminal: a status line would be among them. */
  get onTerminal(): boolean {
    return this.#targets.some(({ path }) => path === '-') && isatty(STDOUT_FD);
  }

  /**
   * Makes the outlets for a source's drops.
   * @param filter the expression that chooses them
   */
  connect(source: DropSource, symbols: SymbolLookup, options: CliOptions, filter: string | undefined): void {
    this.#outlets = this.#targets.map(
      ({ format, sink }) => new EncodedOutlet(encoderFor(format, source, symbols, options, filter), sink),
    );
  }

  /** Closes the outputs, and removes a new file. */
  async discard(): Promise<void> {
    for (const { sink } of this.#targets) await sink.discard();
  }
}

/** Opens the outputs for the options. @throws OutputError */
export async function openOutputs(options: CliOptions, user: User | undefined): Promise<Outputs> {
  const { write, print, count, read } = options;
  const wanted: [path: string, format: OutputFormat][] = [];
  if (write !== undefined || !count) wanted.push([write ?? '-', formatOf(options)]);
  if (print && write !== undefined) wanted.push(['-', 'text']);
  // fsync only if the input cannot be read again: a file can.
  const sync = read === undefined || !(await isFile(read));
  const targets: Target[] = [];
  try {
    for (const [path, format] of wanted) {
      const sink = await openFileSink(path, {
        overwrite: options.force,
        owner: user,
        askedBy: sudoUser()?.uid,
        synchronous: read === undefined,
        sync,
      });
      // Now: later this process may have another user, who may not enter the folder.
      targets.push({ path, format, sink, piped: !isRegularOutput(path) });
    }
  } catch (error) {
    await new Outputs(targets).discard();
    throw error;
  }
  return new Outputs(targets);
}

/** An output's name for people. */
export function nameOf(path = '-'): string {
  return path === '-' ? 'standard output' : path;
}

/** Whether the path is a regular file. Standard input and pipes are not: their bytes can be read only once. */
function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

export function isRegular(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isRegularOutput(path: string): boolean {
  return path === '-' ? isRegularFd(STDOUT_FD) : isRegular(path);
}

function isRegularFd(fd: number): boolean {
  try {
    return fstatSync(fd).isFile();
  } catch {
    return false; // Standard output is closed: writing reports the error.
  }
}
