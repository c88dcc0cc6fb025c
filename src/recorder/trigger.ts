import type { DropBatch } from '../drop/batch.js';
import { timeOf } from '../drop/rowTime.js';
import { UsageError } from '../errors.js';
import type { DropFilter } from '../filter/compileFilter.js';
import { MOST_TRIGGER_RATE } from './limits.js';

const SECOND_NS = 1e9;

/** Decides which drops make a recorder write what it remembers. One trigger serves one recorder. */
export interface Trigger {
  /** Text for people: `reason = NO_SOCKET`. */
  readonly text: string;
  /**
   * Looks at all drops of a batch.
   * @returns a byte for each row: 1 for a drop that triggers. Valid until the next call; must not be changed.
   */
  judge(batch: DropBatch): Uint8Array;
}

/** Makes a trigger of the drops that fit a filter expression (`compileFilter`). */
export function triggerOnFilter(filter: DropFilter): Trigger {
  return { text: filter.text, judge: (batch) => filter.judge(batch) };
}

/**
 * Makes a trigger of more than `perSecond` drops within a second, by the times of the drops. Each drop counts for one
 * trigger only.
 * @throws UsageError when `perSecond` is no number from 1 to MOST_TRIGGER_RATE
 */
export function triggerOnRate(perSecond: number): Trigger {
  if (!(Number.isInteger(perSecond) && perSecond >= 1 && perSecond <= MOST_TRIGGER_RATE))
    throw new UsageError(
      `the rate of a trigger is a number from 1 to ${MOST_TRIGGER_RATE}, not ${perSecond}`,
    );
  return new RateTrigger(perSecond);
}

class RateTrigger implements Trigger {
  readonly text: string;
  /** The times of the last drops, in a ring: `#next` is the oldest one's place. */
  readonly #times: Float64Array;
  #next = 0;
  #marks = new Uint8Array(0);

  constructor(perSecond: number) {
    this.text = `more than ${perSecond} drops a second`;
    this.#times = new Float64Array(perSecond).fill(-Infinity);
  }

  judge(batch: DropBatch): Uint8Array {
    if (this.#marks.length < batch.capacity) this.#marks = new Uint8Array(batch.capacity);
    const [marks, times] = [this.#marks, this.#times];
    let next = this.#next;
    for (let row = 0; row < batch.length; row++) {
      const timeNs = timeOf(batch, row);
      // Drops of several processors do not come in the order of their times.
      marks[row] = Math.abs(timeNs - times[next]!) < SECOND_NS ? 1 : 0;
      if (marks[row] === 1) times.fill(-Infinity);
      else times[next] = timeNs;
      next = next + 1 === times.length ? 0 : next + 1;
    }
    this.#next = next;
    return marks;
  }
}
