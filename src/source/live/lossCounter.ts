import type { NetlinkSocket } from '../../binding/contract.js';
import { type LossCounters, NO_LOSSES } from '../../drop/losses.js';
import type { MonitorStats } from '../../dropmon/replies.js';
import type { DropMonitor } from '../../monitor/dropMonitor.js';
import type { SourceStatistics } from '../source.js';

/** The kernel is asked for its queue drops at most so often in the course of a capture. */
const INTERVAL_MS = 100;

/** What a live capture lost so far: the kernel's queue drops, never reset, against those of the start; overruns. */
export class LossCounter {
  readonly #monitor: DropMonitor;
  readonly #events: NetlinkSocket;
  readonly #nowMs: () => number;
  readonly #before: MonitorStats;
  /** Queue drops so far, as of when they were read. */
  #queueDrops = 0;
  #hardwareQueueDrops = 0;
  #readMs = 0;
  #frozen = false;
  /** Losses before the drops that were given out. */
  #reported: LossCounters = NO_LOSSES;

  constructor(monitor: DropMonitor, events: NetlinkSocket, nowMs: () => number = () => performance.now()) {
    this.#monitor = monitor;
    this.#events = events;
    this.#nowMs = nowMs;
    this.#before = monitor.stats();
  }

  /** What was lost before the drops that `lostSinceLast` was called for. */
  get reported(): LossCounters {
    return this.#reported;
  }

  /** Drops lost since the last call, as far as is known by now: called once for each batch. */
  lostSinceLast(): number {
    if (this.#nowMs() - this.#readMs >= INTERVAL_MS) this.#read();
    const overruns = this.#events.overrunMessages();
    const before = this.#reported;
    const lost = this.#queueDrops - before.queueDrops + overruns - before.overruns;
    if (lost !== 0) this.#reported = { queueDrops: this.#queueDrops, overruns };
    return lost;
  }

  /** All that was lost. */
  totals(): Pick<SourceStatistics, 'queueDrops' | 'hardwareQueueDrops' | 'overruns'> {
    this.#read();
    return {
      queueDrops: this.#queueDrops,
      hardwareQueueDrops: this.#hardwareQueueDrops,
      overruns: this.#events.overrunMessages(),
    };
  }

  /** What the kernel counts from now on is not of this capture. */
  freeze(): void {
    this.#read();
    this.#frozen = true;
  }

  #read(): void {
    if (this.#frozen) return;
    this.#readMs = this.#nowMs();
    try {
      const { hardwareDropped, softwareDropped } = this.#monitor.stats();
      this.#hardwareQueueDrops = Number(hardwareDropped - this.#before.hardwareDropped);
      this.#queueDrops = Number(softwareDropped - this.#before.softwareDropped) + this.#hardwareQueueDrops;
    } catch {
      // The module is being unloaded, or the monitor closed: what was read last stands.
    }
  }
}
