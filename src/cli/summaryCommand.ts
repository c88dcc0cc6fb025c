import { openFileSink } from '../outlet/fileSink.js';
import { LiveSymbols, type SymbolLookup } from '../symbols/symbolLookup.js';
import type { CliOptions } from './options.js';
import { SummaryOutlet } from './summaryOutlet.js';
import { say } from './terminal.js';

const LOSSES =
  'dropcap: the kernel drops faster than dropcap takes packets: --summary --alert-mode summary makes the kernel count, ' +
  'without packets and reasons';

/** Opens standard output for `--summary`. The kernel's own counts have addresses alone: then loads the symbols. */
export async function openSummary(options: CliOptions, symbols: SymbolLookup): Promise<SummaryOutlet> {
  if (options.alertMode === 'summary' && symbols instanceof LiveSymbols) await symbols.refresh();
  const onLoss = () => {
    if (!options.quiet) say(LOSSES);
  };
  return new SummaryOutlet(options, symbols, { sink: await openFileSink('-'), nowMs: Date.now, onLoss });
}
