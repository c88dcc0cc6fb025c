import type { DropBatch } from '../../drop/batch.js';
import { MAX_RECORD_BYTES } from '../../pcap/recordReader.js';
import { BatchPool } from './batchPool.js';
import type { ByteInput } from './byteInput.js';
import { MIN_ALERT_BYTES } from './recordingScanner.js';

/** One is read into, one scanned, and one takes what that has no room for; the others are the consumer's. */
const BATCHES = 5;
/** The output of two MiB, written at once, takes large pages, which can be dear to find (test/bench/offline.js). */
const READ_BYTES = MAX_RECORD_BYTES;
/** Reads begin here, so that the rest of the bytes before, which is shorter than a record, fits in front of them. */
const READ_OFFSET = MAX_RECORD_BYTES;
/** So that all alerts of the longest record fit into an empty batch. */
const BATCH_CAPACITY = Math.ceil(MAX_RECORD_BYTES / MIN_ALERT_BYTES);

/** A read that is under way. */
interface Read {
  readonly batch: DropBatch;
  readonly bytes: Promise<number>;
}

/**
 * Reads a file into the arenas of batches, one read ahead of whoever scans them: the file is read while drops are decoded
 * and encoded (test/bench/offline.js).
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

  /** Reads the start of a file: as much as it takes to see what it is. */
  async open(bytes: number): Promise<void> {
    this.#batch = await this.#pool.acquire();
    for (let got = -1; this.#end < bytes && got !== 0; this.#end += got) {
      got = await this.#input.read(this.#batch.arena, this.#end);
    }
    await this.#readNext();
  }

  /** Leaves the batch, with its bytes before `at`, to its consumer; the rest is moved to the next one. */
  leave(at: number): void {
    const { batch } = this.#next!;
    const rest = this.#end - at;
    batch.arena.set(this.batch.arena.subarray(at, this.#end), READ_OFFSET - rest);
    this.#batch = batch;
    this.#start = READ_OFFSET - rest;
    this.#end = READ_OFFSET;
  }

  /** Puts what was read behind the rest that `leave` moved; how many bytes, 0 at the end. @throws InputError */
  async fill(): Promise<number> {
    const got = await this.#next!.bytes;
    this.#end += got;
    if (got > 0) await this.#readNext();
    return got;
  }

  /** As `leave`, when the batch has no room for what is there: the rest is scanned first. */
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
    // Told by fill(), if somebody still asks.
    bytes.catch(() => {});
    this.#next = { batch, bytes };
  }
}
