import { CORE_REASONS } from './coreReasons.js';
import type { ClassRow, ClassRows, DiscardClassName, DiscardIntent } from './discardClass.js';
import { type DropCause, functionOf, NOT_SPECIFIED } from './dropCause.js';
import { PLACES, REASONS_AT_PLACES } from './places.js';
import { MAC80211_REASONS, OPENVSWITCH_REASONS, QDISC_REASONS } from './subsystemReasons.js';
import { TRAPS } from './traps.js';

/** The class of a drop. Frozen. */
export interface DiscardClass {
  /** Path in the IETF's discard model, such as `policy/l3/acl`, or one of dropcap's own, which begin with `host/`. */
  readonly name: DiscardClassName;
  readonly intent: DiscardIntent;
}

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

function classes(...tables: ClassRows[]): ReadonlyMap<string, DiscardClass> {
  return new Map(tables.flatMap((rows) => Object.entries(rows).map(([key, row]) => [key, classOfRow(row)])));
}

function classOfRow([name, intent]: ClassRow): DiscardClass {
  return Object.freeze({ name, intent });
}
