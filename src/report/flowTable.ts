import { type FlowKey, KEY_WORDS } from '../stage/flowKey.js';
import type { Count } from './causes.js';

/** Flows that the table keeps, and places for them: twice as many, so that a search is short. */
const MAX_FLOWS = 32_768;
const PLACES = 2 * MAX_FLOWS;
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
 * Counts drops by cause and flow. Memory is fixed: up to 32,768 flows are counted exactly. When one more comes, the half with
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
  readonly #keys = new Uint32Array(MAX_FLOWS * KEY_WORDS);
  readonly #lengths = new Uint8Array(MAX_FLOWS);
  readonly #drops = new Float64Array(MAX_FLOWS);
  readonly #missed = new Float64Array(MAX_FLOWS);
  readonly #first = new Float64Array(MAX_FLOWS);
  readonly #last = new Float64Array(MAX_FLOWS);
  readonly #hashes = new Int32Array(MAX_FLOWS);
  /** Number of a flow plus one, by hash; EMPTY: none. */
  readonly #places = new Uint32Array(PLACES);

  /** Counts a drop. @param key with the number of the cause in place of the kind. @param time as of `addDrop` */
  add(key: FlowKey, time: number): void {
    const hash = this.#hash(key);
    let flow = this.#find(key, hash);
    if (flow < 0) {
      if (this.#size === MAX_FLOWS) this.#giveUpHalf();
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
    search: for (let place = hash & (PLACES - 1); ; place = (place + 1) & (PLACES - 1)) {
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
    let place = this.#hashes[flow]! & (PLACES - 1);
    while (this.#places[place] !== EMPTY) place = (place + 1) & (PLACES - 1);
    this.#places[place] = flow + 1;
  }

  /** Keeps the flows with more drops, counting those missed, than half of the flows have; of equal ones the newer. */
  #giveUpHalf(): void {
    const totals = this.#drops.map((drops, flow) => drops + this.#missed[flow]!);
    const limit = totals.toSorted()[MAX_FLOWS / 2 - 1]!;
    const equal = totals.reduce((count, total) => count + Number(total === limit), 0);
    const above = totals.reduce((count, total) => count + Number(total > limit), 0);
    let givenUpEqual = equal - Math.max(MAX_FLOWS / 2 - above, 0);
    this.#largestGivenUp = limit;
    this.#size = 0;
    for (let flow = 0; flow < MAX_FLOWS; flow++) {
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
