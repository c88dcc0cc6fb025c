import { NOISE_NAMES, noiseOf } from '../class/noiseOf.js';
import type { NoiseName } from '../class/noise.js';
import type { DropBatch } from '../drop/batch.js';
import type { KindTable } from '../drop/kind.js';
import type { Stage } from './stage.js';

/** A stage that removes noise. */
export interface HideStage extends Stage {
  /** Number of removed drops by the name of their noise, without those of which there were none. */
  readonly hidden: Readonly<Partial<Record<NoiseName, number>>>;
}

/**
 * Makes a stage that removes noise: drops that the kernel reports although nothing is lost (docs/noise.md).
 * @param names the noise to remove. Default: all.
 */
export function hideNoise(names: readonly NoiseName[] = NOISE_NAMES): HideStage {
  return new Hide(names);
}

class Hide implements HideStage {
  readonly name = 'hide';
  removed = 0;
  pendingLosses = 0;
  readonly hidden: Partial<Record<NoiseName, number>> = {};
  readonly #names: ReadonlySet<NoiseName>;
  #kinds: KindTable | undefined;
  /** The noise of each kind by its number; null: the kind stays. */
  #noise: (NoiseName | null | undefined)[] = [];

  constructor(names: readonly NoiseName[]) {
    this.#names = new Set(names);
  }

  process(batch: DropBatch): DropBatch | undefined {
    if (batch.kinds !== this.#kinds) {
      this.#kinds = batch.kinds;
      this.#noise = [];
    }
    const before = batch.length;
    this.pendingLosses = batch.keep((row) => this.#keep(batch, batch.kind[row]!), this.pendingLosses);
    this.removed += before - batch.length;
    if (batch.length > 0) return batch;
    batch.release();
    return undefined;
  }

  #keep(batch: DropBatch, id: number): boolean {
    let noise = this.#noise[id];
    if (noise === undefined) {
      const name = noiseOf(batch.kinds.get(id));
      noise = this.#noise[id] = name !== undefined && this.#names.has(name) ? name : null;
    }
    if (noise === null) return true;
    this.hidden[noise] = (this.hidden[noise] ?? 0) + 1;
    return false;
  }
}
