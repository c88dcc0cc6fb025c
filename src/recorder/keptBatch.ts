import { copyBytes } from '../bytes.js';
import { DropBatch } from '../drop/batch.js';
import { BatchMemory } from '../drop/batchMemory.js';
import type { KindTable } from '../drop/kind.js';
import { COLUMNS } from '../drop/layout.js';
import { timeOf } from '../drop/rowTime.js';
import type { LossCauses } from './lossCauses.js';

/** Bytes that a row takes besides its payload: the columns, and `BatchMemory.rows`. */
export const ROW_BYTES: number = 4 * (COLUMNS.length + 1);

/** Bytes that a batch's memory takes. */
export function bytesOf({ arena, capacity }: BatchMemory): number {
  return arena.length + capacity * ROW_BYTES;
}

/** Copies of drops, in a batch over memory of the recorder. All of them have kinds of one table. */
export class KeptBatch {
  readonly memory: BatchMemory;
  readonly batch: DropBatch;
  /** The latest time of a drop, as `timeOf` gives it. */
  newestNs: number = -Infinity;
  /** Bytes of the arena that have a payload. */
  #used = 0;

  constructor(memory: BatchMemory, kinds: KindTable) {
    this.memory = memory;
    this.batch = new DropBatch(memory, kinds);
  }

  /**
   * Copies rows of a batch, from `from` to before `to`, as far as there is room. The batch has the same table of kinds.
   * @returns the row after the last copied one; `from` when there is no room
   */
  append(source: DropBatch, from: number, to: number, causes: LossCauses): number {
    const target = this.batch;
    const { arena } = this.memory;
    const first = target.length;
    const end = this.#lastWithRoom(source, from, Math.min(to, from + target.capacity - first));
    for (let row = from; row < end; row++) {
      const length = source.payloadLength[row]!;
      copyBytes(source.arena, source.payloadOffset[row]!, length, arena, this.#used);
      target.payloadOffset[first + row - from] = this.#used;
      this.#used += length;
      const timeNs = timeOf(source, row);
      if (timeNs > this.newestNs) this.newestNs = timeNs;
      const lost = source.lostBefore[row]!;
      this.memory.rows[first + row - from] = lost === 0 ? 0 : causes.takeQueueDrops(lost);
    }
    copyColumn(source.kind, target.kind, from, end, first);
    copyColumn(source.timestampLow, target.timestampLow, from, end, first);
    copyColumn(source.timestampHigh, target.timestampHigh, from, end, first);
    copyColumn(source.protocol, target.protocol, from, end, first);
    copyColumn(source.originalLength, target.originalLength, from, end, first);
    copyColumn(source.payloadLength, target.payloadLength, from, end, first);
    copyColumn(source.lostBefore, target.lostBefore, from, end, first);
    copyColumn(source.repeatedBefore, target.repeatedBefore, from, end, first);
    copyColumn(source.framing, target.framing, from, end, first);
    target.length += end - from;
    return end;
  }

  /**
   * Removes the drops before the first one with this time or a later one. Unlike in a stage, the losses before a removed
   * drop are removed too: they are of an earlier time.
   */
  removeBefore(timeNs: number): void {
    const { batch, memory } = this;
    let first = 0;
    while (first < batch.length && timeOf(batch, first) < timeNs) first++;
    if (first === 0) return;
    const { words, rows, capacity } = memory;
    for (let column = 0; column < COLUMNS.length; column++) {
      const at = column * capacity;
      words.copyWithin(at, at + first, at + batch.length);
    }
    rows.copyWithin(0, first, batch.length);
    batch.length -= first;
  }

  /** The losses before the drops, by cause. */
  losses(): { queueDrops: number; overruns: number } {
    const { batch, memory } = this;
    let queueDrops = 0;
    let lost = 0;
    for (let row = 0; row < batch.length; row++) {
      queueDrops += memory.rows[row]!;
      lost += batch.lostBefore[row]!;
    }
    return { queueDrops, overruns: lost - queueDrops };
  }

  /** The row before `to` whose payload has no room any more, or `to`. */
  #lastWithRoom({ payloadLength }: DropBatch, from: number, to: number): number {
    let left = this.memory.arena.length - this.#used;
    let row = from;
    while (row < to && (left -= payloadLength[row]!) >= 0) row++;
    return row;
  }
}

function copyColumn<Column extends Uint32Array | Int32Array>(
  source: Column,
  target: Column,
  from: number,
  to: number,
  at: number,
): void {
  target.set(source.subarray(from, to), at);
}
