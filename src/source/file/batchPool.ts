import { DropBatch } from '../../drop/batch.js';
import { StringTable } from '../../drop/stringTable.js';

/**
 * The batches of a source: up to a fixed number, each with its arena, made when none is free and used again and again.
 * What bounds the memory of a capture is that there are no more.
 */
export class BatchPool {
  readonly #batches: number;
  readonly #arenaBytes: number;
  readonly #capacity: number;
  #made = 0;
  readonly #free: DropBatch[] = [];
  readonly #waiting: ((batch: DropBatch) => void)[] = [];
  readonly #out = new Set<DropBatch>();
  #strings = new StringTable();

  constructor(batches: number, arenaBytes: number, capacity: number) {
    this.#batches = batches;
    this.#arenaBytes = arenaBytes;
    this.#capacity = capacity;
  }

  /** An empty batch, as soon as there is one. */
  async acquire(): Promise<DropBatch> {
    const batch =
      this.#free.pop() ??
      this.#make() ??
      (await new Promise<DropBatch>((resolve) => this.#waiting.push(resolve)));
    if (this.#strings.full) this.#strings = new StringTable();
    batch.strings = this.#strings;
    batch.length = 0;
    this.#out.add(batch);
    return batch;
  }

  #make(): DropBatch | undefined {
    if (this.#made === this.#batches) return undefined;
    this.#made++;
    const arena = new Uint8Array(this.#arenaBytes);
    return new DropBatch(arena, this.#capacity, this.#strings, (batch) => this.#release(batch));
  }

  #release(batch: DropBatch): void {
    if (!this.#out.delete(batch)) return; // Released twice: it is somebody else's by now.
    const waiting = this.#waiting.shift();
    if (waiting) waiting(batch);
    else this.#free.push(batch);
  }
}
