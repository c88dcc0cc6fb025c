import type { DropBatch } from '../drop/batch.js';
import { BatchMemory } from '../drop/batchMemory.js';
import type { KindTable } from '../drop/kind.js';
import { UsageError } from '../errors.js';
import { LEAST_STORE_BYTES } from './limits.js';
import { bytesOf, KeptBatch, ROW_BYTES } from './keptBatch.js';
import type { LossCauses } from './lossCauses.js';

/** Memory of one batch: drops are removed by whole batches, so it is a small part of the store. */
const MOST_BATCH_BYTES = 1 << 20;
const BATCHES = 16;
/** With payloads of 84 bytes, columns and arena of a batch are full at the same time. */
const USUAL_PAYLOAD_BYTES = 84;
/**
 * Most tables of kinds that the kept drops have together. A hostile recording has a new table for every 8192 drops, and a
 * table can take more memory than they do; a real capture has one table.
 */
const MOST_TABLES = 4;
const NANOSECONDS = 1e9;

/**
 * Remembers the last drops: as many as fit in its memory, and by whole batches no older ones than wanted. The memory is
 * taken when it is needed, and used again.
 */
export class DropStore {
  readonly #bytes: number;
  readonly #ageNs: number;
  readonly #causes: LossCauses;
  readonly #capacity: number;
  readonly #arenaBytes: number;
  #batches: KeptBatch[] = [];
  #heldBytes = 0;
  readonly #free: BatchMemory[] = [];
  #freeBytes = 0;

  /**
   * @param bytes most memory of the remembered drops
   * @param seconds drops that are older than this, by the drops' times, need not be remembered
   * @throws UsageError when `bytes` is below LEAST_STORE_BYTES
   */
  constructor(bytes: number, seconds: number | undefined, causes: LossCauses) {
    if (!(bytes >= LEAST_STORE_BYTES))
      throw new UsageError(`a recorder needs at least ${LEAST_STORE_BYTES} bytes, not ${bytes}`);
    this.#bytes = bytes;
    this.#ageNs = (seconds ?? Infinity) * NANOSECONDS;
    this.#causes = causes;
    const batchBytes = Math.min(Math.floor(bytes / BATCHES), MOST_BATCH_BYTES);
    this.#capacity = Math.floor(batchBytes / (ROW_BYTES + USUAL_PAYLOAD_BYTES));
    this.#arenaBytes = batchBytes - this.#capacity * ROW_BYTES;
  }

  /** Bytes of the memory of all remembered drops. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /**
   * Copies rows of a batch, from `from` to before `to`. Removes the oldest drops when there is no room, and those that are
   * too old.
   */
  remember(batch: DropBatch, from: number, to: number): void {
    this.#copy(batch, from, to, true);
    const oldestNs = (this.#batches.at(-1)?.newestNs ?? 0) - this.#ageNs;
    while (this.#batches.length > 1 && this.#batches[0]!.newestNs < oldestNs) this.#removeOldest();
  }

  /** Like `remember`, but removes nothing: the caller takes the drops before they are too many. */
  add(batch: DropBatch, from: number, to: number): void {
    this.#copy(batch, from, to, false);
  }

  /**
   * Gives all remembered drops away, without those before the first one at this time or later. The caller gives the memory
   * back by `recycle`.
   */
  takeFrom(timeNs: number): KeptBatch[] {
    while (this.#batches.length > 0 && this.#batches[0]!.newestNs < timeNs) this.#removeOldest();
    this.#batches[0]?.removeBefore(timeNs);
    return this.takeAll();
  }

  /** Gives all remembered drops away. The caller gives the memory back by `recycle`. */
  takeAll(): KeptBatch[] {
    const taken = this.#batches;
    this.#batches = [];
    this.#heldBytes = 0;
    return taken;
  }

  /** Takes the memory of drops back that were taken. */
  recycle({ memory }: KeptBatch): void {
    const usual = memory.arena.length === this.#arenaBytes && memory.capacity === this.#capacity;
    if (!usual || this.#heldBytes + this.#freeBytes + bytesOf(memory) > this.#bytes) return;
    this.#free.push(memory);
    this.#freeBytes += bytesOf(memory);
  }

  #copy(batch: DropBatch, from: number, to: number, remove: boolean): void {
    for (let row = from; row < to;) {
      const last = this.#batches.at(-1);
      const kept = last?.batch.kinds === batch.kinds ? last : this.#begin(batch, row, remove);
      const next = kept.append(batch, row, to, this.#causes);
      if (next === row) this.#begin(batch, row, remove);
      row = next;
    }
  }

  /** Begins a batch that has room for this row. @param remove whether old drops may be removed for it */
  #begin({ kinds, payloadLength }: DropBatch, row: number, remove: boolean): KeptBatch {
    const long = payloadLength[row]! > this.#arenaBytes;
    const arenaBytes = long ? payloadLength[row]! : this.#arenaBytes;
    const capacity = long ? 1 : this.#capacity;
    const needed = arenaBytes + capacity * ROW_BYTES;
    if (remove) this.#makeRoom(needed, kinds);
    const kept = new KeptBatch(this.#memory(arenaBytes, capacity, long), kinds);
    this.#batches.push(kept);
    this.#heldBytes += needed;
    return kept;
  }

  #memory(arenaBytes: number, capacity: number, long: boolean): BatchMemory {
    const free = long ? undefined : this.#free.pop();
    if (!free) return new BatchMemory(new Uint8Array(arenaBytes), capacity);
    this.#freeBytes -= bytesOf(free);
    return free;
  }

  /** Removes the oldest drops, so that so many bytes and this table can come. */
  #makeRoom(bytes: number, kinds: KindTable): void {
    while (this.#heldBytes + bytes > this.#bytes && this.#batches.length > 0) this.#removeOldest();
    const tables = new Set(this.#batches.map(({ batch }) => batch.kinds)).add(kinds);
    while (tables.size > MOST_TABLES) {
      const oldest = this.#batches[0]!.batch.kinds;
      while (this.#batches[0]?.batch.kinds === oldest) this.#removeOldest();
      tables.delete(oldest);
    }
  }

  #removeOldest(): void {
    const oldest = this.#batches.shift()!;
    this.#heldBytes -= bytesOf(oldest.memory);
    this.recycle(oldest);
  }
}
