import type { DropBatch } from '../drop/batch.js';
import type { LossCounters } from '../drop/losses.js';

/** Where the drops of a capture go: a file, a count, a program. Several can take the drops of one capture side by side. */
export interface Outlet {
  /** Called before the first batch. */
  begin?(): Promise<void>;
  /**
   * Takes the drops of a batch. The batch stays the caller's: it must not be changed or released, and not be used after
   * this returns, also when a promise is returned.
   * @returns a promise when the caller must wait before the next call.
   */
  write(batch: DropBatch): Promise<void> | undefined;
  /** Called after the last batch, also after a failure. @param losses of the whole capture. */
  end?(losses: LossCounters): Promise<void>;
  /** Has `listener` called as soon as something fails between two calls, so that the capture ends. */
  onFailure?(listener: () => void): void;
}
