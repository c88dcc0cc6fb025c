import { MalformedInputError } from '../errors.js';
import { type SymbolLines, SymbolTable } from './symbolTable.js';

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
const CASE_BIT = 0x20;
const MAX_ADDRESS_DIGITS = 16;

/** The result of parsing a symbol list. */
export interface ParsedSymbols {
  readonly table: SymbolTable;
  /** Whether all addresses are zero: kptr_restrict hides the addresses from this user. */
  readonly hidden: boolean;
}

/**
 * Parses the text of /proc/kallsyms. Each line is a symbol: `ADDRESS TYPE NAME`, the address in hexadecimal digits. A
 * module's symbol has a tab and `[MODULE]` after its name. Skips lines of another form, absolute symbols and ARM's
 * mapping symbols (`$x`).
 * @param text at most 4 GiB. The table keeps it without copying: the caller must not change it.
 * @throws MalformedInputError when the text has more than MAX_LINES lines.
 */
export function parseKallsyms(text: Uint8Array): ParsedSymbols {
  const most = countLines(text);
  const high = new Uint32Array(most);
  const low = new Uint32Array(most);
  const nameOffset = new Uint32Array(most);
  const nameLength = new Uint16Array(most);
  const moduleLength = new Uint16Array(most);
  let count = 0;
  let hidden = true;
  for (let at = 0, next = 0; at < text.length; at = next) {
    let end = text.indexOf(NEWLINE, at);
    if (end < 0) end = text.length;
    next = end + 1;
    let [h, l, digits] = [0, 0, 0];
    for (; at < end && digits <= MAX_ADDRESS_DIGITS; at++, digits++) {
      const digit = hexDigit(text[at]!);
      if (digit < 0) break;
      h = (h << 4) | (l >>> 28);
      l = (l << 4) | digit;
    }
    // `at` is the blank before the type. The name begins three bytes later.
    const start = at + 3;
    if (digits === 0 || digits > MAX_ADDRESS_DIGITS || start >= end) continue;
    if (text[at] !== BLANK || text[at + 2] !== BLANK || text[start] === DOLLAR) continue;
    if ((text[at + 1]! & ~CASE_BIT) === ABSOLUTE) continue;
    const tab = text.subarray(start, end).indexOf(TAB);
    const length = tab < 0 ? end - start : tab;
    const module = tab < 0 ? 0 : Math.max(0, end - start - tab - 3);
    if (length > MAX_NAME_BYTES || module > MAX_NAME_BYTES) continue;
    high[count] = h >>> 0;
    low[count] = l >>> 0;
    nameOffset[count] = start;
    nameLength[count] = length;
    moduleLength[count] = module;
    if (h !== 0 || l !== 0) hidden = false;
    count++;
  }
  const lines: SymbolLines = { high, low, nameOffset, nameLength, moduleLength, count };
  return { table: new SymbolTable(text, lines), hidden: hidden && count > 0 };
}

function countLines(text: Uint8Array): number {
  let lines = 0;
  for (let at = 0; at >= 0 && at < text.length; lines++) {
    const end = text.indexOf(NEWLINE, at);
    if (lines === MAX_LINES)
      throw new MalformedInputError('symbols', at, `at most ${MAX_LINES} lines`, 'more');
    at = end < 0 ? end : end + 1;
  }
  return lines;
}

function hexDigit(character: number): number {
  if (character >= 0x30 && character <= 0x39) return character - 0x30;
  const lower = character | CASE_BIT;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -1;
}
