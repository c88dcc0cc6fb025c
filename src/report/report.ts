import type { DiscardIntent } from '../class/discardClass.js';
import type { Explained } from '../explain/explain.js';

/** What a group of drops is to the people of the host. `unknown`: dropcap has no class for the cause. */
export type Meaning = DiscardIntent | 'noise' | 'unknown';

/** Drops that have something in common. */
export interface Row {
  readonly name: string;
  readonly drops: number;
  /** Part of all drops, from 0 to 1. */
  readonly share: number;
  /** Times of the first and the last drop, ISO 8601 in UTC with microseconds. Null: not known. */
  readonly first: string | null;
  readonly last: string | null;
  /** Drops a second between them. Null: not known, also for a single time. */
  readonly perSecond: number | null;
  /** Expressions that choose these drops: of dropcap, and of Wireshark with dropcap's plugin. Null: there is none. */
  readonly dropcapFilter: string | null;
  readonly displayFilter: string | null;
}

/** Drops with one reason (or trap) at one place. */
export interface CauseRow extends Row {
  readonly reason: string | null;
  readonly trap: string | null;
  /** Function that dropped the packets, with its module. */
  readonly place: string | null;
  readonly class: string | null;
  readonly meaning: Meaning;
}

/** Drops of one flow with one cause. */
export interface FlowRow extends Row {
  readonly cause: string;
  readonly meaning: Meaning;
  readonly protocol: string;
  readonly source: string | null;
  readonly destination: string | null;
  /** Most drops of this flow that are not counted in it: the table of flows was full. */
  readonly missedAtMost: number;
}

/** The rows of a table, with the most drops first. */
export interface Table<Kind extends Row = Row> {
  readonly rows: readonly Kind[];
  /** Rows that were left out, and their drops. Null: not known. */
  readonly moreRows: number | null;
  readonly moreDrops: number;
}

/** Drops in a span of the time line. */
interface TimeLineSpan {
  /** ISO 8601 in UTC. */
  readonly start: string;
  readonly drops: Readonly<Record<Meaning, number>>;
}

/** A time with many more drops than usual. */
export interface Burst {
  readonly start: string;
  readonly seconds: number;
  readonly drops: number;
  readonly perSecond: number;
  /** The most frequent cause, and its part of the burst's drops. */
  readonly cause: string;
  readonly causeShare: number;
}

/** A file of the report. */
export interface InputFacts {
  readonly path: string;
  readonly drops: number;
  readonly application: string | null;
  readonly os: string | null;
  readonly hardware: string | null;
  readonly filter: string | null;
  readonly start: string | null;
  readonly end: string | null;
  /** Why the file could not be read to its end. */
  readonly problem: string | null;
}

/** A packet, decoded. */
export interface SampleRow {
  readonly cause: string;
  readonly time: string | null;
  readonly interface: string | null;
  /** Summary of the packet's headers, like tcpdump's. */
  readonly packet: string;
  /** The packet's first bytes, as tcpdump -X prints them. */
  readonly bytes: readonly string[];
}

/** What a capture of drops says (docs/report.schema.json). All texts are free of control characters. */
export interface Report {
  readonly version: 1;
  readonly application: string;
  readonly inputs: readonly InputFacts[];
  /** Three lines: how many, what they are, and whether that is all. */
  readonly verdict: readonly string[];
  readonly drops: number;
  readonly first: string | null;
  readonly last: string | null;
  readonly perSecond: number | null;
  readonly meanings: Readonly<Record<Meaning, number>>;
  /** Whether no drop was lost. Null: not known. Drops that a filter or --dedupe left out are not lost. */
  readonly complete: boolean | null;
  /** Every loss, and everything that is not known, in words. */
  readonly losses: readonly string[];
  readonly causes: Table<CauseRow>;
  readonly classes: Table;
  readonly reasons: Table;
  readonly places: Table;
  readonly interfaces: Table;
  readonly origins: Table;
  readonly traps: Table;
  readonly protocols: Table;
  readonly flows: Table<FlowRow>;
  readonly timeLine: { readonly seconds: number; readonly spans: readonly TimeLineSpan[] };
  readonly bursts: readonly Burst[];
  readonly stories: readonly string[];
  readonly explanations: readonly Explained[];
  /** Causes of the report without an explanation. */
  readonly unexplained: readonly string[];
  readonly samples: readonly SampleRow[];
}
