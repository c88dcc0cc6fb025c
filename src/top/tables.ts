import {
  causeFilter,
  equalFilter,
  type FilterPair,
  interfaceFilter,
  placeFilter,
} from '../report/filters.js';
import { causeText, type KindNames } from '../report/names.js';

export type TableName = 'causes' | 'classes' | 'reasons' | 'places' | 'interfaces' | 'flows';

/** How a table groups drops by facts of their kind. */
export interface Grouped {
  /** The row of a kind; null: in no row. */
  readonly read: (names: KindNames) => string | null;
  readonly filter: (names: KindNames) => FilterPair | undefined;
}

/** The tables whose rows a drop's kind decides. */
export const GROUPED: Readonly<Record<Exclude<TableName, 'flows'>, Grouped>> = {
  causes: { read: causeText, filter: causeFilter },
  classes: {
    read: (names) => names.class ?? '(not known)',
    filter: (names) => equalFilter('class', 'dropcap.class', names.class),
  },
  reasons: {
    read: (names) => names.reason ?? names.trap,
    filter: ({ reason, trap }) =>
      reason === null
        ? equalFilter('trap', 'dropcap.trap', trap)
        : equalFilter('reason', 'dropcap.reason', reason),
  },
  places: { read: (names) => names.place, filter: placeFilter },
  interfaces: {
    read: (names) => names.interface,
    filter: (names) => interfaceFilter(names.interface),
  },
};

/** The tables in the order of their keys, 1 to 6. */
export const TABLES: readonly TableName[] = ['causes', 'classes', 'reasons', 'places', 'interfaces', 'flows'];
