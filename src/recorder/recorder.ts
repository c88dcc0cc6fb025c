import type { DropBatch } from '../drop/batch.js';
import { exactTimeOf, timeOf } from '../drop/rowTime.js';
import type { LossCounters } from '../drop/losses.js';
import type { Outlet } from '../outlet/outlet.js';
import { Dump, type DumpEnd, type OpenDump } from './dump.js';
import { DropStore } from './dropStore.js';
import { type KeptBatch, ROW_BYTES } from './keptBatch.js';
import { LossCauses } from './lossCauses.js';
import type { Trigger } from './trigger.js';

const NANOSECONDS = 1e9;
/** Time after which drops of a running kernel have arrived. */
const LATE_MS = 1000;
/** The limit of setTimeout. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** How a recorder remembers drops, and when it writes them. */
export interface RecorderOptions {
  /** Most memory of the remembered drops. Up to twice as much is used while a dump is written. */
  readonly bytes: number;
  /** Seconds before the trigger that a dump has at most; by default all that is remembered. */
  readonly beforeSeconds?: number | undefined;
  /** Seconds after the trigger that a dump has. A dump ends earlier when these drops take more than `bytes`. */
  readonly afterSeconds: number;
  /** Seconds after a dump in which drops do not trigger another one. */
  readonly pauseSeconds: number;
  readonly triggers: readonly Trigger[];
  /** Whether the drops are of a running kernel, so that time passes without drops. */
  readonly live: boolean;
  /** Returns the losses before the drops so far: `DropSource.losses()`. */
  readonly losses: () => LossCounters;
  readonly openDump: OpenDump;
  /** Called with each dump that is complete. */
  readonly onDump?: ((dump: DumpEnd) => void) | undefined;
}

/**
 * An outlet that remembers drops, and writes them only around a trigger: the remembered ones, and those of some seconds
 * after it. Each dump has an outlet of its own. A drop is in one dump at most. All times are those of the drops.
 */
export class Recorder implements Outlet {
  /** Dumps that began. */
  dumps = 0;
  /** Triggers that began no dump: one was being written, or the pause was not over. */
  ignoredTriggers = 0;
  readonly #options: RecorderOptions;
  readonly #causes: LossCauses;
  readonly #store: DropStore;
  #drops = 0;
  #dumped = 0;
  /** Time of the last drop. */
  #lastNs: number | undefined;
  /** The dump that drops are added to. */
  #open: Dump | undefined;
  /** Bytes of the drops after the trigger. */
  #afterBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  /** The end of the last dump's time. */
  #pauseFromNs = -Infinity;
  /** Dumps that are not complete, the oldest first. */
  readonly #unfinished: Dump[] = [];
  #writing: Promise<void> | undefined;
  #failure: { error: unknown } | undefined;
  #onFailure: () => void = () => {};

