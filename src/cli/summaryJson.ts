import type { CaptureSummary } from '../capture/capture.js';
import { isoTime } from '../isoTime.js';
import type { CountedSpan } from '../tally/intervalTally.js';
import { nameCounts, type NamedCount, type NameOptions } from '../tally/namedCounts.js';
import { secondsOf } from './summaryText.js';
import { asciiJson } from './terminal.js';

/** An interval as a line of JSON (docs/summary.schema.json), in ASCII. */
export function intervalJson(span: CountedSpan, names: NameOptions): string {
  return line({ type: 'interval', ...members(span, names) });
}

/** The total as a line of JSON, with the losses of the whole capture; null: not known. */
export function totalJson(span: CountedSpan, { source }: CaptureSummary, names: NameOptions): string {
  const { queueDrops = null, overruns = null, malformed } = source;
  return line({ type: 'total', ...members(span, names), queueDrops, overruns, malformed });
}

function members(span: CountedSpan, names: NameOptions): object {
  const { startNs, endNs, counts, lost, repeated, fullAlerts } = span;
  return {
    start: startNs === undefined ? undefined : isoTime(startNs),
    end: endNs === undefined ? undefined : isoTime(endNs),
    seconds: secondsOf(span),
    drops: counts.drops,
    lost: lost ?? null,
    repeated,
    fullAlerts,
    otherCauses: counts.others,
    rows: nameCounts(counts, names).map(rowOf),
  };
}

/** Members that are not known are left out. */
function rowOf({ drops, origin, reason, programCounter, discard, ...rest }: NamedCount): object {
  const { symbol, module, trap, trapGroup } = rest;
  const pc = programCounter === undefined ? undefined : `0x${programCounter.toString(16)}`;
  return {
    drops,
    origin,
    reason,
    symbol,
    module,
    pc,
    trap,
    trapGroup,
    class: discard?.name,
    intent: discard?.intent,
  };
}

function line(value: object): string {
  return asciiJson(JSON.stringify(value));
}
