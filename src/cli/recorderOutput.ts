import type { DropBatch } from '../drop/batch.js';
import type { LossCounters } from '../drop/losses.js';
import type { DropFilter } from '../filter/compileFilter.js';
import { isoTime } from '../isoTime.js';
import type { OutputFormat } from '../outlet/createEncoder.js';
import { EncodedOutlet } from '../outlet/encodedOutlet.js';
import type { Outlet } from '../outlet/outlet.js';
import type { DumpEnd, DumpStart } from '../recorder/dump.js';
import { Recorder } from '../recorder/recorder.js';
import { type Trigger, triggerOnFilter, triggerOnRate } from '../recorder/trigger.js';
import type { DropSource } from '../source/source.js';
import type { SymbolLookup } from '../symbols/symbolLookup.js';
import { encoderFor } from './encoder.js';
import type { CliOptions } from './options.js';
import { DEFAULT_AFTER_SECONDS, DEFAULT_PAUSE_SECONDS, DEFAULT_RECORDER_BYTES } from './recorderOptions.js';
import type { OutputFiles } from './outputFiles.js';
import { type RecorderCounters, sizeText } from './report.js';
import { onTriggerSignal } from './signals.js';
import { sliceOf } from './slice.js';
import { say } from './terminal.js';

/** Characters of a trigger's text in a file's comment and in a program's environment. */
const MAX_TRIGGER_TEXT = 1000;

/** What a recorder needs besides the options. */
export interface RecorderSetup {
  /** Opens a file for each dump. */
  readonly files: OutputFiles;
  readonly format: OutputFormat;
  readonly source: DropSource;
  readonly symbols: SymbolLookup;
  readonly options: CliOptions;
  /** The expression that chooses the drops. */
  readonly filter: string | undefined;
  /** The expression of --trigger. */
  readonly trigger: DropFilter | undefined;
}

/** The output of a recorder: a file for each dump, with its messages. Listens to SIGUSR2. */
export class RecorderOutput implements Outlet {
  readonly #setup: RecorderSetup;
  readonly #recorder: Recorder;
  readonly #forgetSignal: () => void;
  /** The outlets of all dumps until now are summed up here, except for the last one. */
  readonly #before = { written: 0, bytes: 0, cutPackets: 0 };
  /** A recorder has no last file. */
  readonly refused = 0;
  #outlet: EncodedOutlet | undefined;
  #path = '';

  constructor(setup: RecorderSetup) {
    const { options, source } = setup;
    this.#setup = setup;
    this.#recorder = new Recorder({
      bytes: options.recorder ?? DEFAULT_RECORDER_BYTES,
      beforeSeconds: options.before,
      afterSeconds: options.after ?? DEFAULT_AFTER_SECONDS,
      pauseSeconds: options.triggerPause ?? DEFAULT_PAUSE_SECONDS,
      triggers: triggersOf(setup),
      live: source.live,
      losses: () => source.losses(),
      openDump: (start) => this.#open(start),
      onDump: (dump) => this.#finish(dump),
    });
    this.#forgetSignal = onTriggerSignal(() => this.#recorder.trigger('SIGUSR2'));
  }

  /** The counters of the recorder, for the summary. */
  get recorder(): RecorderCounters {
    const { notDumped, ignoredTriggers } = this.#recorder;
    return { dumps: this.#setup.files.state.count, notDumped, ignoredTriggers };
  }

  get written(): number {
    return this.#before.written + (this.#outlet?.written ?? 0);
  }

  get bytes(): number {
    return this.#before.bytes + (this.#outlet?.bytes ?? 0);
  }

  get cutPackets(): number {
    return this.#before.cutPackets + (this.#outlet?.cutPackets ?? 0);
  }

  /** Bytes of the file that is written. */
  get segmentBytes(): number {
    return this.#outlet?.segmentBytes ?? 0;
  }

  get pending(): boolean {
    return this.#outlet?.pending ?? false;
  }

  write(batch: DropBatch): Promise<void> | undefined {
    return this.#recorder.write(batch);
  }

  async end(losses: LossCounters): Promise<void> {
    this.#forgetSignal();
    await this.#recorder.end(losses);
  }

  onFailure(listener: () => void): void {
    this.#recorder.onFailure(listener);
  }

  async #open(start: DumpStart): Promise<Outlet> {
    const { files, format, source, symbols, options, filter } = this.#setup;
    this.#before.written = this.written;
    this.#before.bytes = this.bytes;
    this.#before.cutPackets = this.cutPackets;
    this.#outlet = undefined;
    const trigger = start.trigger.slice(0, MAX_TRIGGER_TEXT);
    files.facts = { DROPCAP_TRIGGER: trigger, DROPCAP_TRIGGER_TIME: isoTime(start.timeNs) };
    const sink = await files.openSegment(start.number - 1, start.timeNs);
    this.#path = files.state.path ?? '';
    if (!options.quiet) {
      const drops = `${start.dropsBefore} ${start.dropsBefore === 1 ? 'drop' : 'drops'}`;
      const before = start.dropsBefore === 0 ? '' : ` of ${start.secondsBefore.toFixed(1)} s before`;
      say(`dropcap: trigger (${trigger}): writing ${this.#path} with ${drops}${before}`);
    }
    const comment = `trigger ${start.number} at ${isoTime(start.timeNs)}: ${trigger}`;
    const encoder = encoderFor(format, sliceOf(source), symbols, options, filter, comment);
    this.#outlet = new EncodedOutlet(encoder, sink);
    return this.#outlet;
  }

  #finish({ drops }: DumpEnd): void {
    const path = this.#path;
    const bytes = this.bytes - this.#before.bytes;
    if (!this.#setup.options.quiet)
      say(`dropcap: ${path} is complete: ${drops} ${drops === 1 ? 'drop' : 'drops'}, ${sizeText(bytes)}`);
  }
}

function triggersOf({ options, trigger }: RecorderSetup): Trigger[] {
  return [
    ...(trigger ? [triggerOnFilter(trigger)] : []),
    ...(options.triggerRate === undefined ? [] : [triggerOnRate(options.triggerRate)]),
  ];
}
