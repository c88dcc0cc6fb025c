import type { DropBatch } from '../drop/batch.js';
import type { Outlet } from '../outlet/outlet.js';
import { Causes, secondsAt } from '../report/causes.js';
import { FlowKey, KIND } from '../stage/flowKey.js';
import { DropClock } from './clock.js';
import { History } from './history.js';
import { LastPackets, type RowMatch } from './lastPackets.js';
import { Slices } from './slices.js';

/** Takes the drops of a row. */
export interface RowTap {
  readonly match: RowMatch;
  /** @param marks 1 for each row of the batch that the tap takes; valid until it returns */
  write(batch: DropBatch, marks: Uint8Array): Promise<void> | undefined;
}

/** Counts drops for a live view: an outlet. Memory is bounded for any number of drops. */
export class TopCounts implements Outlet {
  /** All drops since the start. */
  drops = 0;
  readonly clock: DropClock;
  readonly causes: Causes = new Causes();
  readonly slices: Slices;
  readonly history: History = new History();
  readonly packets: LastPackets = new LastPackets();
  /** Gets the drops of a row too. */
  tap: RowTap | undefined;
  readonly #key = new FlowKey();
  #marks = new Uint8Array(0);

  /** @param windowSeconds the time that the counts of the view cover */
  constructor(windowSeconds: number, clock: DropClock) {
    this.slices = new Slices(windowSeconds);
    this.clock = clock;
  }

  /** Counts a batch. Does not change the batch. */
  write(batch: DropBatch): Promise<void> | undefined {
    const { clock, slices, tap } = this;
    const key = this.#key;
    if (this.#marks.length < batch.capacity) this.#marks = new Uint8Array(batch.capacity);
    for (let row = 0; row < batch.length; row++) {
      const time = secondsAt(batch, row);
      clock.see(time);
      const { now } = clock;
      slices.advance(now);
      this.history.add(1, now);
      const cause = this.causes.add(batch, row, time);
      const flow = key.read(batch, row) ? key : undefined;
      key.words[KIND] = cause >>> 0;
      slices.add(cause, flow, time);
      this.packets.see(cause, flow, batch, row);
      if (tap) this.#marks[row] = tap.match(cause, flow) ? 1 : 0;
    }
    this.drops += batch.length;
    return tap?.write(batch, this.#marks);
  }

  /** Forgets what the window and the history have, as for another filter. */
  clear(): void {
    this.slices.clear();
    this.history.clear();
    this.packets.clear();
  }
}
