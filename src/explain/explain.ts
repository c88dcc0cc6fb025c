import { classOf, type DiscardClass } from '../class/classOf.js';
import { type DropCause, functionOf, NOT_SPECIFIED } from '../class/dropCause.js';
import type { Explanation } from './explanation.js';
import { FUNCTIONS, REASONS, REASONS_AT_FUNCTIONS, TRAPS } from './tables.js';

/** An explanation with what it explains. */
export interface Explained {
  /** `NO_SOCKET`, `ttl_value_is_too_small`, `nft_do_chain`, or `IP_INHDR at ip_forward`. */
  readonly name: string;
  readonly kind: 'drop reason' | 'devlink trap' | 'function';
  /** Undefined: not known, or not the same for all such drops. */
  readonly class: DiscardClass | undefined;
  readonly explanation: Explanation;
}

const REASON_PREFIX = 'SKB_DROP_REASON_';

/** All names that have an explanation: drop reasons, devlink traps, and functions, each in the order of the tables. */
export const EXPLAINED_NAMES: readonly string[] = [REASONS, TRAPS, FUNCTIONS].flatMap((rows) =>
  Object.keys(rows),
);

/**
 * The explanation of a drop, by the same facts as its class: the trap, else the reason with its function, else the reason, else
 * the function. Undefined: this dropcap does not know what the drop means. Looks up texts: ask once for a kind, not for each
 * packet.
 */
export function explanationOf(cause: DropCause): Explained | undefined {
  const { trap, reason, symbol } = cause;
  if (trap !== undefined) return explained('devlink trap', TRAPS, trap, { trap });
  const place = functionOf(symbol);
  if (reason === undefined || reason === NOT_SPECIFIED)
    return explained('function', FUNCTIONS, place, { symbol });
  return (
    explained('drop reason', REASONS_AT_FUNCTIONS, `${reason} ${place}`, { reason, symbol }) ??
    explained('drop reason', REASONS, reason, { reason })
  );
}

/**
 * All explanations for a name as people write it: a drop reason in any case and with or without SKB_DROP_REASON_, a devlink
 * trap, a function with or without offset and module. Empty when nothing has that name.
 */
export function explainName(name: string): Explained[] {
  const word = name.trim().replace(/[ +[].*$/s, '');
  const reason = word.toUpperCase().replace(REASON_PREFIX, '');
  const lower = word.toLowerCase();
  const pairs = Object.keys(REASONS_AT_FUNCTIONS).filter((key) =>
    key.split(' ').some((part) => part === reason || part === word),
  );
  return [
    explained('drop reason', REASONS, reason, { reason }),
    explained('devlink trap', TRAPS, lower, { trap: lower }),
    explained('function', FUNCTIONS, word, { symbol: `${word}+0x0/0x0` }),
    ...pairs.map((key) => {
      const [one = '', place = ''] = key.split(' ');
      return explained('drop reason', REASONS_AT_FUNCTIONS, key, { reason: one, symbol: `${place}+0x0/0x0` });
    }),
  ].filter((found) => found !== undefined);
}

/** Most names that namesLike returns. */
const MAX_ALIKE = 5;
/** Fewest letters that two names must begin with to be alike. */
const MIN_ALIKE = 4;

/** Names with an explanation that contain this word, or else begin with the same letters. At most five. */
export function namesLike(name: string): string[] {
  const word = name.trim().toLowerCase().replace(REASON_PREFIX.toLowerCase(), '');
  if (word === '') return [];
  const containing = EXPLAINED_NAMES.filter((known) => known.toLowerCase().includes(word));
  if (containing.length > 0) return containing.slice(0, MAX_ALIKE);
  const lengths = EXPLAINED_NAMES.map((known) => commonStart(known.toLowerCase(), word));
  const longest = Math.max(...lengths, MIN_ALIKE);
  return EXPLAINED_NAMES.filter((_, i) => lengths[i] === longest).slice(0, MAX_ALIKE);
}

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

function explained(
  kind: Explained['kind'],
  rows: Readonly<Record<string, Explanation>>,
  key: string,
  cause: DropCause,
): Explained | undefined {
  if (!Object.hasOwn(rows, key)) return undefined;
  return { name: key.replace(' ', ' at '), kind, class: classOf(cause), explanation: rows[key]! };
}
