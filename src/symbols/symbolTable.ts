import { latin1 } from '../bytes.js';
import type { SymbolPlace } from '../drop/symbol.js';
import { HIGH, LOW, MODULE, NAME, NO_NAME, ROW_WORDS, sortedRows, type SymbolRows } from './symbolRows.js';

/**
 * The symbols of a kernel, by address. Takes 4.5 MB for a kernel of 170,000 symbols: a string is made only of the names
 * that `resolve` returns.
 */
export class SymbolTable {
  readonly #rows: Uint32Array;
  readonly #names: Uint8Array;
  readonly #modules: readonly (string | undefined)[];

  /** @internal A table is made by `loadSymbols`. */
  constructor(rows: SymbolRows) {
    this.#rows = sortedRows(rows);
    this.#names = rows.names;
    this.#modules = rows.modules;
  }

  /** Number of addresses of functions, and of data between functions. */
  get size(): number {
    return this.#rows.length / ROW_WORDS;
  }

  /**
   * The function that contains an address, given in two 32-bit words. Undefined in data, below the first symbol, and after the
   * last symbol of the kernel or of a module, where the function's end is not known.
   */
  resolve(high: number, low: number): SymbolPlace | undefined {
    const next = this.#firstAfter(high, low) * ROW_WORDS;
    const at = next - ROW_WORDS;
    const rows = this.#rows;
    if (at < 0 || next === rows.length) return undefined;
    const [name, module] = [rows[at + NAME]!, rows[at + MODULE]!];
    if (name === NO_NAME || module !== rows[next + MODULE]) return undefined;
    const offset = distance(high, low, rows[at + HIGH]!, rows[at + LOW]!);
    const size = distance(rows[next + HIGH]!, rows[next + LOW]!, rows[at + HIGH]!, rows[at + LOW]!);
    const symbol = `${this.#nameAt(name)}+0x${offset.toString(16)}/0x${size.toString(16)}`;
    return { symbol, module: this.#modules[module] };
  }

  /** Number of the first row above an address. */
  #firstAfter(high: number, low: number): number {
    const rows = this.#rows;
    let [from, to] = [0, this.size];
    while (from < to) {
      const middle = (from + to) >>> 1;
      const at = middle * ROW_WORDS;
      if ((rows[at + HIGH]! - high || rows[at + LOW]! - low) <= 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #nameAt(offset: number): string {
    return latin1(this.#names, offset, this.#names.indexOf(0, offset) - offset);
  }
}

/** Bytes from one address to a higher one. */
function distance(high: number, low: number, fromHigh: number, fromLow: number): number {
  return (high - fromHigh) * 0x1_0000_0000 + (low - fromLow);
}
