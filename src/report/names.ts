import { classOf } from '../class/classOf.js';
import { type DropCause, functionOf } from '../class/dropCause.js';
import { noiseOf } from '../class/noiseOf.js';
import type { DropKind } from '../drop/kind.js';
import type { DropOrigin } from '../drop/origin.js';
import { encodeValue } from '../metadata/comment.js';
import type { SymbolLookup } from '../symbols/symbolLookup.js';
import type { Meaning } from './report.js';

/** The longest name in a report: a kernel's names are shorter, those of a hostile file need not be. */
const MAX_NAME = 120;
const NOT_KNOWN = '(not known)';
/** The interface of drops without one. */
export const NO_DEVICE = '(no device)';

/** The names of a kind in a report. Each is printable ASCII without blanks, or a text in parentheses. */
export interface KindNames {
  /** Reason, or trap of a hardware drop. */
  readonly why: string;
  readonly reason: string | null;
  readonly trap: string | null;
  /** Function and module, as `nft_do_chain[nf_tables]`; the trap group of a hardware drop. */
  readonly place: string | null;
  readonly function: string | null;
  readonly class: string | null;
  readonly meaning: Meaning;
  readonly interface: string;
  readonly origin: DropOrigin;
  /** The facts that decide what the drop means. */
  readonly cause: DropCause;
}

/** A text of a file, as printable ASCII without blanks. A name that was cut ends in a way that no filter can have. */
export function nameText(text: string): string {
  const encoded = encodeValue(text);
  return encoded.length <= MAX_NAME ? encoded : `${encoded.slice(0, MAX_NAME)}(...)`;
}

/** Names the facts of a kind. A drop point without a name is not shown: its address says where the kernel is in memory. */
export function namesOf(kind: DropKind, symbols: SymbolLookup): KindNames {
  const { reason, trap, trapGroup, interfaceName, ifindex, origin, programCounter, symbolText } = kind;
  const { symbol, module } = symbols.resolve(programCounter, symbolText) ?? kind;
  const cause = { reason, trap, symbol };
  const discard = classOf(cause);
  const place = functionOf(symbol);
  const inModule = module === undefined ? '' : `[${module}]`;
  const nameOf = (text: string | undefined) => (text === undefined || text === '' ? null : nameText(text));
  return {
    why: nameOf(trap ?? reason) ?? NOT_KNOWN,
    reason: nameOf(reason),
    trap: nameOf(trap),
    place: place === '' ? nameOf(trapGroup) : nameText(place + inModule),
    function: nameOf(place),
    class: discard?.name ?? null,
    meaning: noiseOf(cause) === undefined ? (discard?.intent ?? 'unknown') : 'noise',
    interface:
      interfaceName !== undefined
        ? nameText(interfaceName)
        : ifindex === undefined
          ? NO_DEVICE
          : `ifindex${ifindex}`,
    origin,
    cause,
  };
}

/** `NETFILTER_DROP at nft_do_chain[nf_tables]`. */
export function causeText({ why, place }: KindNames): string {
  return place === null ? why : `${why} at ${place}`;
}
