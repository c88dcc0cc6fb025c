import { latin1 } from '../bytes.js';
import type { SymbolPlace } from '../drop/symbol.js';

/** Addresses of symbols, and offsets of their names in a text. One element for each line of the text. */
export interface SymbolLines {
  /** Addresses, high and low 32 bits. */
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  /** Offset and length of the symbol's name; length of the module's name, which follows after `\t[` (0: none). */
  readonly nameOffset: Uint32Array;
  readonly nameLength: Uint16Array;
  readonly moduleLength: Uint16Array;
  readonly count: number;
}

/**
 * The symbols of a kernel, by address. Keeps the text of the symbol list (7.5 MB for 170,000 symbols), and makes a
 * string only of the names that `resolve` returns.
 */
export class SymbolTable {
  readonly #text: Uint8Array;
  readonly #lines: SymbolLines;
  /** Indices of lines, sorted by address. Lines with equal addresses keep the order of the text. */
  readonly #order: Uint32Array;

  /** @internal A table is made by `loadSymbols`. */
  constructor(text: Uint8Array, lines: SymbolLines) {
    this.#text = text;
    this.#lines = lines;
    this.#order = orderByAddress(lines);
  }

  get size(): number {
    return this.#lines.count;
  }

  /**
   * The function that contains an address, given in two 32-bit words. When several symbols have the function's address,
   * the first one is used, as in the kernel (get_symbol_pos() of kernel/kallsyms.c, Linux 6.12). Undefined below the first
   * symbol, and after the last symbol of the kernel or of a module, where the function's end is not known.
   */
  resolve(high: number, low: number): SymbolPlace | undefined {
    const order = this.#order;
    let [from, to] = [0, order.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#compare(order[middle]!, high, low) <= 0) from = middle + 1;
      else to = middle;
    }
    const next = order[from];
    if (from === 0 || next === undefined) return undefined;
    let at = from - 1;
    const { high: highs, low: lows } = this.#lines;
    const [startHigh, startLow] = [highs[order[at]!]!, lows[order[at]!]!];
    while (at > 0 && this.#compare(order[at - 1]!, startHigh, startLow) === 0) at--;
    const symbol = order[at]!;
    const module = this.#moduleOf(symbol);
    if (module !== this.#moduleOf(next)) return undefined;
    const offset = distance(high, low, startHigh, startLow);
    const size = distance(highs[next]!, lows[next]!, startHigh, startLow);
    return { symbol: `${this.#nameOf(symbol)}+0x${offset.toString(16)}/0x${size.toString(16)}`, module };
  }

  #compare(line: number, high: number, low: number): number {
    return this.#lines.high[line]! - high || this.#lines.low[line]! - low;
  }

  #nameOf(line: number): string {
    return latin1(this.#text, this.#lines.nameOffset[line]!, this.#lines.nameLength[line]!);
  }

  #moduleOf(line: number): string | undefined {
    const { nameOffset, nameLength, moduleLength } = this.#lines;
    const length = moduleLength[line]!;
    return length === 0 ? undefined : latin1(this.#text, nameOffset[line]! + nameLength[line]! + 2, length);
  }
}

/** Bytes from one address to a higher one. */
function distance(high: number, low: number, fromHigh: number, fromLow: number): number {
  return (high - fromHigh) * 0x1_0000_0000 + (low - fromLow);
}

/**
 * Line numbers sorted by address. Most of the kernel's own symbols are in order already: only the others are sorted, and
 * then merged.
 */
function orderByAddress({ high, low, count }: SymbolLines): Uint32Array {
  const before = (a: number, b: number) => high[a]! - high[b]! || low[a]! - low[b]!;
  const ascending: number[] = [];
  const others: number[] = [];
  let last = -1;
  for (let line = 0; line < count; line++) {
    if (last < 0 || before(last, line) <= 0) {
      ascending.push(line);
      last = line;
    } else {
      others.push(line);
    }
  }
  // Array.prototype.sort is stable: lines with equal addresses keep their order.
  others.sort(before);
  const order = new Uint32Array(count);
  let [a, o] = [0, 0];
  for (let i = 0; i < count; i++) {
    const takeOther =
      a === ascending.length ||
      (o < others.length && (before(others[o]!, ascending[a]!) || others[o]! - ascending[a]!) < 0);
    order[i] = takeOther ? others[o++]! : ascending[a++]!;
  }
  return order;
}
