import { explanationOf, type Explained } from '../explain/explain.js';
import { ORIGIN_WORDS } from '../metadata/comment.js';
import type { SymbolLookup } from '../symbols/symbolLookup.js';
import { flowFactsOf } from '../stage/flowFacts.js';
import { KIND } from '../stage/flowKey.js';
import type { Analysis } from './analysis.js';
import { burstsOf } from './bursts.js';
import { NO_CAUSE } from './causes.js';
import {
  allOf,
  causeFilter,
  equalFilter,
  type FilterPair,
  flowFilter,
  interfaceFilter,
  placeFilter,
} from './filters.js';
import { completenessOf, type ReadResult } from './losses.js';
import { causeText, type KindNames, namesOf, NO_DEVICE } from './names.js';
import { protocolName } from './protocols.js';
import type { CauseRow, FlowRow, InputFacts, Meaning, Report, Row, Table } from './report.js';
import { sampleRows } from './samples.js';
import { flowProtocol, flowText, storyTexts } from './storyTexts.js';
import { Grouping, rowOf, tableOf } from './tables.js';
import { isoTime, rateOf } from './times.js';
import { verdictOf } from './verdict.js';

/** Limits of a report. */
export interface ReportOptions {
  /** Rows of each table. */
  readonly rows: number;
  /** Packets that are shown. */
  readonly samples: number;
  /** Name and version of this program. */
  readonly application: string;
  /** Names for program counters. */
  readonly symbols: SymbolLookup;
}

/** A file that was read, and what became of it. */
export interface ReportInput extends ReadResult {
  readonly facts: InputFacts;
  /** Release of the kernel; undefined: not known. */
  readonly kernelRelease: string | undefined;
}

const MAX_BURSTS = 5;
const MAX_EXPLANATIONS = 40;
/** The name of causes for which there was no room. */
const FURTHER = '(further causes)';

/** Makes the report of an analysis. */
export function buildReport(
  analysis: Analysis,
  inputs: readonly ReportInput[],
  options: ReportOptions,
): Report {
  const names = Array.from({ length: analysis.causes.size }, (_, cause) =>
    namesOf(analysis.causes.kind(cause), options.symbols),
  );
  const nameOfCause = (cause: number) => (cause === NO_CAUSE ? FURTHER : causeText(names[cause]!));
  const { total } = analysis;
  const causes = causeRows(analysis, names);
  const flows = flowRows(analysis, names);
  const byKind = (
    read: (of: KindNames) => string | null,
    filter: (of: KindNames) => FilterPair | undefined,
  ) => groupTable(analysis, names, read, filter, options.rows);
  const interfaces = byKind(
    (of) => of.interface,
    (of) => interfaceFilter(of.interface),
  );
  const completeness = completenessOf(inputs, analysis);
  const meanings = meaningsOf(analysis, names);
  const kernels = [
    ...new Set(inputs.map(({ kernelRelease }) => kernelRelease).filter((release) => release !== undefined)),
  ];
  const { explanations, unexplained } = explain(causes.slice(0, MAX_EXPLANATIONS), names);
  return {
    version: 1,
    application: options.application,
    inputs: inputs.map(({ facts }) => facts),
    verdict: verdictOf({
      drops: total.drops,
      seconds: total.last - total.first,
      kernels,
      interfaces: new Set(names.map((of) => of.interface).filter((name) => name !== NO_DEVICE)).size,
      meanings,
      causes,
      flows,
      completeness: completeness.brief,
    }),
    drops: total.drops,
    first: isoTime(total.first),
    last: isoTime(total.last),
    perSecond: rateOf(total),
    meanings,
    complete: completeness.complete,
    losses: completeness.texts,
    causes: tableOf(causes, options.rows),
    classes: byKind(
      (of) => of.class ?? '(not known)',
      (of) => equalFilter('class', 'dropcap.class', of.class),
    ),
    reasons: byKind(
      (of) => of.reason,
      (of) => equalFilter('reason', 'dropcap.reason', of.reason),
    ),
    places: byKind((of) => of.place, placeFilter),
    interfaces,
    origins: byKind(
      (of) => of.origin,
      (of) => equalFilter('origin', 'dropcap.origin', ORIGIN_WORDS[of.origin]),
    ),
    traps: byKind(
      (of) => of.trap,
      (of) => equalFilter('trap', 'dropcap.trap', of.trap),
    ),
    protocols: protocolTable(analysis, options.rows),
    flows: flowTable(analysis, flows, options.rows),
    timeLine: timeLineOf(analysis, names),
    bursts: burstsOf(analysis.timeLine, MAX_BURSTS, nameOfCause),
    stories: storyTexts(analysis.stories, nameOfCause),
    explanations,
    unexplained,
    samples: sampleRows(analysis.samples, causes.slice(0, options.samples), nameOfCause),
  };
}

