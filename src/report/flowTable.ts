import { type FlowKey, KEY_WORDS } from '../stage/flowKey.js';
import type { Count } from './causes.js';

/** Flows that a table keeps for a report. */
const MAX_FLOWS = 32_768;
const EMPTY = 0;
/** A random number of 32 bits. */
const random = () => Math.floor(Math.random() * 2 ** 32);

/** A flow with its drops. */
export interface Flow extends Readonly<Count> {
  /** Words of a FlowKey; the first one is the number of the cause. */
  readonly words: Uint32Array;
  /** Most drops of the flow that are not in `drops`, because the table had no room for the flow then. */
  readonly missed: number;
}

/**
 * Counts drops by cause and flow. Memory is fixed: a number of flows is counted exactly. When one more comes, the half with
 * the fewest drops is given up. A flow that comes back may lack as many drops as the largest of those had (`missed`), so
 * flows with many drops stay, and their error is known. (Metwally et al., "Efficient computation of frequent and top-k elements in data
 * streams", 2005, has the same bound; giving up half at once needs no order.)
 */
export class FlowTable {
  /** Drops of flows that were given up. */
  givenUp = 0;
  /** The largest number of drops, with those missed, of a flow that was given up. */
  #largestGivenUp = 0;
  #size = 0;
  readonly #seed = random();
  readonly #factor = random() | 1;
  readonly #most: number;
  readonly #keys: Uint32Array;
  readonly #lengths: Uint8Array;
  readonly #drops: Float64Array;
  readonly #missed: Float64Array;
  readonly #first: Float64Array;
  readonly #last: Float64Array;
  readonly #hashes: Int32Array;
  /** Number of a flow plus one, by hash; EMPTY: none. Twice as many as flows, so that a search is short. */
  readonly #places: Uint32Array;

  /** @param most flows that are counted exactly: a power of two */
  constructor(most: number = MAX_FLOWS) {
    this.#most = most;
    this.#keys = new Uint32Array(most * KEY_WORDS);
    this.#lengths = new Uint8Array(most);
    this.#drops = new Float64Array(most);
    this.#missed = new Float64Array(most);
    this.#first = new Float64Array(most);
    this.#last = new Float64Array(most);
    this.#hashes = new Int32Array(most);
    this.#places = new Uint32Array(2 * most);
  }

  /** Most drops that a flow can have which is not in the table. */
  get missedAtMost(): number {
    return this.#largestGivenUp;
  }

  /** Forgets all flows. */
  clear(): void {
    this.givenUp = 0;
    this.#largestGivenUp = 0;
    this.#size = 0;
    this.#places.fill(EMPTY);
  }

  /** Counts a drop. @param key with the number of the cause in place of the kind. @param time as of `addDrop` */
  add(key: FlowKey, time: number): void {
    const hash = this.#hash(key);
    let flow = this.#find(key, hash);
    if (flow < 0) {
      if (this.#size === this.#most) this.#giveUpHalf();
      flow = this.#append(key, hash);
    }
    this.#drops[flow]!++;
    if (time === 0) return;
    if (!(time >= this.#first[flow]!)) this.#first[flow] = time;
    if (!(time <= this.#last[flow]!)) this.#last[flow] = time;
  }

  /** All flows of the table, in no order. */
  *[Symbol.iterator](): Generator<Flow> {
    for (let flow = 0; flow < this.#size; flow++) {
      const start = flow * KEY_WORDS;
      yield {
        words: this.#keys.slice(start, start + this.#lengths[flow]!),
        drops: this.#drops[flow]!,
        missed: this.#missed[flow]!,
        first: this.#first[flow]!,
        last: this.#last[flow]!,
      };
    }
  }

  /**
   * Not `FlowKey.hash`: who sends packets could choose addresses so that all flows have one hash, and each drop would be compared
   * with all flows. Here the sender does not know the factor, and no sum of words can stay the same.
   */
  #hash({ words, length }: FlowKey): number {
    let hash = this.#seed;
    for (let i = 0; i < length; i++) {
      hash = Math.imul(hash ^ words[i]!, this.#factor);
      hash ^= hash >>> 15;
    }
    return hash;
  }

  #find({ words, length }: FlowKey, hash: number): number {
    const keys = this.#keys;
    const mask = this.#places.length - 1;
    search: for (let place = hash & mask; ; place = (place + 1) & mask) {
      const flow = this.#places[place]! - 1;
      if (flow < 0) return flow;
      if (this.#hashes[flow] !== hash || this.#lengths[flow] !== length) continue;
      const start = flow * KEY_WORDS;
      for (let i = 0; i < length; i++) if (keys[start + i] !== words[i]) continue search;
      return flow;
    }
  }

  #append({ words, length }: FlowKey, hash: number): number {
    const flow = this.#size++;
    this.#keys.set(words.subarray(0, length), flow * KEY_WORDS);
    this.#lengths[flow] = length;
    this.#drops[flow] = 0;
    this.#missed[flow] = this.#largestGivenUp;
    this.#first[flow] = Number.NaN;
    this.#last[flow] = Number.NaN;
    this.#hashes[flow] = hash;
    this.#place(flow);
    return flow;
  }

  #place(flow: number): void {
    const mask = this.#places.length - 1;
    let place = this.#hashes[flow]! & mask;
    while (this.#places[place] !== EMPTY) place = (place + 1) & mask;
    this.#places[place] = flow + 1;
  }

  /** Keeps the flows with more drops, counting those missed, than half of the flows have; of equal ones the newer. */
  #giveUpHalf(): void {
    const totals = this.#drops.map((drops, flow) => drops + this.#missed[flow]!);
    const limit = totals.toSorted()[this.#most / 2 - 1]!;
    const equal = totals.reduce((count, total) => count + Number(total === limit), 0);
    const above = totals.reduce((count, total) => count + Number(total > limit), 0);
    let givenUpEqual = equal - Math.max(this.#most / 2 - above, 0);
    this.#largestGivenUp = limit;
    this.#size = 0;
    for (let flow = 0; flow < this.#most; flow++) {
      const total = totals[flow]!;
      if (total > limit || (total === limit && givenUpEqual-- <= 0)) this.#move(flow, this.#size++);
      else this.givenUp += this.#drops[flow]!;
    }
    this.#places.fill(EMPTY);
    for (let flow = 0; flow < this.#size; flow++) this.#place(flow);
  }

  #move(from: number, to: number): void {
    this.#keys.copyWithin(to * KEY_WORDS, from * KEY_WORDS, (from + 1) * KEY_WORDS);
    this.#lengths[to] = this.#lengths[from]!;
    this.#drops[to] = this.#drops[from]!;
    this.#missed[to] = this.#missed[from]!;
    this.#first[to] = this.#first[from]!;
    this.#last[to] = this.#last[from]!;
    this.#hashes[to] = this.#hashes[from]!;
  }
}
