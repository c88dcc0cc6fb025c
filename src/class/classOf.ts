import { CORE_REASONS } from './coreReasons.js';
import type { ClassRow, ClassRows, DiscardClassName, DiscardIntent } from './discardClass.js';
import { PLACES, REASONS_AT_PLACES } from './places.js';
import { MAC80211_REASONS, OPENVSWITCH_REASONS, QDISC_REASONS } from './subsystemReasons.js';
import { TRAPS } from './traps.js';

/** What the class of a drop depends on. A DropKind and a DropRecord have these facts. */
export interface DropCause {
  /** Drop reason without SKB_DROP_REASON_. */
  readonly reason?: string | undefined;
  /** devlink trap of a hardware drop. */
  readonly trap?: string | undefined;
  /** `function+0xOFFSET/0xSIZE` of the drop point. */
  readonly symbol?: string | undefined;
}

/** The class of a drop. Frozen. */
export interface DiscardClass {
  /** Path in the IETF's discard model, such as `policy/l3/acl`, or one of dropcap's own, which begin with `host/`. */
  readonly name: DiscardClassName;
  readonly intent: DiscardIntent;
  /** Whether this is a normal free that nobody would call a drop. */
  readonly noise: boolean;
}

/** The reason that says nothing about the cause. */
const NOT_SPECIFIED = 'NOT_SPECIFIED';

const BY_TRAP = classes(TRAPS);
const BY_REASON = classes(CORE_REASONS, OPENVSWITCH_REASONS, MAC80211_REASONS, QDISC_REASONS);
const BY_PLACE = classes(PLACES);
const BY_REASON_AND_PLACE = classes(REASONS_AT_PLACES);

/** All names of classes, and all drop reasons and devlink traps that have one. */
export const CLASS_NAMES: ReadonlySet<string> = new Set(
  [BY_TRAP, BY_REASON, BY_PLACE, BY_REASON_AND_PLACE].flatMap((rows) =>
    [...rows.values()].map(({ name }) => name),
  ),
);
export const REASON_NAMES: ReadonlySet<string> = new Set([NOT_SPECIFIED, ...BY_REASON.keys()]);
export const TRAP_NAMES: ReadonlySet<string> = new Set(BY_TRAP.keys());

/**
 * The class of a drop (docs/classes.md): by the trap of a hardware drop, else by the reason, else by the function that
 * dropped the packet. Undefined when the tables do not have it: the class is not known. Looks up texts: ask once for a
 * kind, not for each packet.
 */
export function classOf({ reason, trap, symbol }: DropCause): DiscardClass | undefined {
  if (trap !== undefined) return BY_TRAP.get(trap);
  const place = functionOf(symbol);
  if (reason === undefined || reason === NOT_SPECIFIED) return BY_PLACE.get(place);
  return BY_REASON_AND_PLACE.get(`${reason} ${place}`) ?? BY_REASON.get(reason);
}

/**
 * Name of a symbol's function, without what the compiler added (`.isra.0`, `.constprop.0`). Empty when the symbol has no
 * offset: it is an address, or the kernel cut the name.
 */
function functionOf(symbol = ''): string {
  const plus = symbol.indexOf('+');
  return plus < 0 ? '' : symbol.slice(0, plus).replace(/\..*/s, '');
}

function classes(...tables: ClassRows[]): ReadonlyMap<string, DiscardClass> {
  return new Map(tables.flatMap((rows) => Object.entries(rows).map(([key, row]) => [key, classOfRow(row)])));
}

function classOfRow([name, intent, noise]: ClassRow): DiscardClass {
  return Object.freeze({ name, intent, noise: noise !== undefined });
}
