import { latin1 } from '../bytes.js';
import type { DropOrigin } from '../drop/origin.js';
import { COMMENT_PREFIX, type CommentFields, ORIGIN_WORDS } from './comment.js';

/** Whether the `length` bytes at `offset` are a comment of dropcap. */
export function isComment(bytes: Uint8Array, offset: number, length: number): boolean {
  if (length < COMMENT_PREFIX.length) return false;
  for (let i = 0; i < COMMENT_PREFIX.length; i++) {
    if (bytes[offset + i] !== COMMENT_PREFIX.charCodeAt(i)) return false;
  }
  return true;
}

/**
 * Reads the facts from a comment that `buildComment` built. Another program may have changed the comment: unknown keys
 * and invalid values are ignored.
 */
export function parseComment(bytes: Uint8Array, offset: number, length: number): CommentFields {
  const pairs = new Map<string, string>();
  for (const word of latin1(bytes, offset, length).slice(COMMENT_PREFIX.length).split(' ')) {
    const equals = word.indexOf('=');
    if (equals > 0 && equals < word.length - 1) pairs.set(word.slice(0, equals), word.slice(equals + 1));
  }
  const text = (key: string) => decodeValue(pairs.get(key));
  const pc = pairs.get('pc') ?? '';
  const ifindex = pairs.get('ifindex') ?? '';
  const protocol = pairs.get('proto') ?? '';
  const cookie = pairs.get('cookie') ?? '';
  return {
    origin: ORIGINS.get(pairs.get('origin') ?? ORIGIN_WORDS.software),
    reason: text('reason'),
    symbol: text('symbol'),
    module: text('module'),
    programCounter: /^0x[0-9a-f]{1,16}$/i.test(pc) ? BigInt(pc) : undefined,
    trap: text('trap'),
    trapGroup: text('group'),
    ifindex: /^[1-9]\d{0,9}$/.test(ifindex) && Number(ifindex) <= MAX_IFINDEX ? Number(ifindex) : undefined,
    interfaceName: text('if'),
    cookie: /^([0-9a-f]{2})+$/i.test(cookie) ? Buffer.from(cookie, 'hex') : undefined,
    protocol: /^0x[0-9a-f]{1,4}$/i.test(protocol) ? Number(protocol) : undefined,
  };
}

const MAX_IFINDEX = 0xffffffff;

const ORIGINS: ReadonlyMap<string, DropOrigin> = new Map(
  Object.entries(ORIGIN_WORDS).map(([origin, word]) => [word, origin as DropOrigin]),
);

/** Undoes `encodeValue`. */
function decodeValue(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = value.replace(/%([0-9a-f]{2})/gi, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  // A copy: a part of a string keeps the whole string in memory.
  return Buffer.from(text, 'latin1').toString('latin1');
}
