import type { DropBatch } from '../drop/batch.js';
import type { KindTable } from '../drop/kind.js';

/** Values before the cache starts anew. */
const MAX_VALUES = 4096;
/** A protocol has 16 bits; NO_PROTOCOL takes one number more. */
const PROTOCOLS = 0x1_0001;

/** The values of one kind, by protocol and framing; the one that was asked for last is found without the map. */
interface KindValues<Value> {
  lastKey: number;
  lastValue: Value;
  readonly values: Map<number, Value>;
}

/**
 * What all drops of one kind, protocol and framing have in common in an output, so that it is built once and not once a
 * packet. Bounded: a full cache is emptied. Allocates nothing for drops that it knows.
 */
export class KindCache<Value> {
  #byKind: (KindValues<Value> | undefined)[] = [];
  #size = 0;
  #kinds: KindTable | undefined;
  #symbolsVersion = 0;

  /** Forgets everything: for a new section, whose interface ids are others. */
  clear(): void {
    this.#byKind = [];
    this.#size = 0;
  }

  /**
   * The value for row `i`; `build` makes it when it is not there yet.
   * @param symbolsVersion of the names of places: with a new one, everything is built anew.
   */
  get(batch: DropBatch, i: number, symbolsVersion: number, build: (i: number) => Value): Value {
    if (this.#size >= MAX_VALUES || batch.kinds !== this.#kinds || symbolsVersion !== this.#symbolsVersion) {
      this.clear();
      this.#kinds = batch.kinds;
      this.#symbolsVersion = symbolsVersion;
    }
    const kind = batch.kind[i]!;
    const key = batch.framing[i]! * PROTOCOLS + batch.protocol[i]! + 1;
    const known = this.#byKind[kind];
    if (known?.lastKey === key) return known.lastValue;
    let value = known?.values.get(key);
    if (value === undefined) {
      value = build(i);
      this.#size++;
    }
    if (!known) {
      this.#byKind[kind] = { lastKey: key, lastValue: value, values: new Map([[key, value]]) };
      return value;
    }
    known.values.set(key, value);
    known.lastKey = key;
    known.lastValue = value;
    return value;
  }
}
