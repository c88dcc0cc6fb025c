import { KindTable } from '../../src/drop/kind.js';
import { namesOf } from '../../src/report/names.js';
import { NO_SYMBOLS } from '../../src/symbols/symbolLookup.js';
import { buildView, type ViewFacts } from '../../src/top/buildView.js';
import { DropClock } from '../../src/top/clock.js';
import type { Line } from '../../src/top/line.js';
import { TopCounts } from '../../src/top/topCounts.js';
import type { TopRow, TopView } from '../../src/top/view.js';
import { ethernet, ipv4 } from './packetBytes.js';
import { batchOfRows, type DropRow, START_NS } from './rows.js';

/** Time of a row without `at`: seconds since 1970 UTC. */
export const START: number = Number(START_NS / 1_000_000_000n);
const NS = 1e9;

/** A drop of a UDP datagram, as a row of a batch. @param seconds after START */
export function dropAt(seconds: number, row: Omit<Partial<DropRow>, 'at'> = {}): DropRow {
  return {
    packet: ethernet(0x0800, ipv4()),
    symbolText: 'udp_rcv+0x1/0x2',
    ...row,
    at: Math.round(seconds * NS),
  };
}

/** A drop whose packet is of one of 65,536 flows. */
export function dropOfFlow(flow: number, seconds = 0): DropRow {
  const packet = ethernet(0x0800, ipv4());
  packet.writeUInt16BE(flow, 34);
  return dropAt(seconds, { packet });
}

/** Counts whose clock the test sets, in seconds since the counts were made. */
export interface TestCounts {
  readonly counts: TopCounts;
  readonly namesOf: ViewFacts['namesOf'];
  /** Counts these drops. */
  add(...rows: DropRow[]): void;
  /** Counts these drops, and waits for the tap. */
  write(...rows: DropRow[]): Promise<void>;
  /** Time passes without a drop. */
  pass(seconds: number): void;
  view(facts?: Partial<ViewFacts>): TopView;
}

export function testCounts(windowSeconds = 30): TestCounts {
  let nowMs = 0;
  const counts = new TopCounts(
    windowSeconds,
    new DropClock(true, { nowMs: () => nowMs, wallMs: () => nowMs }),
  );
  const kinds = new KindTable();
  const names: ViewFacts['namesOf'] = (cause) =>
    cause < 0 ? undefined : namesOf(counts.causes.kind(cause), NO_SYMBOLS);
  return {
    counts,
    namesOf: names,
    add: (...rows) => void counts.write(batchOfRows(rows, kinds)),
    write: async (...rows) => await counts.write(batchOfRows(rows, kinds)),
    pass: (seconds) => (nowMs += seconds * 1000),
    view: (facts = {}) =>
      buildView(counts, {
        application: 'dropcap 0',
        source: 'the test',
        expression: null,
        start: undefined,
        completeness: { complete: true, texts: ['No drop was lost'], brief: '' },
        namesOf: names,
        ...facts,
      }),
  };
}

/** A view of drops that need no kernel: any names, as many as a test wants. */
export function viewOf(rows: readonly Partial<TopRow>[], changes: Partial<TopView> = {}): TopView {
  const whole = rows.map((row, i): TopRow => {
    const defaults = { drops: 10, share: 0.5, perSecond: 1, last: START, meaning: 'unintended' as const };
    const history = Array.from<number>({ length: 20 }).fill(1);
    return { name: `row${i}`, ...defaults, history, filter: null, missedAtMost: 0, ...row };
  });
  const tables = { classes: whole, reasons: whole, places: whole, interfaces: whole, flows: whole };
  return {
    version: 1,
    application: 'dropcap 0',
    source: 'the test',
    expression: null,
    time: START,
    windowSeconds: 30,
    drops: whole.reduce((sum, { drops }) => sum + drops, 0),
    dropsSinceStart: 1000,
    perSecond: 1,
    history: Array.from<number>({ length: 59 }).fill(1),
    meanings: { unintended: 10, unclear: 1, unknown: 0, intended: 2, noise: 3 },
    complete: true,
    losses: ['No drop was lost'],
    tables: { causes: whole, ...tables },
    ...changes,
  };
}

/** The characters of lines. */
export function textsOf(lines: readonly Line[]): string[] {
  return lines.map((line) => line.map(({ text }) => text).join(''));
}
