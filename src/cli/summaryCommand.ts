import { openFileSink } from '../outlet/fileSink.js';
import { LiveSymbols, type SymbolLookup } from '../symbols/symbolLookup.js';
import type { CliOptions } from './options.js';
import { SummaryOutlet } from './summaryOutlet.js';
import { say } from './terminal.js';

const LOSSES =
  'dropcap: the kernel drops faster than dropcap takes packets: --summary --alert-mode summary makes the kernel count, ' +
  'without packets and reasons';

/** Opens standard output for `--summary`. */
export async function openSummary(options: CliOptions, symbols: SymbolLookup): Promise<SummaryOutlet> {
  const onLoss = () => {
    if (!options.quiet) say(LOSSES);
  };
  const symbolsLoaded = () => (symbols instanceof LiveSymbols ? symbols.loaded() : Promise.resolve());
  const sink = await openFileSink('-');
  return new SummaryOutlet(options, symbols, { sink, nowMs: Date.now, symbolsLoaded, onLoss });
}
