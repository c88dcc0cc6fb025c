import { InputError } from '../errors.js';
import { loadSymbols, openKernelSymbols } from '../symbols/loadSymbols.js';
import { LiveSymbols, lookupIn, NO_SYMBOLS, type SymbolLookup } from '../symbols/symbolLookup.js';
import type { CliOptions } from './options.js';
import { say } from './terminal.js';

/**
 * Opens the symbols that name the program counters of a capture: the file of `--kallsyms`; without the option, the running
 * kernel's symbols for a live capture, and none for a recording.
 * @throws InputError when the file cannot be used.
 */
export async function openSymbols(
  options: Pick<CliOptions, 'kallsyms' | 'read' | 'verbose'>,
): Promise<SymbolLookup> {
  const { kallsyms } = options;
  if (kallsyms !== undefined) {
    const { table, hidden } = await loadSymbols(kallsyms);
    if (!hidden) return lookupIn(table);
    throw new InputError(
      `${kallsyms} has no addresses (kptr_restrict hid them: copy /proc/kallsyms as root)`,
      kallsyms,
    );
  }
  if (options.read !== undefined) return NO_SYMBOLS;
  const read = await openKernelSymbols().catch(() => undefined); // Without /proc, drop points are the kernel's own texts.
  if (!read) return NO_SYMBOLS;
  return new LiveSymbols(async () => {
    try {
      const { table, hidden } = await read();
      if (!hidden) return table;
      if (options.verbose)
        say(
          "dropcap: the kernel hides the addresses of its symbols (kptr_restrict): drop points are the kernel's own texts",
        );
    } catch {
      // The same as without symbols.
    }
    return undefined;
  });
}
