import { DropBatch } from '../../drop/batch.js';
import { BatchMemory } from '../../drop/batchMemory.js';
import { KindTable } from '../../drop/kind.js';

/**
 * The batches of a source: memory for a fixed number of them, made when none is free and used again and again. A capture's
 * memory is bounded because there is no more.
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

  /** @param most batches that there can be at once. */
  constructor(most: number, arenaBytes: number, capacity: number) {
    this.#most = most;
    this.#arenaBytes = arenaBytes;
    this.#capacity = capacity;
  }

  /** An empty batch; waits until one is released when there are none left. */
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
