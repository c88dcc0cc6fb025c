import { COMMENT_PREFIX } from './comment.js';

const MAX_U32 = 0xffffffff;
const MAX_DIGITS = 10;
const [ZERO, NINE] = [0x30, 0x39];
/** What follows the number in the comment. */
const [ONE, MANY] = [' equal drop left out before', ' equal drops left out before'];

/** Says for people how many equal drops were left out before a drop: `12 equal drops left out before`. */
export function repeatedText(count: number): string {
  return `${count}${count === 1 ? ONE : MANY}`;
}

/** Builds the second comment of a packet: `dropcap: 12 equal drops left out before`. */
export function buildRepeatedComment(count: number): string {
  return COMMENT_PREFIX + repeatedText(count);
}

/**
 * Reads the number from a comment that `buildRepeatedComment` built. Makes no object. 0 for any other comment of dropcap:
 * those begin with a key, not with a digit.
 * @param offset where the comment is in `bytes`. The comment begins with COMMENT_PREFIX (`isComment`).
 */
export function parseRepeatedComment(bytes: Uint8Array, offset: number, length: number): number {
  const end = offset + length;
  const first = offset + COMMENT_PREFIX.length;
  let at = first;
  let count = 0;
  while (at < end && at - first < MAX_DIGITS && bytes[at]! >= ZERO && bytes[at]! <= NINE)
    count = count * 10 + bytes[at++]! - ZERO;
  if (at === first || count > MAX_U32) return 0;
  return isText(bytes, at, end, count === 1 ? ONE : MANY) ? count : 0;
}

function isText(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false;
  return true;
}
