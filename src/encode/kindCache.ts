import type { DropBatch } from '../drop/batch.js';
import type { KindTable } from '../drop/kind.js';

/** Most values in the cache. A full cache is emptied. */
const MAX_VALUES = 4096;
/** Number of different protocols: a protocol has 16 bits, and NO_PROTOCOL is one more. */
const PROTOCOLS = 0x1_0001;

/** The values of one kind, by protocol and framing. The last used value is found without the map. */
interface KindValues<Value> {
  lastKey: number;
  lastValue: Value;
  readonly values: Map<number, Value>;
}

/**
 * Caches what all drops of one kind, protocol and framing share in an output. Each value is built once, not once a
 * packet. Bounded: a full cache is emptied. A hit allocates nothing.
 */
export class KindCache<Value> {
  #byKind: (KindValues<Value> | undefined)[] = [];
  #size = 0;
  #kinds: KindTable | undefined;
  #symbolsVersion = 0;

  /** Removes all values. Required for a new section: its interfaces have other ids. */
  clear(): void {
    this.#byKind = [];
    this.#size = 0;
  }

  /**
   * The value for row `i`. Calls `build` when the cache has no value.
   * @param symbolsVersion version of the symbols' names. Another version empties the cache.
   */
  get(batch: DropBatch, i: number, symbolsVersion: number, build: (i: number) => Value): Value {
    if (batch.kinds !== this.#kinds || symbolsVersion !== this.#symbolsVersion) {
      this.clear();
      this.#kinds = batch.kinds;
      this.#symbolsVersion = symbolsVersion;
    }
    const kind = batch.kind[i]!;
    const key = batch.framing[i]! * PROTOCOLS + batch.protocol[i]! + 1;
    let known = this.#byKind[kind];
    if (known?.lastKey === key) return known.lastValue;
    let value = known?.values.get(key);
    if (value === undefined) {
      if (this.#size === MAX_VALUES) {
        this.clear();
        known = undefined;
      }
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
