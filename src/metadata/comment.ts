import { hex } from '../bytes.js';
import type { DropOrigin } from '../drop/origin.js';
import type { DropFields } from '../drop/record.js';

/** What every comment of ours begins with. */
export const COMMENT_PREFIX = 'dropcap: ';

/**
 * Longest value in a comment, in bytes before it is encoded. The kernel's are below 130; a hostile recording's
 * must not make an option of more than 65,535 bytes.
 */
const MAX_VALUE_BYTES = 512;

/** The comment's words for who dropped the packet. */
export const ORIGIN_WORDS: Readonly<Record<DropOrigin, string>> = { software: 'sw', hardware: 'hw' };

/** The facts of a drop that a comment holds. */
export interface CommentFields extends Omit<
  DropFields,
  'origin' | 'timestampNs' | 'interfaceNameSource' | 'lostBefore' | 'linkType' | 'originalLength' | 'payload'
> {
  /** undefined in a comment with a word that this version does not know. */
  readonly origin: DropOrigin | undefined;
}

/**
 * The comment of a packet: `dropcap: ` and `key=value` pairs separated by one blank, in a fixed order, each left
 * out when not known. Values are printable ASCII without blanks: any other byte, and `%`, is percent-encoded.
 */
export function buildComment(fields: CommentFields): string {
  const encoded = (text: string | undefined) => (text === undefined ? undefined : encodeValue(text));
  const { programCounter, ifindex, protocol, cookie } = fields;
  const pairs: [string, string | undefined][] = [
    ['reason', encoded(fields.reason)],
    ['trap', encoded(fields.trap)],
    ['group', encoded(fields.trapGroup)],
    ['symbol', encoded(fields.symbol)],
    ['module', encoded(fields.module)],
    ['pc', programCounter === undefined ? undefined : `0x${programCounter.toString(16)}`],
    ['if', encoded(fields.interfaceName)],
    ['ifindex', ifindex?.toString()],
    ['proto', protocol === undefined ? undefined : `0x${protocol.toString(16).padStart(4, '0')}`],
    ['origin', fields.origin && ORIGIN_WORDS[fields.origin]],
    ['cookie', cookie === undefined ? undefined : hex(cookie, 0, Math.min(cookie.length, MAX_VALUE_BYTES))],
  ];
  const known = pairs.filter(([, value]) => value !== undefined && value !== '');
  return COMMENT_PREFIX + known.map(([key, value]) => `${key}=${value}`).join(' ');
}

const NOT_PLAIN = /[^!-$&-~]/g;

/** A text, a character a byte, in printable ASCII without blanks and `%`. */
export function encodeValue(text: string): string {
  return text.slice(0, MAX_VALUE_BYTES).replace(NOT_PLAIN, (byte) => {
    return `%${(byte.charCodeAt(0) & 0xff).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}
