import { hex } from '../bytes.js';
import { classOf } from '../class/classOf.js';
import type { DropOrigin } from '../drop/origin.js';
import type { DropFields } from '../drop/record.js';

/** Every comment of dropcap begins with these characters. */
export const COMMENT_PREFIX = 'dropcap: ';

/**
 * Longest value in a comment, in bytes before encoding. The kernel's values are below 130 bytes. A longer value of a
 * hostile recording could make the pcapng option longer than its limit of 65,535 bytes.
 */
const MAX_VALUE_BYTES = 512;

/** The comment's words for who dropped the packet. */
export const ORIGIN_WORDS: Readonly<Record<DropOrigin, string>> = { software: 'sw', hardware: 'hw' };

/** The facts of a drop that a comment holds. */
export interface CommentFields extends Omit<
  DropFields,
  | 'origin'
  | 'timestampNs'
  | 'interfaceNameSource'
  | 'otherNamespace'
  | 'lostBefore'
  | 'repeatedBefore'
  | 'linkType'
  | 'originalLength'
  | 'payload'
> {
  /** undefined in a comment with a word that this version does not know. */
  readonly origin: DropOrigin | undefined;
}

/**
 * Builds the comment of a packet: `dropcap: `, then `key=value` pairs in a fixed order, separated by one blank. A pair
 * whose value is not known is left out. Values are printable ASCII without blanks: other bytes, and `%`, are
 * percent-encoded. docs/output-format.md has the keys.
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
    ['class', classOf(fields)?.name],
  ];
  const known = pairs.filter(([, value]) => value !== undefined && value !== '');
  return COMMENT_PREFIX + known.map(([key, value]) => `${key}=${value}`).join(' ');
}

const NOT_PLAIN = /[^!-$&-~]/g;

/**
 * Percent-encodes a text in which each character is one byte. The result is printable ASCII without blanks. Uses the
 * first MAX_VALUE_BYTES bytes.
 */
export function encodeValue(text: string): string {
  return text.slice(0, MAX_VALUE_BYTES).replace(NOT_PLAIN, (byte) => {
    return `%${(byte.charCodeAt(0) & 0xff).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}
