import { latin1 } from '../bytes.js';

const INITIAL_SLOTS = 256;

/**
 * Byte strings, each stored once and known by a small number. Metadata of drops repeats (a reason, a symbol, a
 * device), so a batch carries numbers and looks the bytes up only when it meets a new one.
 *
 * Id 0 is the absent string. The table only grows: its user asks `full` between batches and goes on with a new
 * table, so that a hostile recording cannot make it grow without a bound.
 */
export class StringTable {
  readonly #maxStrings: number;
  readonly #maxBytes: number;
  readonly #values: Uint8Array[] = [new Uint8Array(0)];
  readonly #texts: (string | undefined)[] = [''];
  #slots = new Int32Array(INITIAL_SLOTS);
  #hashes = new Int32Array(INITIAL_SLOTS);
  #bytes = 0;

  constructor(maxStrings: number = 16_384, maxBytes: number = 1 << 20) {
    this.#maxStrings = maxStrings;
    this.#maxBytes = maxBytes;
  }

  /** Whether it is time for a new table. Interning still works. */
  get full(): boolean {
    return this.#values.length > this.#maxStrings || this.#bytes > this.#maxBytes;
  }

  /** The number of `length` bytes of `source` from `offset`; the bytes are copied when they are new. */
  intern(source: Uint8Array, offset: number, length: number): number {
    // FNV-1a, 32 bits: the strings are 10 to 40 bytes long.
    let hash = 0x811c9dc5 | 0;
    const end = offset + length;
    for (let i = offset; i < end; i++) hash = Math.imul(hash ^ source[i]!, 0x01000193);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = this.#slots[slot]!;
      if (id === 0) return this.#add(source.slice(offset, end), hash, slot);
      if (this.#hashes[slot] === hash && equals(this.#values[id]!, source, offset, length)) return id;
    }
  }

  /** The number of a text, a character a byte; 0 for an empty or undefined one. Allocates. */
  internText(text: string | undefined): number {
    if (!text) return 0;
    const bytes = Buffer.from(text, 'latin1');
    return this.intern(bytes, 0, bytes.length);
  }

  /** The bytes of a string: the table's own, not to be changed. */
  bytes(id: number): Uint8Array {
    return this.#values[id]!;
  }

  /** The string as text, a character a byte (kernel names are ASCII; other bytes show as Latin-1). */
  text(id: number): string {
    return (this.#texts[id] ??= latin1(this.#values[id]!, 0, this.#values[id]!.length));
  }

  #add(value: Uint8Array, hash: number, slot: number): number {
    const id = this.#values.push(value) - 1;
    this.#texts.push(undefined);
    this.#bytes += value.length;
    this.#slots[slot] = id;
    this.#hashes[slot] = hash;
    if (this.#values.length * 2 > this.#slots.length) this.#grow();
    return id;
  }

  #grow(): void {
    const [oldSlots, oldHashes] = [this.#slots, this.#hashes];
    const mask = oldSlots.length * 2 - 1;
    this.#slots = new Int32Array(mask + 1);
    this.#hashes = new Int32Array(mask + 1);
    for (let i = 0; i < oldSlots.length; i++) {
      if (oldSlots[i] === 0) continue;
      let slot = oldHashes[i]! & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = oldSlots[i]!;
      this.#hashes[slot] = oldHashes[i]!;
    }
  }
}

function equals(value: Uint8Array, source: Uint8Array, offset: number, length: number): boolean {
  if (value.length !== length) return false;
  for (let i = 0; i < length; i++) if (value[i] !== source[offset + i]) return false;
  return true;
}
