import { joinSymbol, type SymbolPlace } from '../drop/symbol.js';
import type { SymbolTable } from './symbolTable.js';

/** Finds the function of a program counter. */
export interface SymbolLookup {
  /** Incremented when resolve() may answer differently. Callers that cache answers must compare it. */
  readonly version: number;
  /**
   * The place of an address; undefined when the place is not known, or the address is undefined (hardware drops).
   * @param kernelText the kernel's own text for the address, at most 39 characters. A place that contradicts this text
   * belongs to another boot, or to a module that was unloaded: the result is then undefined.
   */
  resolve(programCounter: bigint | undefined, kernelText: string | undefined): SymbolPlace | undefined;
}

/** A lookup that knows no symbol: the caller then uses the kernel's own texts. */
export const NO_SYMBOLS: SymbolLookup = { version: 0, resolve: () => undefined };

/** A lookup in a table that does not change, for recordings. */
export function lookupIn(table: SymbolTable): SymbolLookup {
  return { version: 0, resolve: (pc, kernelText) => consistent(find(table, pc), kernelText) };
}

function find(table: SymbolTable | undefined, programCounter: bigint | undefined): SymbolPlace | undefined {
  if (programCounter === undefined) return undefined;
  return table?.resolve(Number(programCounter >> 32n), Number(programCounter & 0xffffffffn));
}

function consistent(place: SymbolPlace | undefined, kernelText: string | undefined): SymbolPlace | undefined {
  if (!place || kernelText === undefined) return place;
  return joinSymbol(place).startsWith(kernelText) ? place : undefined;
}

/** Shortest time between two loads of the running kernel's symbols. */
const RELOAD_INTERVAL_MS = 10_000;

/** Longest text for an address in an alert: the kernel cuts longer ones (NET_DM_MAX_SYMBOL_LEN, net/core/drop_monitor.c). */
const MAX_KERNEL_TEXT = 39;

/**
 * The symbols of the running kernel. `resolve` loads them only when the kernel's own text for an address was cut or is
 * missing: a complete text says the same, and loading keeps a processor busy for long. Loading is asynchronous, so that no
 * packet waits. `resolve` loads them again when it does not find an address: the kernel may have loaded a module since.
 */
export class LiveSymbols implements SymbolLookup {
  version = 0;
  readonly #load: () => Promise<SymbolTable | undefined>;
  readonly #nowMs: () => number;
  #table: SymbolTable | undefined;
  #loading = false;
  #loadedMs = -Infinity;

  /** @param load reads the symbols; returns undefined when it cannot read them. `load` must not throw. */
  constructor(load: () => Promise<SymbolTable | undefined>, nowMs: () => number = () => performance.now()) {
    this.#load = load;
    this.#nowMs = nowMs;
  }

  /** Loads the symbols, unless a load is running or ended less than RELOAD_INTERVAL_MS ago. */
  async refresh(): Promise<void> {
    if (this.#loading || this.#nowMs() - this.#loadedMs < RELOAD_INTERVAL_MS) return;
    this.#loading = true;
    const table = await this.#load();
    this.#loading = false;
    this.#loadedMs = this.#nowMs();
    if (!table) return;
    this.#table = table;
    this.version++;
  }

  resolve(programCounter: bigint | undefined, kernelText: string | undefined): SymbolPlace | undefined {
    if (programCounter === undefined) return undefined; // A hardware drop has none.
    const place = consistent(find(this.#table, programCounter), kernelText);
    if (!place && (kernelText === undefined || kernelText.length >= MAX_KERNEL_TEXT)) void this.refresh();
    return place;
  }
}