function causeRows({ causes, total }: Analysis, names: readonly KindNames[]): CauseRow[] {
  const groups = new Grouping<KindNames>();
  names.forEach((of, cause) => groups.add(causeText(of), causes.count(cause), of));
  return groups.sorted().map(({ name, facts, count }) => {
    const { reason, trap, place, class: discard, meaning } = facts;
    return Object.assign(rowOf(name, count, total.drops, causeFilter(facts)), {
      reason,
      trap,
      place,
      class: discard,
      meaning,
    });
  });
}

/** @param read the name of a cause's group; null: in no group */
function groupTable(
  { causes, total }: Analysis,
  names: readonly KindNames[],
  read: (of: KindNames) => string | null,
  filter: (of: KindNames) => FilterPair | undefined,
  most: number,
): Table {
  const groups = new Grouping<KindNames | undefined>();
  names.forEach((of, cause) => {
    const name = read(of);
    if (name !== null) groups.add(name, causes.count(cause), of);
  });
  if (causes.others.drops > 0) groups.add(FURTHER, causes.others, undefined);
  return tableOf(
    groups.sorted().map(({ name, facts, count }) => rowOf(name, count, total.drops, facts && filter(facts))),
    most,
  );
}

function meaningsOf({ causes }: Analysis, names: readonly KindNames[]): Record<Meaning, number> {
  const meanings = noDrops();
  names.forEach(({ meaning }, cause) => (meanings[meaning] += causes.count(cause).drops));
  meanings.unknown += causes.others.drops;
  return meanings;
}

function protocolTable({ protocols, unreadable, total }: Analysis, most: number): Table {
  const groups = new Grouping();
  for (const [words, count] of protocols) groups.add(protocolName(words), count, undefined);
  if (unreadable.drops > 0) groups.add('(headers cut, damaged, or too many)', unreadable, undefined);
  const rows: Row[] = groups.sorted().map(({ name, count }) => rowOf(name, count, total.drops, undefined));
  return tableOf(rows, most);
}

function flowRows({ flows, total }: Analysis, names: readonly KindNames[]): FlowRow[] {
  const groups = new Grouping<{
    row: Omit<FlowRow, keyof Row | 'missedAtMost'>;
    filter: FilterPair | undefined;
  }>();
  const missedByName = new Map<string, number>();
  for (const { words, missed, ...count } of flows) {
    const of = names[words[KIND]!];
    const facts = flowFactsOf(words);
    const cause = of ? causeText(of) : FURTHER;
    const row = {
      cause,
      meaning: of?.meaning ?? 'unknown',
      protocol: flowProtocol(facts),
      source: endText(facts.source, facts.sourcePort),
      destination: endText(facts.destination, facts.destinationPort),
    };
    const packets = flowFilter(facts);
    const ofCause = of && causeFilter(of);
    const filter = packets && ofCause && allOf([packets, ofCause]);
    const name = `${flowText(facts)} ${facts.vlans.join(' ')} ${cause}`;
    groups.add(name, count, { row, filter });
    missedByName.set(name, (missedByName.get(name) ?? 0) + missed);
  }
  return groups.sorted().map(({ name, count, facts: { row, filter } }) => {
    const title = `${row.source ?? '-'} > ${row.destination ?? '-'} ${row.protocol}`;
    const missedAtMost = missedByName.get(name)!;
    return Object.assign(rowOf(title, count, total.drops, filter), row, { missedAtMost });
  });
}

/** An address with its port, as tcpdump writes it. */
function endText(address: string | undefined, port: number | undefined): string | null {
  if (address === undefined) return null;
  return port === undefined ? address : `${address}.${port}`;
}

function flowTable({ flows }: Analysis, rows: readonly FlowRow[], most: number): Table<FlowRow> {
  const table = tableOf(rows, most);
  if (flows.givenUp === 0) return table;
  return { ...table, moreRows: null, moreDrops: table.moreDrops + flows.givenUp };
}

function timeLineOf({ timeLine }: Analysis, names: readonly KindNames[]): Report['timeLine'] {
  const spans = timeLine.spans().map(({ start, causes }) => {
    const drops = noDrops();
    for (const [cause, some] of causes) drops[names[cause]?.meaning ?? 'unknown'] += some;
    return { start: isoTime(start)!, drops };
  });
  return { seconds: timeLine.seconds, spans };
}

function noDrops(): Record<Meaning, number> {
  return { unintended: 0, unclear: 0, unknown: 0, intended: 0, noise: 0 };
}

/** The explanations of the causes in these rows, each once, in their order. */
function explain(
  rows: readonly CauseRow[],
  names: readonly KindNames[],
): { explanations: Explained[]; unexplained: string[] } {
  const found = new Map<string, Explained>();
  const unexplained: string[] = [];
  const causes = new Map(names.map((of) => [causeText(of), of.cause]));
  for (const { name } of rows) {
    const explained = explanationOf(causes.get(name)!);
    if (explained) found.set(explained.name, explained);
    else unexplained.push(name);
  }
  return { explanations: [...found.values()], unexplained };
}
