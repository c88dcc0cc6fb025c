import type { LossCounters } from '../drop/losses.js';

/**
 * Finds the cause of the losses before a drop: a row has only their number, and the source counts them by cause. A
 * stage can move losses to a later row, so losses wait here until a row has them.
 */
export class LossCauses {
  /** Whether the source reports the causes while it gives drops: a running kernel does, a file only at its end. */
  readonly known: boolean;
  readonly #losses: () => LossCounters;
  #queueDrops = 0;
  #overruns = 0;
  /** The counters at the last `update`. */
  #seenQueueDrops = 0;
  #seenOverruns = 0;

  /** @param losses of the source so far: `DropSource.losses()` */
  constructor(losses: () => LossCounters) {
    this.#losses = losses;
    const { queueDrops, overruns } = losses();
    this.known = queueDrops !== undefined && overruns !== undefined;
  }

  /** Reads the source's counters. Must be called before the rows of a batch. */
  update(): void {
    this.#add(this.#losses());
  }

  /** How many of these losses, which are before one drop, were queue drops. The others were overruns. */
  takeQueueDrops(lost: number): number {
    const queueDrops = Math.min(this.#queueDrops, lost);
    this.#queueDrops -= queueDrops;
    this.#overruns -= Math.min(this.#overruns, lost - queueDrops);
    return queueDrops;
  }

  /** The losses that no drop has before it, at the end of the capture. @param losses of the whole capture */
  rest(losses: LossCounters): { queueDrops: number; overruns: number } {
    this.#add(losses);
    return { queueDrops: this.#queueDrops, overruns: this.#overruns };
  }

  #add({ queueDrops = this.#seenQueueDrops, overruns = this.#seenOverruns }: LossCounters): void {
    if (!this.known) return;
    this.#queueDrops += queueDrops - this.#seenQueueDrops;
    this.#overruns += overruns - this.#seenOverruns;
    this.#seenQueueDrops = queueDrops;
    this.#seenOverruns = overruns;
  }
}
