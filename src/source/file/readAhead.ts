import type { DropBatch } from '../../drop/batch.js';
import { MAX_RECORD_BYTES } from '../../pcap/recordReader.js';
import { BatchPool } from './batchPool.js';
import type { ByteInput } from './byteInput.js';
import { MIN_ALERT_BYTES } from './recordingScanner.js';

/**
 * Number of batches. One is read into, one is scanned, and one takes the bytes that the scanned batch has no room for.
 * The consumer has the others.
 */
const BATCHES = 5;
/**
 * Bytes of one read. An output of 2 MiB that is written at once takes large pages, which can be expensive to find
 * (test/bench/offline.js).
 */
const READ_BYTES = MAX_RECORD_BYTES;
/**
 * Offset of each read in the arena. The rest of the previous bytes, which is shorter than a record, fits before it.
 */
const READ_OFFSET = MAX_RECORD_BYTES;
/** Rows of a batch: an empty batch has room for all alerts of the longest record. */
const BATCH_CAPACITY = Math.ceil(MAX_RECORD_BYTES / MIN_ALERT_BYTES);

/** A read that has not ended yet. */
interface Read {
  readonly batch: DropBatch;
  readonly bytes: Promise<number>;
}

/**
 * Reads a file into the arenas of batches, one read ahead of the scan. So the file is read while drops are decoded and
 * encoded (test/bench/offline.js).
 */
export class ReadAhead {
  readonly #input: ByteInput;
  readonly #pool = new BatchPool(BATCHES, READ_OFFSET + READ_BYTES, BATCH_CAPACITY);
  #batch: DropBatch | undefined;
  #start = 0;
  #end = 0;
  #next: Read | undefined;

  constructor(input: ByteInput) {
    this.#input = input;
  }

  /** The batch whose arena holds the bytes to scan, from `start` to `end`. */
  get batch(): DropBatch {
    return this.#batch!;
  }

  get start(): number {
    return this.#start;
  }

  get end(): number {
    return this.#end;
  }

  /**
   * Reads the start of a file, or all bytes of a shorter file.
   * @param needed returns how many bytes are needed. Called with the bytes read so far. May throw.
   */
  async open(needed: (start: Uint8Array) => number): Promise<void> {
    this.#batch = await this.#pool.acquire();
    const { arena } = this.#batch;
    for (let got = -1; got !== 0 && this.#end < needed(arena.subarray(0, this.#end)); this.#end += got) {
      got = await this.#input.read(arena, this.#end);
    }
    await this.#readNext();
  }

  /** Gives the batch, with its bytes before `at`, to the consumer. Moves the other bytes to the next batch. */
  leave(at: number): void {
    const { batch } = this.#next!;
    const rest = this.#end - at;
    batch.arena.set(this.batch.arena.subarray(at, this.#end), READ_OFFSET - rest);
    this.#batch = batch;
    this.#start = READ_OFFSET - rest;
    this.#end = READ_OFFSET;
  }

  /**
   * Appends the next read to the bytes that `leave` moved. Returns the number of bytes read; 0 at the end. @throws
   * InputError
   */
  async fill(): Promise<number> {
    const got = await this.#next!.bytes;
    this.#end += got;
    if (got > 0) await this.#readNext();
    return got;
  }

  /**
   * Like `leave`, for a batch that has no room for all its drops. The moved bytes must be scanned before the next
   * read.
   */
  async split(at: number): Promise<void> {
    const batch = await this.#pool.acquire();
    batch.arena.set(this.batch.arena.subarray(at, this.#end));
    this.#batch = batch;
    this.#end -= at;
    this.#start = 0;
  }

  async #readNext(): Promise<void> {
    const batch = await this.#pool.acquire();
    const bytes = this.#input.read(batch.arena, READ_OFFSET);
    // fill() reports the error, if it is called.
    bytes.catch(() => {});
    this.#next = { batch, bytes };
  }
}
