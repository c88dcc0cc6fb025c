/** Number of slots. A new entry replaces the entry in its slot. */
const SLOTS = 4096;
/** Longest run of bytes that is kept. Only hostile input has longer runs. */
const MAX_BYTES = 1024;
const MULTIPLIER = 0x9e3779b1;

interface Entry<Value> {
  /** The bytes as 32-bit words, the last word filled up with zeros. */
  readonly words: Int32Array;
  /** Number of bytes. */
  readonly length: number;
  readonly value: Value;
}

/**
 * Caches values by runs of bytes. Metadata of drops repeats, so each run of bytes is parsed once. Bounded: 4096
 * entries of at most 1 KiB. `get` allocates nothing, because it is on the hot path of hosts without the native addon,
 * of big-endian recordings, and of dropcap's own files (test/bench/comments.bench.ts).
 */
export class ByteMemo<Value> {
  readonly #slots: (Entry<Value> | undefined)[] = Array.from({ length: SLOTS });
  readonly #words = new Int32Array(MAX_BYTES / 4);

  /** The value for the `length` bytes at `offset`; undefined when there is none. */
  get(view: DataView, offset: number, length: number): Value | undefined {
    if (length > MAX_BYTES) return undefined;
    const entry = this.#slots[this.#read(view, offset, length)];
    return entry?.length === length && this.#matches(entry.words) ? entry.value : undefined;
  }

  /** Stores a value for the `length` bytes at `offset`. Copies the bytes. Does nothing for more than 1 KiB. */
  set(view: DataView, offset: number, length: number, value: Value): void {
    if (length > MAX_BYTES) return;
    const slot = this.#read(view, offset, length);
    this.#slots[slot] = { words: this.#words.slice(0, (length + 3) >> 2), length, value };
  }

  /** Removes all entries. */
  clear(): void {
    this.#slots.fill(undefined);
  }

  /** Reads the bytes into `#words`; returns their slot. */
  #read(view: DataView, offset: number, length: number): number {
    const words = this.#words;
    let hash = length;
    let word = 0;
    let at = offset;
    for (const end = offset + (length & ~3); at < end; at += 4) {
      const value = view.getInt32(at, true);
      words[word++] = value;
      hash = Math.imul(hash ^ value, MULTIPLIER) ^ (hash >>> 15);
    }
    if (at < offset + length) {
      let value = 0;
      for (let i = offset + length - 1; i >= at; i--) value = (value << 8) | view.getUint8(i);
      words[word] = value;
      hash = Math.imul(hash ^ value, MULTIPLIER) ^ (hash >>> 15);
    }
    return (hash ^ (hash >>> 12)) & (SLOTS - 1);
  }

  #matches(words: Int32Array): boolean {
    for (let i = 0; i < words.length; i++) if (words[i] !== this.#words[i]) return false;
    return true;
  }
}
