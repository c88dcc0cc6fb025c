import { InputError } from '../errors.js';
import { loadSymbols, openKernelSymbols } from '../symbols/loadSymbols.js';
import { LiveSymbols, lookupIn, NO_SYMBOLS, type SymbolLookup } from '../symbols/symbolLookup.js';
import type { CliOptions } from './options.js';
import { say } from './terminal.js';

/**
 * Names for the program counters of a capture: from the file that the user names; else, live, from the running kernel,
 * loaded aside; else none.
 * @throws InputError when the user's file cannot be used.
 */
export async function openSymbols(options: CliOptions): Promise<SymbolLookup> {
  const { kallsyms } = options;
  if (kallsyms !== undefined) {
    const { table, hidden } = await loadSymbols(kallsyms);
    if (!hidden) return lookupIn(table);
    throw new InputError(
      `${kallsyms} has no addresses (copy /proc/kallsyms as root: kptr_restrict hides them)`,
      kallsyms,
    );
  }
  if (options.read !== undefined) return NO_SYMBOLS;
  const read = await openKernelSymbols().catch(() => undefined); // Without /proc the kernel's own texts are used.
  if (!read) return NO_SYMBOLS;
  return new LiveSymbols(async () => {
    try {
      const { table, hidden } = await read();
      if (!hidden) return table;
      if (options.verbose)
        say("dropcap: the kernel hides its symbols' addresses (kptr_restrict): its own texts are used");
    } catch {
      // As without them.
    }
    return undefined;
  });
}
