import { copyBytes } from '../bytes.js';

/**
 * A symbol is a row of four words:
 *
 * | word | name | meaning |
 * | ---- | ---- | ------- |
 * | 0 | HIGH | high 32 bits of the address |
 * | 1 | LOW | low 32 bits of the address |
 * | 2 | NAME | offset of the name in the names; NO_NAME for data |
 * | 3 | MODULE | number of the module in the modules' names |
 */
export const ROW_WORDS = 4;
export const HIGH = 0;
export const LOW = 1;
export const NAME = 2;
export const MODULE = 3;
export const NO_NAME = 0xffff_ffff;

/** Initial sizes: enough for a usual kernel. */
const INITIAL_WORDS = ROW_WORDS << 18;
const INITIAL_NAME_BYTES = 1 << 22;

/** The symbols of a list, in the order of the list. */
export class SymbolRows {
  /** Number of rows. */
  count = 0;
  words: Uint32Array = new Uint32Array(INITIAL_WORDS);
  /** Names of the modules; undefined for the kernel itself. */
  readonly modules: (string | undefined)[] = [undefined];
  readonly #moduleNumbers = new Map<string | undefined, number>([[undefined, 0]]);
  #names = new Uint8Array(INITIAL_NAME_BYTES);
  #nameBytes = 0;

  /** A copy of the names, each with a NUL at its end. */
  get names(): Uint8Array {
    return this.#names.slice(0, this.#nameBytes);
  }

  /** Adds a symbol. @param length of the name, which begins at `start` of `text`; 0 for data, which needs no name. */
  add(high: number, low: number, text: Uint8Array, start: number, length: number, module?: string): void {
    const at = this.count++ * ROW_WORDS;
    if (at === this.words.length) this.words = twiceAsLarge(this.words, new Uint32Array(2 * at));
    this.words[at + HIGH] = high;
    this.words[at + LOW] = low;
    this.words[at + NAME] = length === 0 ? NO_NAME : this.#addName(text, start, length);
    this.words[at + MODULE] = this.#numberOf(module);
  }

  #addName(text: Uint8Array, start: number, length: number): number {
    const at = this.#nameBytes;
    this.#nameBytes += length + 1; // The byte after the name stays 0.
    while (this.#nameBytes > this.#names.length) {
      this.#names = twiceAsLarge(this.#names, new Uint8Array(2 * this.#names.length));
    }
    copyBytes(text, start, length, this.#names, at);
    return at;
  }

  #numberOf(module: string | undefined): number {
    let number = this.#moduleNumbers.get(module);
    if (number === undefined) {
      number = this.modules.push(module) - 1;
      this.#moduleNumbers.set(module, number);
    }
    return number;
  }
}

function twiceAsLarge<Numbers extends Uint8Array | Uint32Array>(full: Numbers, larger: Numbers): Numbers {
  larger.set(full);
  return larger;
}

/**
 * Returns the rows sorted by address. Of rows with equal addresses, only the first one of the list stays: the kernel also
 * uses the first one (get_symbol_pos() of kernel/kallsyms.c, Linux 6.12). Of data in a row, only the first one stays: it
 * ends the function before it.
 */
export function sortedRows({ words, count }: SymbolRows): Uint32Array {
  const order = orderByAddress(words, count);
  const sorted = new Uint32Array(count * ROW_WORDS);
  let [end, data] = [0, false];
  for (const row of order) {
    const at = row * ROW_WORDS;
    const isData = words[at + NAME] === NO_NAME;
    const same = end > 0 && compareRows(words, at, sorted, end - ROW_WORDS) === 0;
    if (same || (data && isData)) continue;
    for (let word = 0; word < ROW_WORDS; word++) sorted[end++] = words[at + word]!;
    data = isData;
  }
  return sorted.slice(0, end);
}

/**
 * Numbers of the rows, sorted by address. Most of the kernel's own symbols are in order already: only the others are
 * sorted, and then merged. Rows with equal addresses keep their order.
 */
function orderByAddress(words: Uint32Array, count: number): Uint32Array {
  const before = (a: number, b: number) => compareRows(words, a * ROW_WORDS, words, b * ROW_WORDS);
  const ascending = new Uint32Array(count);
  const others: number[] = [];
  let ascendingCount = 0;
  for (let row = 0; row < count; row++) {
    if (ascendingCount === 0 || before(ascending[ascendingCount - 1]!, row) <= 0) {
      ascending[ascendingCount++] = row;
    } else {
      others.push(row);
    }
  }
  others.sort(before); // Stable.
  const order = new Uint32Array(count);
  let [a, o] = [0, 0];
  for (let i = 0; i < count; i++) {
    const takeOther =
      a === ascendingCount ||
      (o < others.length && (before(others[o]!, ascending[a]!) || others[o]! - ascending[a]!) < 0);
    order[i] = takeOther ? others[o++]! : ascending[a++]!;
  }
  return order;
}

function compareRows(a: Uint32Array, aAt: number, b: Uint32Array, bAt: number): number {
  return a[aAt + HIGH]! - b[bAt + HIGH]! || a[aAt + LOW]! - b[bAt + LOW]!;
}
