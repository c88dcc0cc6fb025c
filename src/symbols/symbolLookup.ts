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

/**
 * Shortest time between two loads of the running kernel's symbols. Limits the cost of many unknown addresses: a load keeps
 * a processor busy for a tenth of a second.
 */
const LOAD_INTERVAL_MS = 2000;
/** Shortest time before symbols are loaded again for an address that a load did not find, or when they cannot be read. */
const RETRY_INTERVAL_MS = 10_000;
/** Most addresses that are remembered. A kernel has some hundred drop points. */
const MAX_ASKED = 4096;

/** Longest text for an address in an alert: the kernel cuts longer ones (NET_DM_MAX_SYMBOL_LEN, net/core/drop_monitor.c). */
const MAX_KERNEL_TEXT = 39;

/**
 * The symbols of the running kernel. `resolve` loads them only when the kernel's own text for an address was cut or is
 * missing: a complete text says the same, and loading keeps a processor busy for long. Loading is asynchronous, so that no
 * packet waits. `resolve` loads them again at once when it does not find a new address, because the kernel may have loaded
 * a module since; within LOAD_INTERVAL_MS of the last load, a timer loads them.
 */
export class LiveSymbols implements SymbolLookup {
  version = 0;
  readonly #load: () => Promise<SymbolTable | undefined>;
  readonly #nowMs: () => number;
  #table: SymbolTable | undefined;
  #loading = false;
  /** The last load. */
  #running: Promise<SymbolTable | undefined> | undefined;
  #loadedMs = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  /** Addresses for which a load was asked before it began. If it did not find them, the next one hardly will. */
  readonly #asked = new Set<bigint>();

  /** @param load reads the symbols; returns undefined when it cannot read them. `load` must not throw. */
  constructor(load: () => Promise<SymbolTable | undefined>, nowMs: () => number = () => performance.now()) {
    this.#load = load;
    this.#nowMs = nowMs;
  }

  /** Loads the symbols, unless a load is running or ended less than LOAD_INTERVAL_MS ago. */
  async refresh(): Promise<void> {
    if (!this.#loading && this.#sinceLoadMs() >= LOAD_INTERVAL_MS) await this.#reload();
  }

  /** Waits for the load that is running, if there is one. */
  async loaded(): Promise<void> {
    await this.#running;
  }

  async #reload(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#loading = true;
    this.#running = this.#load();
    const table = await this.#running;
    this.#loading = false;
    this.#loadedMs = this.#nowMs();
    if (!table) return;
    this.#table = table;
    this.version++;
  }

  resolve(programCounter: bigint | undefined, kernelText: string | undefined): SymbolPlace | undefined {
    if (programCounter === undefined) return undefined; // A hardware drop has none.
    const place = consistent(find(this.#table, programCounter), kernelText);
    if (!place && (kernelText === undefined || kernelText.length >= MAX_KERNEL_TEXT))
      this.#want(programCounter);
    return place;
  }

  /** Loads the symbols for an address, at once or by a timer. */
  #want(address: bigint): void {
    // A running load may have passed the address. The new version then makes the caller ask again.
    if (this.#loading) return;
    const unreadable = !this.#table && this.#loadedMs > -Infinity;
    const hopeless = unreadable || (!this.#timer && this.#asked.has(address));
    const since = this.#sinceLoadMs();
    if (hopeless && since < RETRY_INTERVAL_MS) return;
    if (this.#asked.size >= MAX_ASKED) this.#asked.clear();
    this.#asked.add(address);
    if (since >= LOAD_INTERVAL_MS) void this.refresh();
    // Callers keep answers until the version changes, so the address may not be asked for again.
    else this.#timer ??= setTimeout(() => void this.#reload(), LOAD_INTERVAL_MS - since).unref();
  }

  #sinceLoadMs(): number {
    return this.#nowMs() - this.#loadedMs;
  }
}
