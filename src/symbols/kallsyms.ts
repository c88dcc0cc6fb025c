import { latin1 } from '../bytes.js';
import { MalformedInputError } from '../errors.js';
import { SymbolRows } from './symbolRows.js';
import { SymbolTable } from './symbolTable.js';

const NEWLINE = 0x0a;
const TAB = 0x09;
const BLANK = 0x20;
const DOLLAR = 0x24;
/**
 * Most lines of a text. The largest kernels have half as many symbols. This limit bounds the memory that a hostile file can
 * take.
 */
const MAX_LINES = 1 << 20;
const MAX_NAME_BYTES = 0xffff;
/** Type of absolute symbols, `A` or `a`: their values are not addresses. */
const ABSOLUTE = 0x41;
/** Types of data, `BDRV` or `bdrv`: bss, data, read-only data, weak objects. */
const DATA: ReadonlySet<number> = new Set([0x42, 0x44, 0x52, 0x56]);
const CASE_BIT = 0x20;
const MAX_ADDRESS_DIGITS = 16;

/** The result of parsing a symbol list. */
export interface ParsedSymbols {
  readonly table: SymbolTable;
  /** Whether all addresses are zero: kptr_restrict hides the addresses from this user. */
  readonly hidden: boolean;
}

/** Parses the whole text of /proc/kallsyms, as KallsymsParser does. */
export function parseKallsyms(text: Uint8Array): ParsedSymbols {
  const parser = new KallsymsParser();
  parser.add(text, true);
  return parser.finish();
}

/**
 * Parses the text of /proc/kallsyms in parts, so that the whole text (7.5 MB for 170,000 symbols) is never in memory. Each
 * line is a symbol: `ADDRESS TYPE NAME`, the address in hexadecimal digits. A module's symbol has a tab and `[MODULE]`
 * after its name. Skips lines of another form, absolute symbols and ARM's mapping symbols (`$x`). Of data, keeps only the
 * address, which ends the function before it.
 */
export class KallsymsParser {
  readonly #rows = new SymbolRows();
  #lines = 0;
  #hidden = true;

  /**
   * Parses the lines of a part of the text.
   * @param last whether the text ends with this part
   * @returns the number of parsed bytes. The next part must begin with the other bytes: a line that has no end yet.
   * @throws MalformedInputError when the text has more than MAX_LINES lines.
   */
  add(part: Uint8Array, last: boolean): number {
    let at = 0;
    while (at < part.length) {
      let end = part.indexOf(NEWLINE, at);
      if (end < 0 && !last) break;
      if (end < 0) end = part.length;
      if (++this.#lines > MAX_LINES) {
        throw new MalformedInputError('symbols', at, `at most ${MAX_LINES} lines`, 'more');
      }
      this.#addLine(part, at, end);
      at = end + 1;
    }
    return Math.min(at, part.length);
  }

  /** The symbols of all parts. */
  finish(): ParsedSymbols {
    return { table: new SymbolTable(this.#rows), hidden: this.#hidden && this.#rows.count > 0 };
  }

  #addLine(text: Uint8Array, from: number, end: number): void {
    let at = from;
    let [high, low, digits] = [0, 0, 0];
    for (; at < end && digits <= MAX_ADDRESS_DIGITS; at++, digits++) {
      const digit = hexDigit(text[at]!);
      if (digit < 0) break;
      high = (high << 4) | (low >>> 28);
      low = (low << 4) | digit;
    }
    // `at` is the blank before the type. The name begins three bytes later.
    const start = at + 3;
    if (digits === 0 || digits > MAX_ADDRESS_DIGITS || start >= end) return;
    if (text[at] !== BLANK || text[at + 2] !== BLANK || text[start] === DOLLAR) return;
    const type = text[at + 1]! & ~CASE_BIT;
    if (type === ABSOLUTE) return;
    const tab = text.subarray(start, end).indexOf(TAB);
    const length = tab < 0 ? end - start : tab;
    const moduleLength = tab < 0 ? 0 : Math.max(0, end - start - tab - 3);
    if (length > MAX_NAME_BYTES || moduleLength > MAX_NAME_BYTES) return;
    const module = moduleLength === 0 ? undefined : latin1(text, start + length + 2, moduleLength);
    if (high !== 0 || low !== 0) this.#hidden = false;
    this.#rows.add(high, low, text, start, DATA.has(type) ? 0 : length, module);
  }
}

function hexDigit(character: number): number {
  if (character >= 0x30 && character <= 0x39) return character - 0x30;
  const lower = character | CASE_BIT;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -1;
}
