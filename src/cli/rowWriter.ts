import { DropBatch } from '../drop/batch.js';
import { BatchMemory } from '../drop/batchMemory.js';
import { lossesBetween, type LossCounters } from '../drop/losses.js';
import { createEncoder } from '../outlet/createEncoder.js';
import { EncodedOutlet } from '../outlet/encodedOutlet.js';
import { openFileSink } from '../outlet/fileSink.js';
import type { DropSource } from '../source/source.js';
import type { SymbolLookup } from '../symbols/symbolLookup.js';
import type { RowMatch } from '../top/lastPackets.js';
import type { RowTap } from '../top/topCounts.js';
import { sliceOf } from './slice.js';

/** Which drops are written, and where. */
export interface RowFile {
  readonly path: string;
  readonly match: RowMatch;
  /** The drops in words, for the comment of the file. */
  readonly row: string;
  /** The expression that chooses all drops of the source; undefined: none. */
  readonly filter: string | undefined;
  /** Ends the waiting for the reader of a FIFO. */
  readonly signal?: AbortSignal | undefined;
}

/** Writes the drops of one row of `dropcap top` to a new file. */
export class RowWriter implements RowTap {
  readonly path: string;
  readonly match: RowMatch;
  readonly #outlet: EncodedOutlet;
  readonly #source: DropSource;
  readonly #lossesBefore: LossCounters;
  readonly #onFailure: () => void;
  #failed = false;
  #waitingSince: number | undefined;
  /** Of a batch that could not be encoded. */
  #error: unknown;
  /** Losses before drops of other rows. */
  #pending = 0;

  private constructor(file: RowFile, outlet: EncodedOutlet, source: DropSource, onFailure: () => void) {
    this.path = file.path;
    this.match = file.match;
    this.#outlet = outlet;
    this.#source = source;
    this.#lossesBefore = source.losses();
    this.#onFailure = onFailure;
    outlet.onFailure(() => this.#fail());
  }

  /**
   * Makes the file.
   * @param onFailure called once when a write fails: the writer then takes no more drops, and `end` throws the error
   * @throws OutputError
   */
  static async open(
    file: RowFile,
    source: DropSource,
    symbols: SymbolLookup,
    onFailure: () => void,
  ): Promise<RowWriter> {
    const sink = await openFileSink(file.path, { signal: file.signal });
    const comment = `drops of one row of dropcap top: ${file.row}`;
    const encoder = createEncoder('pcapng', sliceOf(source), { symbols, filter: file.filter, comment });
    const outlet = new EncodedOutlet(encoder, sink);
    await outlet.begin();
    return new RowWriter(file, outlet, source, onFailure);
  }

  get written(): number {
    return this.#outlet.written;
  }

  /** Bytes that the file took so far; undefined if it has no more to take. */
  get pendingBytes(): number | undefined {
    return this.#outlet.pending ? this.#outlet.bytes : undefined;
  }

  /** How long a batch has been waiting for the file. */
  get waitedMs(): number {
    return this.#waitingSince === undefined ? 0 : performance.now() - this.#waitingSince;
  }

  write(batch: DropBatch, marks: Uint8Array): Promise<void> | undefined {
    if (this.#failed) return undefined;
    // Columns of its own over the same arena: the batch belongs to the capture.
    const rows = new DropBatch(new BatchMemory(batch.arena, batch.capacity), batch.kinds);
    rows.columnMemory.set(batch.columnMemory);
    rows.length = batch.length;
    this.#pending = rows.keepMarked(marks, this.#pending);
    if (rows.length === 0) return undefined;
    try {
      const writing = this.#outlet.write(rows);
      return writing && this.#waitFor(writing);
    } catch (error) {
      this.#error = error;
      this.#fail();
      return undefined;
    }
  }

  /** `end` reports the error of a write. */
  async #waitFor(writing: Promise<void>): Promise<void> {
    this.#waitingSince = performance.now();
    await writing.catch(() => {});
    this.#waitingSince = undefined;
  }

  /** Completes the file. @throws OutputError, that of an earlier write too */
  async end(): Promise<void> {
    await this.#outlet.end(lossesBetween(this.#lossesBefore, this.#source.losses()));
    if (this.#error !== undefined) throw this.#error;
  }

  #fail(): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#onFailure();
  }
}
