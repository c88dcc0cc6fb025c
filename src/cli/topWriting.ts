import { UsageError } from '../errors.js';
import type { RowMatch } from '../top/lastPackets.js';
import { RowWriter } from './rowWriter.js';
import { printable } from './terminal.js';
import type { TopRun } from './topRun.js';

/** An output that took no bytes for so long stands still, and with it the counting. */
const STANDS_STILL_MS = 1000;

/** What the writing needs of a run. */
export type WrittenRun = Pick<TopRun, 'counts' | 'source' | 'symbols' | 'filter'>;

/** Writes the drops of rows to files as the user asks for them: one row at a time. */
export class TopWriting {
  readonly #run: WrittenRun;
  readonly #onFailure: () => void;
  #writer: RowWriter | undefined;
  /** The opening of a file, which can wait for the reader of a FIFO. */
  #opening: { readonly abort: AbortController; readonly done: Promise<void> } | undefined;

  /** @param onFailure called when a write fails: `end` then throws the error */
  constructor(run: WrittenRun, onFailure: () => void) {
    this.#run = run;
    this.#onFailure = onFailure;
  }

  /** Whether a row is being written, or its file is being opened. */
  get active(): boolean {
    return this.#writer !== undefined || this.#opening !== undefined;
  }

  /** Bytes that the file took; undefined if it has no more to take. */
  get bytes(): number | undefined {
    return this.#writer?.pendingBytes;
  }

  /** What is being written, in a few words; empty: nothing. */
  get text(): string {
    const writer = this.#writer;
    if (!writer) return this.#opening ? 'waiting for a file to open (w ends it)' : '';
    const path = printable(writer.path);
    return writer.waitedMs > STANDS_STILL_MS
      ? `STOPPED: ${path} takes no bytes`
      : `writing ${writer.written} to ${path}`;
  }

  /**
   * Begins to write a row.
   * @throws UsageError for standard output. @throws OutputError, also when `end` came before the file was open
   */
  async begin(path: string, row: string, match: RowMatch): Promise<void> {
    if (path === '-') throw new UsageError('standard output is the screen: give the name of a file');
    const abort = new AbortController();
    const opening = this.#open({ path, row, match }, abort.signal);
    this.#opening = { abort, done: opening.catch(() => {}) };
    try {
      await opening;
    } finally {
      this.#opening = undefined;
    }
  }

  /**
   * Completes the file. Returns a text about it; undefined if nothing was being written.
   * @throws OutputError, that of an earlier write too
   */
  async end(): Promise<string | undefined> {
    this.#opening?.abort.abort();
    await this.#opening?.done;
    const writer = this.#writer;
    if (!writer) return undefined;
    this.#writer = undefined;
    this.#run.counts.tap = undefined;
    await writer.end();
    return `${writer.path} is complete: ${writer.written} ${writer.written === 1 ? 'drop' : 'drops'}`;
  }

  async #open(row: { path: string; row: string; match: RowMatch }, signal: AbortSignal): Promise<void> {
    const { source, symbols, counts, filter } = this.#run;
    const file = { ...row, filter: filter?.text, signal };
    const writer = await RowWriter.open(file, source, symbols, this.#onFailure);
    this.#writer = writer;
    counts.tap = writer;
  }
}
