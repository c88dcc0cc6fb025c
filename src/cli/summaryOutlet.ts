import type { CaptureSummary } from '../capture/capture.js';
import type { DropBatch } from '../drop/batch.js';
import type { CountsListener } from '../drop/dropCount.js';
import type { Outlet } from '../outlet/outlet.js';
import type { ByteSink } from '../outlet/sink.js';
import type { SymbolLookup } from '../symbols/symbolLookup.js';
import { type CountedSpan, IntervalTally } from '../tally/intervalTally.js';
import type { NameOptions } from '../tally/namedCounts.js';
import { type CliOptions, originOf } from './options.js';
import { intervalJson, totalJson } from './summaryJson.js';
import { DEFAULT_INTERVAL_SECONDS } from './summaryOptions.js';
import { INTERVAL_ROWS, tableLines, timeText, TOTAL_ROWS } from './summaryText.js';

/** Parts of an outlet that a test replaces. */
export interface SummaryParts {
  readonly sink: ByteSink;
  readonly nowMs: () => number;
  /** Waits until the symbols are there that the counts asked for. */
  readonly symbolsLoaded: () => Promise<void>;
  /** Called once, when the first drops of a live capture are lost. */
  readonly onLoss: () => void;
}

/** A file without --interval is one interval: longer than any capture. */
const WHOLE_FILE_NS = 1n << 63n;
const SECOND_NS = 1e9;

/**
 * Prints counts of drops on standard output: a table or an object each interval, then the total. Holds counts only, and at
 * most one text that its reader did not take: until then, a live interval goes on, and a file is not read further.
 */
export class SummaryOutlet implements Outlet {
  readonly #options: CliOptions;
  readonly #parts: SummaryParts;
  readonly #names: NameOptions;
  readonly #tally: IntervalTally;
  readonly #live: boolean;
  #timer: NodeJS.Timeout | undefined;
  /** The last write; undefined when it is done. */
  #writing: Promise<void> | undefined;
  #bytes = 0;
  #text = '';
  #saidLoss = false;

  constructor(options: CliOptions, symbols: SymbolLookup, parts: SummaryParts) {
    this.#options = options;
    this.#parts = parts;
    this.#names = { symbols, omitAddresses: !options.pc };
    this.#live = options.read === undefined;
    const { interval } = options;
    const fileNs = interval === undefined ? WHOLE_FILE_NS : BigInt(Math.round(interval * SECOND_NS));
    this.#tally = new IntervalTally({
      lengthNs: this.#live ? undefined : fileNs,
      origin: originOf(options),
      onInterval: (span) => this.#print(span),
    });
  }

  /** Takes the counts of a monitor in summary mode. */
  readonly addCounts: CountsListener = (counts, timestampNs) => {
    // The first question makes the lookup load its symbols: until the table is printed, it has the answers.
    for (const entry of counts)
      if ('programCounter' in entry) this.#names.symbols.resolve(entry.programCounter, undefined);
    this.#tally.addCounts(counts, timestampNs);
  };

  /** Bytes that standard output took; undefined when it has no more to take. */
  get pendingBytes(): number | undefined {
    return this.#writing && this.#bytes;
  }

  /** The text when standard output takes no more bytes. */
  readonly lossText = 'standard output takes no more bytes: the counts after them are lost';

  /** Starts the intervals. Call it when the capture starts. */
  start(): void {
    if (!this.#live) return;
    this.#tally.start(this.#parts.nowMs());
    const { interval = DEFAULT_INTERVAL_SECONDS } = this.#options;
    this.#timer = setInterval(() => {
      if (this.#writing) return;
      this.#tally.end(this.#parts.nowMs());
      this.#flush()?.catch(() => {}); // The sink reports its failure, and the next write throws.
    }, interval * 1000);
  }

  write(batch: DropBatch): Promise<void> | undefined {
    this.#tally.write(batch);
    return this.#live ? undefined : this.#flush();
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    if (!this.#live) this.#tally.endOfFile();
    else if (this.#tally.drops > 0) this.#tally.end(this.#parts.nowMs());
    await this.#writing;
    await this.#flush();
  }

  onFailure(listener: () => void): void {
    this.#parts.sink.onFailure(listener);
  }

  /** Prints the total, after the end. @throws OutputError */
  async printTotal(summary: CaptureSummary): Promise<void> {
    await this.#parts.symbolsLoaded();
    const total = { ...this.#tally.total, lost: lostIn(summary, this.#tally.hasCounts) };
    if (this.#options.json) this.#text += `${totalJson(total, summary, this.#names)}\n`;
    else this.#add(tableLines(total, 'total', TOTAL_ROWS, this.#names));
    await this.#flush();
    await this.#parts.sink.close();
  }

  #print(span: CountedSpan): void {
    if (span.lost && this.#live && !this.#saidLoss) {
      this.#saidLoss = true;
      this.#parts.onLoss();
    }
    if (!this.#live && this.#options.interval === undefined) return;
    if (this.#options.json) this.#text += `${intervalJson(span, this.#names)}\n`;
    else
      this.#add(
        tableLines(span, timeText(this.#live ? span.endNs : span.startNs), INTERVAL_ROWS, this.#names),
      );
  }

  #add(lines: readonly string[]): void {
    this.#text += `${lines.join('\n')}\n`;
  }

  /** Writes the text so far. */
  #flush(): Promise<void> | undefined {
    if (this.#text === '') return this.#writing;
    const bytes = Buffer.from(this.#text, 'latin1');
    this.#text = '';
    const writing = this.#parts.sink.write(bytes).then(() => {
      this.#bytes += bytes.length;
      if (this.#writing === writing) this.#writing = undefined;
    });
    this.#writing = writing;
    return writing;
  }
}

/**
 * Drops known to be lost in the whole capture, also after its last drop. A file may lack these counters: then the losses
 * that its drops report are at least some; undefined when they report none.
 * @param counted whether alerts had counts: how many drops a lost alert had is not known
 */
function lostIn(
  { lost, source: { queueDrops, overruns } }: CaptureSummary,
  counted: boolean,
): number | undefined {
  if (counted && overruns) return undefined;
  if (queueDrops === undefined || overruns === undefined) return lost === 0 ? undefined : lost;
  return Math.max(queueDrops + overruns, lost);
}
