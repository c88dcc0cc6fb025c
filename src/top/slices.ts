import type { FlowKey } from '../stage/flowKey.js';
import { FlowTable } from '../report/flowTable.js';

/** Parts of the window. Old drops leave it one part at a time. */
export const SLICES = 20;
/** Flows that are counted exactly in each part. */
const FLOWS = 1024;

/** Drops in a part of the window. */
export interface Slice {
  /** Number of the part since 1970, -1 when it has no drops. */
  index: number;
  drops: number;
  /** Drops by the number of their cause. */
  readonly causes: Map<number, number>;
  readonly flows: FlowTable;
}

/** Counts the drops of the last seconds by cause and flow. Memory is fixed. */
export class Slices {
  /** Length of a part. */
  readonly seconds: number;
  readonly #slices: readonly Slice[];
  #current: Slice;

  /** @param windowSeconds least time that the parts cover together: the newest part has just begun */
  constructor(windowSeconds: number) {
    this.seconds = windowSeconds / (SLICES - 1);
    this.#slices = Array.from({ length: SLICES }, () => ({
      index: -1,
      drops: 0,
      causes: new Map<number, number>(),
      flows: new FlowTable(FLOWS),
    }));
    this.#current = this.#slices[0]!;
  }

  /** Drops of `add` belong to this time from now on. @param now seconds since 1970 UTC, never less than before */
  advance(now: number): void {
    const index = Math.floor(now / this.seconds);
    const slice = this.#slices[index % SLICES]!;
    if (slice.index !== index) {
      slice.index = index;
      slice.drops = 0;
      slice.causes.clear();
      slice.flows.clear();
    }
    this.#current = slice;
  }

  /**
   * Counts a drop.
   * @param key its flow, with the number of the cause in place of the kind; undefined when its packet has none
   * @param time as of `addDrop`
   */
  add(cause: number, key: FlowKey | undefined, time: number): void {
    const slice = this.#current;
    slice.drops++;
    slice.causes.set(cause, (slice.causes.get(cause) ?? 0) + 1);
    if (key) slice.flows.add(key, time);
  }

  /** When the window that ends now begins. */
  begin(now: number): number {
    return (Math.floor(now / this.seconds) - SLICES + 1) * this.seconds;
  }

  /** The parts of the window that ends now, the oldest first; undefined for one without drops. */
  window(now: number): (Slice | undefined)[] {
    const last = Math.floor(now / this.seconds);
    return Array.from({ length: SLICES }, (_, i) => {
      const index = last - SLICES + 1 + i;
      const slice = index < 0 ? undefined : this.#slices[index % SLICES];
      return slice?.index === index ? slice : undefined;
    });
  }

  /** Forgets all drops. */
  clear(): void {
    for (const slice of this.#slices) {
      slice.index = -1;
      slice.drops = 0;
      slice.causes.clear();
      slice.flows.clear();
    }
  }
}
