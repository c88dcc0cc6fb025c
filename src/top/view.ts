import type { Completeness } from '../report/losses.js';
import type { Meaning } from '../report/report.js';
import type { TableName } from './tables.js';

/** Drops of the window that have something in common. */
export interface TopRow {
  readonly name: string;
  readonly drops: number;
  /** Part of all drops of the window, from 0 to 1. */
  readonly share: number;
  readonly perSecond: number;
  /** Seconds since 1970 UTC of the last drop; null: not known. */
  readonly last: number | null;
  /** The worst of what its drops mean. */
  readonly meaning: Meaning;
  /** Drops in each twentieth of the window, the oldest first. */
  readonly history: readonly number[];
  /** The expression of dropcap that chooses these drops; null: there is none. */
  readonly filter: string | null;
  /** Most drops of this row that are not counted in it: the table of flows was full. */
  readonly missedAtMost: number;
}

/** What is being dropped now (docs/top.schema.json). All texts are printable ASCII. */
export interface TopView {
  readonly version: 1;
  readonly application: string;
  /** Where the drops come from. */
  readonly source: string;
  /** The filter expression; null: none. */
  readonly expression: string | null;
  /** End of the window, seconds since 1970 UTC; null: no drop of a file had a time yet. */
  readonly time: number | null;
  /** Time that the numbers cover: up to a nineteenth more than what was asked for, and less in the beginning. */
  readonly windowSeconds: number;
  /** Drops in the window, and since the start. */
  readonly drops: number;
  readonly dropsSinceStart: number;
  /** Drops a second over the last seconds. */
  readonly perSecond: number;
  /** Drops in each of the last seconds, the oldest first. */
  readonly history: readonly number[];
  /** Drops in the window by what they mean. */
  readonly meanings: Readonly<Record<Meaning, number>>;
  /** Losses since the start. `complete`: whether no drop was lost; null: not known. */
  readonly complete: boolean | null;
  readonly losses: Completeness['texts'];
  /** The rows of each table, with the most drops first. */
  readonly tables: Readonly<Record<TableName, readonly TopRow[]>>;
}
