import type { NetlinkSocket } from '../../binding/contract.js';
import type { MonitorStats } from '../../dropmon/replies.js';
import type { DropMonitor } from '../../monitor/dropMonitor.js';

/** Shortest time between two requests for the kernel's queue drops during a capture. */
const INTERVAL_MS = 100;
/**
 * A queue that lost drops was full, and all drops in a full queue arrive. So after fewer drops than this, hardly a queue was
 * full, and a second may pass between two requests: each one takes the lock of all generic netlink families.
 */
const FEW_DROPS = 100;
const QUIET_INTERVAL_MS = 1000;

/** Losses that the kernel counts. */
interface KernelLosses {
  readonly queueDrops: number;
  readonly overruns: number;
}

/**
 * Losses of a live capture so far: overruns, and the kernel's queue drops. The kernel resets its
 * counters only when its module is loaded again, so the counters at the start are subtracted.
 */
export class LossCounter {
  readonly #monitor: DropMonitor;
  readonly #events: NetlinkSocket;
  readonly #nowMs: () => number;
  readonly #before: MonitorStats;
  /** Queue drops at the time of the last request. */
  #queueDrops = 0;
  #hardwareQueueDrops = 0;
  #readMs = -Infinity;
  #dropsSinceRead = 0;
  #frozen = false;
  /** Losses before the drops that were yielded. */
  #reported: KernelLosses = { queueDrops: 0, overruns: 0 };

  constructor(monitor: DropMonitor, events: NetlinkSocket, nowMs: () => number = () => performance.now()) {
    this.#monitor = monitor;
    this.#events = events;
    this.#nowMs = nowMs;
    this.#before = monitor.stats();
  }

  /** The losses that `lostSinceLast` returned so far. */
  get reported(): KernelLosses {
    return this.#reported;
  }

  /**
   * Drops known to be lost since the last call. Must be called once for each batch.
   * @param drops number of drops in the batch.
   */
  lostSinceLast(drops: number): number {
    this.#dropsSinceRead += drops;
    const interval = this.#dropsSinceRead < FEW_DROPS ? QUIET_INTERVAL_MS : INTERVAL_MS;
    if (this.#nowMs() - this.#readMs >= interval) this.#read();
    const overruns = this.#events.overrunMessages();
    const before = this.#reported;
    const lost = this.#queueDrops - before.queueDrops + overruns - before.overruns;
    if (lost !== 0) this.#reported = { queueDrops: this.#queueDrops, overruns };
    return lost;
  }

  /** All losses. */
  totals(): KernelLosses & { readonly hardwareQueueDrops: number } {
    this.#read();
    return {
      queueDrops: this.#queueDrops,
      hardwareQueueDrops: this.#hardwareQueueDrops,
      overruns: this.#events.overrunMessages(),
    };
  }

  /** Ends the counting: drops that the kernel counts later do not belong to this capture. */
  freeze(): void {
    this.#read();
    this.#frozen = true;
  }

  #read(): void {
    if (this.#frozen) return;
    this.#readMs = this.#nowMs();
    this.#dropsSinceRead = 0;
    try {
      const { hardwareDropped, softwareDropped } = this.#monitor.stats();
      const hardware = Number(hardwareDropped - this.#before.hardwareDropped);
      const software = Number(softwareDropped - this.#before.softwareDropped);
      // Smaller counters are those of a module that was loaded again: keep the last counters of this capture.
      if (hardware < this.#hardwareQueueDrops || hardware + software < this.#queueDrops) return;
      this.#hardwareQueueDrops = hardware;
      this.#queueDrops = software + hardware;
    } catch {
      // The module was unloaded, or the monitor was closed: keep the last counters.
    }
  }
}