  /** @throws UsageError for less memory than LEAST_STORE_BYTES */
  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#causes = new LossCauses(options.losses);
    this.#store = new DropStore(options.bytes, options.beforeSeconds, this.#causes);
  }

  /** Drops that no dump has, as far as it is known: a later dump can still have some of them. */
  get notDumped(): number {
    return this.#drops - this.#dumped;
  }

  write(batch: DropBatch): Promise<void> | undefined {
    if (this.#failure) throw this.#failure.error;
    this.#causes.update();
    const marks = this.#options.triggers.map((trigger) => trigger.judge(batch));
    for (let row = 0; row < batch.length;) {
      row = this.#open ? this.#addTo(this.#open, batch, row, marks) : this.#remember(batch, row, marks);
    }
    this.#drops += batch.length;
    if (batch.length > 0) this.#lastNs = timeOf(batch, batch.length - 1);
    return this.#writeWaiting();
  }

  /**
   * Begins a dump now, also within the pause. Does nothing while a dump has not ended.
   * @param text the trigger, for people
   */
  trigger(text: string): void {
    if (this.#open) {
      this.ignoredTriggers++;
      return;
    }
    const now = Date.now() * 1e6;
    const timeNs = this.#options.live ? now : (this.#lastNs ?? now);
    this.#begin(text, timeNs, BigInt(timeNs));
    void this.#writeWaiting();
  }

  async end(losses: LossCounters): Promise<void> {
    if (this.#open) {
      this.#open.addLosses(this.#causes.rest(losses));
      this.#end(this.#open);
    }
    void this.#writeWaiting();
    await this.#writing;
    if (this.#failure) throw this.#failure.error;
  }

  onFailure(listener: () => void): void {
    this.#onFailure = listener;
  }

  /** Remembers rows from `from` on, up to a trigger, which begins a dump. Returns the row after them. */
  #remember(batch: DropBatch, from: number, marks: readonly Uint8Array[]): number {
    let row = from;
    for (;;) {
      row = firstMarked(marks, row, batch.length);
      if (row === batch.length || !this.#isPause(timeOf(batch, row))) break;
      this.ignoredTriggers++;
      row++;
    }
    this.#store.remember(batch, from, row);
    if (row === batch.length) return row;
    const trigger = this.#options.triggers[marks.findIndex((mark) => mark[row] === 1)]!;
    this.#begin(trigger.text, timeOf(batch, row), exactTimeOf(batch, row));
    this.#store.add(batch, row, row + 1);
    this.#afterBytes += batch.payloadLength[row]! + ROW_BYTES;
    return row + 1;
  }

  /** Adds rows from `from` on to a dump, as far as they belong to it. Returns the row after them. */
  #addTo(dump: Dump, batch: DropBatch, from: number, marks: readonly Uint8Array[]): number {
    let row = from;
    while (
      row < batch.length &&
      timeOf(batch, row) <= dump.untilNs &&
      this.#afterBytes < this.#options.bytes
    ) {
      this.#afterBytes += batch.payloadLength[row]! + ROW_BYTES;
      row++;
    }
    for (let at = firstMarked(marks, from, row); at < row; at = firstMarked(marks, at + 1, row))
      this.ignoredTriggers++;
    this.#store.add(batch, from, row);
    if (row < batch.length) this.#end(dump, timeOf(batch, row));
    return row;
  }

  #give(dump: Dump, batches: readonly KeptBatch[]): void {
    dump.add(batches);
    this.#dumped += batches.reduce((drops, { batch }) => drops + batch.length, 0);
  }

  #isPause(timeNs: number): boolean {
    // Also when the clock was set back by more.
    return Math.abs(timeNs - this.#pauseFromNs) < this.#options.pauseSeconds * NANOSECONDS;
  }

  #begin(trigger: string, timeNs: number, exactNs: bigint): void {
    const { beforeSeconds = Infinity, afterSeconds, live } = this.#options;
    const before = this.#store.takeFrom(timeNs - beforeSeconds * NANOSECONDS);
    const firstNs = before[0] ? timeOf(before[0].batch, 0) : timeNs;
    const start = {
      number: ++this.dumps,
      trigger,
      timeNs: exactNs,
      dropsBefore: before.reduce((drops, { batch }) => drops + batch.length, 0),
      // Drops of several processors are not in the order of their times.
      secondsBefore: Math.max(timeNs - firstNs, 0) / NANOSECONDS,
    };
    const dump = new Dump(start, timeNs + afterSeconds * NANOSECONDS);
    this.#give(dump, before);
    this.#open = dump;
    this.#afterBytes = 0;
    this.#unfinished.push(dump);
    if (live) {
      const endIt = () => {
        this.#end(dump);
        void this.#writeWaiting();
      };
      this.#timer = setTimeout(endIt, Math.min(afterSeconds * 1000 + LATE_MS, MAX_TIMEOUT_MS));
      this.#timer.unref();
    }
  }

  /** @param timeNs of the first drop after the dump, which may come before `untilNs` when the memory is full */
  #end(dump: Dump, timeNs: number = dump.untilNs): void {
    clearTimeout(this.#timer);
    this.#give(dump, this.#store.takeAll());
    dump.ended = true;
    this.#open = undefined;
    this.#pauseFromNs = Math.min(dump.untilNs, timeNs);
  }

  /**
   * Starts to write the drops that wait. The caller must await this only when they take too much memory: so drops are
   * received while a dump is written.
   */
  #writeWaiting(): Promise<void> | undefined {
    if (this.#unfinished.length === 0 || this.#failure) return undefined;
    this.#writing ??= this.#writeAll();
    const waitingBytes = this.#unfinished.reduce((sum, dump) => sum + dump.waitingBytes, 0);
    return this.#store.heldBytes + waitingBytes > 2 * this.#options.bytes ? this.#writing : undefined;
  }

  async #writeAll(): Promise<void> {
    try {
      for (let dump = this.#unfinished[0]; dump; dump = this.#unfinished[0]) {
        if (dump === this.#open) this.#give(dump, this.#store.takeAll());
        await dump.write(this.#options.openDump, (kept) => this.#store.recycle(kept));
        if (dump.waitingBytes > 0) continue;
        if (dump.ended) await this.#complete(dump);
        else if (this.#store.heldBytes === 0) return;
      }
    } catch (error) {
      this.#failure = { error };
      await this.#unfinished[0]?.complete(false).catch(() => {}); // Closes its file.
      this.#onFailure();
    } finally {
      this.#writing = undefined;
    }
  }

  async #complete(dump: Dump): Promise<void> {
    await dump.complete(this.#causes.known);
    this.#unfinished.shift();
    this.#options.onDump?.({ ...dump.start, drops: dump.drops });
  }
}

/** The first row from `from` to before `to` that has a mark; `to` when none has. */
function firstMarked(marks: readonly Uint8Array[], from: number, to: number): number {
  let first = to;
  for (const mark of marks) {
    const row = mark.indexOf(1, from);
    if (row >= 0 && row < first) first = row;
  }
  return first;
}
