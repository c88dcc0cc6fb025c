import type { DropBatch } from '../drop/batch.js';
import type { DropKind } from '../drop/kind.js';
import type { DropRecord } from '../drop/record.js';
import { NO_SYMBOLS, type SymbolLookup } from '../symbols/symbolLookup.js';

/** Options of describing drops. */
export interface DescribeOptions {
  /**
   * Names for program counters. By default, and for a program counter without a name, the kernel's own text is used.
   */
  readonly symbols?: SymbolLookup | undefined;
  /** Leave out program counters, and symbols that are only an address: both reveal where the kernel was loaded. */
  readonly omitAddresses?: boolean | undefined;
}

/**
 * Row `i` as an object, with the best name for its drop point. Its payload may be a view of the batch's arena, valid
 * until `release()`.
 */
export function describeDrop(batch: DropBatch, i: number, options: DescribeOptions): DropRecord {
  return batch.record(i).with(describeDropPoint(batch.kindOf(i), options));
}

/** The drop point of a kind, with the best known name. */
function describeDropPoint(
  kind: DropKind,
  { symbols = NO_SYMBOLS, omitAddresses = false }: DescribeOptions,
): Pick<DropRecord, 'symbol' | 'module' | 'programCounter'> {
  const { programCounter, symbolText } = kind;
  const { symbol, module } = symbols.resolve(programCounter, symbolText) ?? kind;
  if (!omitAddresses) return { symbol, module, programCounter };
  return { symbol: symbol?.startsWith('0x') ? undefined : symbol, module, programCounter: undefined };
}
