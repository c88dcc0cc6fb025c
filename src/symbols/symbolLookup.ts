import { joinSymbol, type SymbolPlace } from '../drop/symbol.js';
import type { SymbolTable } from './symbolTable.js';

/** Names for program counters, as far as they are known yet. */
export interface SymbolLookup {
  /** Another number once other answers can be had, for whoever remembers what he was told. */
  readonly version: number;
  /**
   * The place of an address; undefined when the place is not known, or the address is undefined (hardware drops).
   * @param kernelText what the kernel said about it, as far as it fits in 39 characters. A place that contradicts it is of
   * another boot, or of a module that is gone, and is not given.
   */
  resolve(programCounter: bigint | undefined, kernelText: string | undefined): SymbolPlace | undefined;
}

/** A lookup that knows nothing: the kernel's own texts are used. */
export const NO_SYMBOLS: SymbolLookup = { version: 0, resolve: () => undefined };

/** A lookup in a table that does not change: a recording's. */
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

/** Between two loads of a running kernel's symbols pass at least so many milliseconds. */
const RELOAD_INTERVAL_MS = 10_000;

/** Longest text for an address in an alert (NET_DM_MAX_SYMBOL_LEN of net/core/drop_monitor.c): a longer one is cut to it. */
const MAX_KERNEL_TEXT = 39;

/**
 * The symbols of the running kernel. Loaded when the kernel's own text for an address was cut, or is not there: a whole one
 * says the same, and loading keeps a processor busy for long. Loaded aside, so that no packet waits for them, and again when
 * an address is not known: a module may have been loaded since.
 */
export class LiveSymbols implements SymbolLookup {
  version = 0;
  readonly #load: () => Promise<SymbolTable | undefined>;
  readonly #nowMs: () => number;
  #table: SymbolTable | undefined;
  #loading = false;
  #loadedMs = -Infinity;

  /** @param load reads the symbols; undefined when they cannot be had. It does not throw. */
  constructor(load: () => Promise<SymbolTable | undefined>, nowMs: () => number = () => performance.now()) {
    this.#load = load;
    this.#nowMs = nowMs;
  }

  /** Loads the symbols, unless that is under way or was done a moment ago. */
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
