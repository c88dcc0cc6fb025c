import type { DropBatch } from '../drop/batch.js';
import type { DropRecord } from '../drop/record.js';
import { NO_SYMBOLS, type SymbolLookup } from '../symbols/symbolLookup.js';

/** How drops are described. */
export interface DescribeOptions {
  /** Names for program counters; where they know none, and by default, the kernel's own text is used. */
  readonly symbols?: SymbolLookup | undefined;
  /** Leave out program counters, and texts that are but an address: they tell where the kernel was loaded. */
  readonly omitAddresses?: boolean | undefined;
}

/** Row `i` as an object, with the best name for its place. Its payload may be a view of the batch's arena. */
export function describeDrop(batch: DropBatch, i: number, options: DescribeOptions): DropRecord {
  const record = batch.record(i);
  const kernelText = batch.symbol[i] === 0 ? undefined : batch.strings.text(batch.symbol[i]!);
  const { symbols = NO_SYMBOLS, omitAddresses = false } = options;
  const place = symbols.resolve(batch.pcHigh[i]!, batch.pcLow[i]!, kernelText);
  const drop = place ? { ...record, ...place } : record;
  if (!omitAddresses) return drop;
  const symbol = drop.symbol?.startsWith('0x') ? undefined : drop.symbol;
  return { ...drop, symbol, programCounter: undefined };
}
