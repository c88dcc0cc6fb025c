import { DropBatch } from '../../drop/batch.js';
import { BatchMemory } from '../../drop/batchMemory.js';
import { KindTable } from '../../drop/kind.js';

/**
 * The batches of a source: memory for a fixed number of batches, allocated when none is free, and used again and
 * again. The fixed number bounds a capture's memory.
 */
export class BatchPool {
  readonly #most: number;
  readonly #arenaBytes: number;
  readonly #capacity: number;
  #made = 0;
  readonly #free: BatchMemory[] = [];
  readonly #waiting: ((memory: BatchMemory) => void)[] = [];
  readonly #onRelease = (memory: BatchMemory): void => {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(memory);
    else this.#free.push(memory);
  };
  #kinds = new KindTable();

  /** @param most batches in use at the same time. */
  constructor(most: number, arenaBytes: number, capacity: number) {
    this.#most = most;
    this.#arenaBytes = arenaBytes;
    this.#capacity = capacity;
  }

  /** Returns an empty batch. Waits for a release when all batches are in use. */
  async acquire(): Promise<DropBatch> {
    const memory =
      this.#free.pop() ??
      this.#make() ??
      (await new Promise<BatchMemory>((resolve) => this.#waiting.push(resolve)));
    if (this.#kinds.full) this.#kinds = new KindTable();
    return new DropBatch(memory, this.#kinds, this.#onRelease);
  }

  #make(): BatchMemory | undefined {
    if (this.#made === this.#most) return undefined;
    this.#made++;
    return new BatchMemory(new Uint8Array(this.#arenaBytes), this.#capacity);
  }
}
