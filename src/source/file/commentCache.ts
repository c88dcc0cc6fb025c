import type { DropBatch } from '../../drop/batch.js';
import type { StringTable } from '../../drop/stringTable.js';

const SLOTS = 4096;
/** Longer ones are not kept: only hostile files have them. */
const MAX_WORDS = 256;

interface Entry<Facts> {
  /** Length in bytes of the comment, and its words, the last with what stands behind its end. */
  readonly length: number;
  readonly words: Int32Array;
  readonly facts: Facts;
}

/**
 * What was found in comments, by their bytes: those of one place are the same, so each is parsed once. They are compared
 * as words. Bounded, since one takes the other's place, and emptied with the batch's strings, whose ids the facts
 * hold.
 */
export class CommentCache<Facts> {
  #strings: StringTable | undefined;
  #slots: (Entry<Facts> | undefined)[] = [];

  /** What `parse` found in the comment of `length` bytes at `offset` of the batch's arena, maybe in one before. */
  get(batch: DropBatch, offset: number, length: number, parse: Parse<Facts>): Facts {
    const { words, strings } = batch;
    const count = (length + 3) >> 2;
    if (!words || (offset & 3) !== 0 || count > MAX_WORDS) return parse(batch, offset, length);
    if (strings !== this.#strings) {
      this.#strings = strings;
      this.#slots = Array.from({ length: SLOTS });
    }
    const start = offset >> 2;
    let hash = length;
    for (let i = 0; i < count; i++) hash = Math.imul(hash ^ words[start + i]!, 0x9e3779b1) ^ (hash >>> 15);
    const slot = hash & (SLOTS - 1);
    const known = this.#slots[slot];
    if (known && known.length === length && equals(known.words, words, start)) return known.facts;
    const facts = parse(batch, offset, length);
    this.#slots[slot] = { length, words: words.slice(start, start + count), facts };
    return facts;
  }
}

type Parse<Facts> = (batch: DropBatch, offset: number, length: number) => Facts;

function equals(words: Int32Array, others: Int32Array, start: number): boolean {
  for (let i = 0; i < words.length; i++) if (words[i] !== others[start + i]) return false;
  return true;
}
