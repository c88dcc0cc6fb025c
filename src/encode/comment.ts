import type { DropRecord } from '../drop.js';
import type { SymbolPlace } from '../symbols/symbolTable.js';
import { hex } from '../bytes.js';

/** What every comment of ours begins with. */
const COMMENT_PREFIX = 'dropcap: ';

/**
 * Longest value in a comment, in bytes before it is encoded. The kernel's are below 130; a hostile recording's
 * must not make an option of more than 65,535 bytes.
 */
const MAX_VALUE_BYTES = 512;

/** The facts of a drop that a comment holds. */
export type CommentFields = Omit<DropRecord, 'timestampNs' | 'originalLength' | 'payload'>;

/**
 * Splits the kernel's text for an address. The kernel cuts it at 39 characters: a module whose closing bracket is
 * missing is not known.
 */
export function splitSymbol(text: string): SymbolPlace {
  const bracket = text.indexOf(' [');
  if (bracket < 0) return { symbol: text.trimEnd(), module: undefined };
  const module = text.endsWith(']') ? text.slice(bracket + 2, -1) : undefined;
  return { symbol: text.slice(0, bracket), module };
}

/**
 * The comment of a packet: `dropcap: ` and `key=value` pairs separated by one blank, in a fixed order, each left
 * out when not known. Values are printable ASCII without blanks: any other byte, and `%`, is percent-encoded.
 * @param place of the program counter, where it is better known than from the kernel's text.
 */
export function buildComment(fields: CommentFields, place?: SymbolPlace): string {
  const { symbol, module } = place ?? (fields.symbol === undefined ? NO_SYMBOL : splitSymbol(fields.symbol));
  const encoded = (text: string | undefined) => (text === undefined ? undefined : encodeValue(text));
  const { programCounter, ifindex, protocol, cookie } = fields;
  const pairs: [string, string | undefined][] = [
    ['reason', encoded(fields.reason)],
    ['trap', encoded(fields.trap)],
    ['group', encoded(fields.trapGroup)],
    ['symbol', encoded(symbol)],
    ['module', encoded(module)],
    ['pc', programCounter === undefined ? undefined : `0x${programCounter.toString(16)}`],
    ['if', encoded(fields.interfaceName)],
    ['ifindex', ifindex?.toString()],
    ['proto', protocol === undefined ? undefined : `0x${protocol.toString(16).padStart(4, '0')}`],
    ['origin', fields.origin === 'hardware' ? 'hw' : 'sw'],
    ['cookie', cookie === undefined ? undefined : hex(cookie, 0, Math.min(cookie.length, MAX_VALUE_BYTES))],
  ];
  const known = pairs.filter(([, value]) => value !== undefined && value !== '');
  return COMMENT_PREFIX + known.map(([key, value]) => `${key}=${value}`).join(' ');
}

const NO_SYMBOL = { symbol: undefined, module: undefined };
const NOT_PLAIN = /[^!-$&-~]/g;

/** A drop without what tells where the kernel was loaded: its address, also where that stands for an unknown name. */
export function withoutAddresses(drop: DropRecord): DropRecord {
  const symbol = drop.symbol?.startsWith('0x') ? undefined : drop.symbol;
  return { ...drop, symbol, programCounter: undefined };
}

/** A text, a character a byte, in printable ASCII without blanks and `%`. */
export function encodeValue(text: string): string {
  return text.slice(0, MAX_VALUE_BYTES).replace(NOT_PLAIN, (byte) => {
    return `%${(byte.charCodeAt(0) & 0xff).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}
