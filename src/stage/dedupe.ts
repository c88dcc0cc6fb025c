import type { DropBatch } from '../drop/batch.js';
import type { KindTable } from '../drop/kind.js';
import { UsageError } from '../errors.js';
import { FlowKey, KEY_WORDS } from './flowKey.js';
import { isSameSecond } from './second.js';
import { selectDrops } from './select.js';
import type { Stage } from './stage.js';

/** Flows that are remembered, in sets: a flow has its place in one set. */
const SETS = 2048;
const FLOWS_OF_SET = 4;
const FLOWS = SETS * FLOWS_OF_SET;
const MAX_U32 = 0xffffffff;
const NONE = -1;

/**
 * Makes a stage that lets the first `most` of equal drops a second pass. The next equal drop that passes has in
 * `repeatedBefore` how many were left out before it. Equal drops have the same kind and the same flow (`FlowKey`).
 *
 * A flow's second begins with its first drop, and again with the first one a second or more away from that, by the
 * drops' own times. The memory is fixed: 8,192 flows. When a new flow takes the place of another one, the other flow's
 * next drop passes, and only `removed` has the number that were left out before. So have drops that no equal drop
 * follows. A drop whose headers are cut or damaged always passes.
 * @throws UsageError when `most` is not a number from 1 up
 */
export function removeRepeats(most = 1): Stage {
  if (!Number.isInteger(most) || most < 1)
    throw new UsageError(`the number of equal drops a second must be a number from 1 up, not ${most}`);
  const flows = new FlowTable(most);
  return selectDrops('dedupe', (batch, row) => flows.passes(batch, row));
}

class FlowTable {
  readonly #most: number;
  readonly #key = new FlowKey();
  readonly #keys = new Uint32Array(FLOWS * KEY_WORDS);
  readonly #startHigh = new Uint32Array(FLOWS);
  readonly #startLow = new Uint32Array(FLOWS);
  /** Drops that passed in the flow's second. 0: no flow has this place. */
  readonly #passed = new Uint32Array(FLOWS);
  readonly #leftOut = new Float64Array(FLOWS);
  /** The table that the keys' kinds refer to. */
  #kinds: KindTable | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  passes(batch: DropBatch, row: number): boolean {
    if (batch.kinds !== this.#kinds) {
      this.#kinds = batch.kinds;
      this.#passed.fill(0);
    }
    if (!this.#key.read(batch, row)) return true;
    const high = batch.timestampHigh[row]!;
    const low = batch.timestampLow[row]!;
    const first = (this.#key.hash() & (SETS - 1)) * FLOWS_OF_SET;
    const flow = this.#find(first);
    if (flow === NONE) {
      const place = this.#placeIn(first);
      this.#setKey(place);
      this.#leftOut[place] = 0;
      this.#begin(place, high, low);
      return true;
    }
    if (!isSameSecond(high, low, this.#startHigh[flow]!, this.#startLow[flow]!)) {
      this.#begin(flow, high, low);
    } else if (this.#passed[flow]! < this.#most) {
      this.#passed[flow]!++;
    } else {
      // A drop of a file can say itself that equal ones were left out before it.
      this.#leftOut[flow]! += 1 + batch.repeatedBefore[row]!;
      return false;
    }
    const repeated = batch.repeatedBefore[row]! + this.#leftOut[flow]!;
    batch.repeatedBefore[row] = Math.min(repeated, MAX_U32);
    this.#leftOut[flow] = 0;
    return true;
  }

  /** A loop: for so few words, it is faster than `set`. */
  #setKey(flow: number): void {
    const { words, length } = this.#key;
    for (let i = 0; i < length; i++) this.#keys[flow * KEY_WORDS + i] = words[i]!;
  }

  #begin(flow: number, high: number, low: number): void {
    this.#startHigh[flow] = high;
    this.#startLow[flow] = low;
    this.#passed[flow] = 1;
  }

  /** The place of the key's flow in the set that begins at `first`, or NONE. */
  #find(first: number): number {
    for (let flow = first; flow < first + FLOWS_OF_SET; flow++)
      if (this.#passed[flow] !== 0 && this.#hasKey(flow)) return flow;
    return NONE;
  }

  #hasKey(flow: number): boolean {
    const { words, length } = this.#key;
    const keys = this.#keys;
    const at = flow * KEY_WORDS;
    for (let i = 0; i < length; i++) if (keys[at + i] !== words[i]) return false;
    return true;
  }

  /** The place for a new flow: a free one, or that of the flow whose second began first. */
  #placeIn(first: number): number {
    let oldest = first;
    for (let flow = first; flow < first + FLOWS_OF_SET; flow++) {
      if (this.#passed[flow] === 0) return flow;
      const later = this.#startHigh[flow]! - this.#startHigh[oldest]!;
      if (later < 0 || (later === 0 && this.#startLow[flow]! < this.#startLow[oldest]!)) oldest = flow;
    }
    return oldest;
  }
}
