import type { NetlinkSocket } from '../binding/contract.js';
import type { MonitorStats } from '../dropmon/replies.js';
import type { DropMonitor } from './dropMonitor.js';
import type { SourceStatistics } from './source.js';

/** The kernel is asked for its queue drops at most so often in the course of a capture. */
const INTERVAL_MS = 100;

/** What a live capture lost so far: the kernel's queue drops, never reset, against those of the start; overruns. */
export class LossCounter {
  readonly #monitor: DropMonitor;
  readonly #events: NetlinkSocket;
  readonly #nowMs: () => number;
  readonly #before: MonitorStats;
  #stats: MonitorStats;
  #readMs = 0;
  #frozen = false;
  #told = 0;

  constructor(monitor: DropMonitor, events: NetlinkSocket, nowMs: () => number = () => performance.now()) {
    this.#monitor = monitor;
    this.#events = events;
    this.#nowMs = nowMs;
    this.#before = monitor.stats();
    this.#stats = this.#before;
  }

  /** Drops lost since the last call, as far as is known by now. */
  take(): number {
    if (this.#nowMs() - this.#readMs >= INTERVAL_MS) this.#read();
    const { queueDrops, overruns } = this.#losses();
    const lost = queueDrops + overruns - this.#told;
    this.#told += lost;
    return lost;
  }

  /** All that was lost. */
  totals(): Pick<SourceStatistics, 'queueDrops' | 'hardwareQueueDrops' | 'overruns'> {
    this.#read();
    return this.#losses();
  }

  /** What the kernel counts from now on is not of this capture. */
  freeze(): void {
    this.#read();
    this.#frozen = true;
  }

  #losses(): Pick<SourceStatistics, 'queueDrops' | 'hardwareQueueDrops' | 'overruns'> {
    const hardware = Number(this.#stats.hardwareDropped - this.#before.hardwareDropped);
    const software = Number(this.#stats.softwareDropped - this.#before.softwareDropped);
    return {
      queueDrops: software + hardware,
      hardwareQueueDrops: hardware,
      overruns: this.#events.counters().overrunMessages,
    };
  }

  #read(): void {
    if (this.#frozen) return;
    this.#readMs = this.#nowMs();
    try {
      this.#stats = this.#monitor.stats();
    } catch {
      // The module is being unloaded, or the monitor closed: what was read last stands.
    }
  }
}
