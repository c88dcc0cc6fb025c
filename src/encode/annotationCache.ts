import type { DropBatch } from '../drop/batch.js';
import type { StringTable } from '../drop/stringTable.js';

/** Words that tell drops apart whose interface and options are the same bytes. */
const KEY_WORDS = 12;
const SLOTS = 16_384;
/** Entries before the cache starts anew: a quarter of the slots keeps look-ups short. */
const MAX_ENTRIES = SLOTS / 4;

/**
 * What all drops at one place, of one kind, on one interface have in common in the output, by what it depends on, so that it
 * is built once a place and not once a packet. Bounded: a full cache is emptied. Allocates nothing for a drop that
 * it knows.
 */
export class AnnotationCache<Annotation> {
  readonly #keys = new Int32Array(MAX_ENTRIES * KEY_WORDS);
  readonly #slots = new Int32Array(SLOTS);
  readonly #key = new Int32Array(KEY_WORDS);
  #annotations: Annotation[] = [];
  #strings: StringTable | undefined;
  #symbolsVersion = 0;

  /** Forgets everything: for a new section, whose interface ids are others. */
  clear(): void {
    this.#slots.fill(0);
    this.#annotations = [];
  }

  /**
   * The annotation of row `i`; `build` makes it when it is not there yet.
   * @param symbolsVersion of what names of places come from: with a new one, everything is built anew.
   */
  get(batch: DropBatch, i: number, symbolsVersion: number, build: (i: number) => Annotation): Annotation {
    const full = this.#annotations.length === MAX_ENTRIES;
    if (full || batch.strings !== this.#strings || symbolsVersion !== this.#symbolsVersion) {
      this.clear();
      this.#strings = batch.strings;
      this.#symbolsVersion = symbolsVersion;
    }
    const key = this.#key;
    key[0] = batch.pcLow[i]!;
    key[1] = batch.pcHigh[i]!;
    key[2] = batch.reason[i]!;
    key[3] = batch.symbol[i]!;
    key[4] = batch.ifindex[i]!;
    key[5] = batch.protocol[i]!;
    key[6] = batch.trap[i]!;
    key[7] = batch.trapGroup[i]!;
    key[8] = batch.interfaceName[i]!;
    key[9] = batch.cookie[i]!;
    key[10] = batch.origin[i]! | (batch.nameSource[i]! << 8) | (batch.framing[i]! << 16);
    key[11] = batch.deviceType[i]!;
    let hash = 0;
    for (let word = 0; word < KEY_WORDS; word++)
      hash = Math.imul(hash ^ key[word]!, 0x9e3779b1) ^ (hash >>> 15);
    for (let slot = hash & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
      const entry = this.#slots[slot]! - 1;
      if (entry < 0) return this.#add(slot, build(i));
      if (this.#matches(entry)) return this.#annotations[entry]!;
    }
  }

  #matches(entry: number): boolean {
    const [keys, key, at] = [this.#keys, this.#key, entry * KEY_WORDS];
    for (let word = 0; word < KEY_WORDS; word++) if (keys[at + word] !== key[word]) return false;
    return true;
  }

  #add(slot: number, annotation: Annotation): Annotation {
    const entry = this.#annotations.push(annotation) - 1;
    this.#keys.set(this.#key, entry * KEY_WORDS);
    this.#slots[slot] = entry + 1;
    return annotation;
  }
}
