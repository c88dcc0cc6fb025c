import type { DropBatch } from '../drop/batch.js';
import type { DropKind } from '../drop/kind.js';
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
  return batch.record(i).with(describePlace(batch.kindOf(i), options));
}

/** Where drops of a kind happened, with the best name that is known. */
function describePlace(
  kind: DropKind,
  { symbols = NO_SYMBOLS, omitAddresses = false }: DescribeOptions,
): Pick<DropRecord, 'symbol' | 'module' | 'programCounter'> {
  const { programCounter, symbolText } = kind;
  const { symbol, module } = symbols.resolve(programCounter, symbolText) ?? kind;
  if (!omitAddresses) return { symbol, module, programCounter };
  return { symbol: symbol?.startsWith('0x') ? undefined : symbol, module, programCounter: undefined };
}
