import { classOf } from '../class/classOf.js';
import type { DiscardClass } from '../class/classOf.js';
import type { DropOrigin } from '../drop/origin.js';
import { splitSymbol, type SymbolPlace } from '../drop/symbol.js';
import type { SymbolLookup } from '../symbols/symbolLookup.js';
import type { CauseCounts, CountedCause } from './causeCounts.js';

/** A row of a summary: drops with the same origin, reason, place and trap. Unknown facts are undefined. */
export interface NamedCount {
  readonly drops: number;
  readonly origin: DropOrigin;
  readonly reason: string | undefined;
  readonly symbol: string | undefined;
  readonly module: string | undefined;
  /** The address of the drop point; only when its symbol is not known. */
  readonly programCounter: bigint | undefined;
  readonly trap: string | undefined;
  readonly trapGroup: string | undefined;
  readonly discard: DiscardClass | undefined;
}

/** How to name drop points. */
export interface NameOptions {
  readonly symbols: SymbolLookup;
  /** Leave out addresses, which reveal where the kernel is in memory. */
  readonly omitAddresses: boolean;
}

/** The rows of a table with the best known names, the largest first, equal ones by reason. Causes that get the same names are one row. */
export function nameCounts(counts: CauseCounts, options: NameOptions): NamedCount[] {
  const rows = new Map<string, { cause: CountedCause; place: Place; drops: number }>();
  for (const { cause, drops } of counts) {
    const place = placeOf(cause, options);
    const { origin, reason, trap, trapGroup } = cause;
    const { symbol, module, programCounter } = place;
    const facts = [origin, reason, trap, trapGroup, symbol, module, programCounter?.toString(16)];
    const key = JSON.stringify(facts);
    const row = rows.get(key);
    if (row) row.drops += drops;
    else rows.set(key, { cause, place, drops });
  }
  return [...rows.values()]
    .map(({ cause, place, drops }) => {
      const { origin, reason, trap, trapGroup } = cause;
      const { symbol, module, programCounter } = place;
      const discard = classOf({ reason, trap, symbol });
      return { drops, origin, reason, symbol, module, programCounter, trap, trapGroup, discard };
    })
    .toSorted((a, b) => b.drops - a.drops || compare(a.reason ?? a.trap, b.reason ?? b.trap));
}

function compare(a = '', b = ''): number {
  return a < b ? -1 : Number(a > b);
}

type Place = Pick<NamedCount, 'symbol' | 'module' | 'programCounter'>;

function placeOf(
  { programCounter, symbolText }: CountedCause,
  { symbols, omitAddresses }: NameOptions,
): Place {
  const found: Partial<SymbolPlace> =
    symbols.resolve(programCounter, symbolText) ?? (symbolText === undefined ? {} : splitSymbol(symbolText));
  const isAddress = found.symbol?.startsWith('0x') ?? false;
  const symbol = isAddress && omitAddresses ? undefined : found.symbol;
  const unnamed = found.symbol === undefined && !omitAddresses ? programCounter : undefined;
  return { symbol, module: found.module, programCounter: unnamed };
}
