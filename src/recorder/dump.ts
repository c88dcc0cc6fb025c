import type { Outlet } from '../outlet/outlet.js';
import { bytesOf, type KeptBatch } from './keptBatch.js';

/** What a dump is written for. */
export interface DumpStart {
  /** From 1. */
  readonly number: number;
  /** The trigger's text. */
  readonly trigger: string;
  /** Time of the drop that triggered, or of the call: nanoseconds since 1970 UTC. */
  readonly timeNs: bigint;
  /** Remembered drops that the dump begins with, and the seconds from the first of them to the trigger. */
  readonly dropsBefore: number;
  readonly secondsBefore: number;
}

/** A dump that is complete. */
export interface DumpEnd extends DumpStart {
  /** Drops that were given to the outlet. */
  readonly drops: number;
}

/** Opens the outlet of a dump, such as an EncodedOutlet. The recorder calls its methods in the order of a capture. */
export type OpenDump = (start: DumpStart) => Promise<Outlet>;

/** Drops on their way to the outlet of one dump. */
export class Dump {
  readonly start: DumpStart;
  /** Time of the last drops, in nanoseconds since 1970 UTC with an error below 512. */
  readonly untilNs: number;
  /** Whether no more drops are added. */
  ended = false;
  drops = 0;
  /** Bytes of memory of the drops that wait. */
  waitingBytes = 0;
  readonly #waiting: KeptBatch[] = [];
  #queueDrops = 0;
  #overruns = 0;
  #outlet: Outlet | undefined;

  constructor(start: DumpStart, untilNs: number) {
    this.start = start;
    this.untilNs = untilNs;
  }

  add(batches: readonly KeptBatch[]): void {
    for (const kept of batches) {
      this.#waiting.push(kept);
      this.waitingBytes += bytesOf(kept.memory);
      this.drops += kept.batch.length;
      this.addLosses(kept.losses());
    }
  }

  /**
   * Writes the drops that wait, also those that are added meanwhile.
   * @param written called with each batch that the outlet took
   */
  async write(open: OpenDump, written: (kept: KeptBatch) => void): Promise<void> {
    if (!this.#outlet) {
      this.#outlet = await open(this.start);
      await this.#outlet.begin?.();
    }
    for (let kept = this.#waiting.shift(); kept; kept = this.#waiting.shift()) {
      await this.#outlet.write(kept.batch);
      this.waitingBytes -= bytesOf(kept.memory);
      written(kept);
    }
  }

  /** Adds losses after the last drop. */
  addLosses({ queueDrops, overruns }: { queueDrops: number; overruns: number }): void {
    this.#queueDrops += queueDrops;
    this.#overruns += overruns;
  }

  /** Completes the outlet. @param known whether the causes of the losses are known */
  async complete(known: boolean): Promise<void> {
    await this.#outlet?.end?.({
      queueDrops: known ? this.#queueDrops : undefined,
      overruns: known ? this.#overruns : undefined,
    });
  }
}
