import { release } from 'node:os';
import type { NetlinkBinding, NetlinkSocket } from '../binding/contract.js';
import { loadBinding } from '../binding/load.js';
import type { DeviceTable } from '../device.js';
import type { DropBatch } from '../drop.js';
import { errnoOf } from '../errors.js';
import { NET_DM_ALERT_MODE_PACKET } from '../dropmon/constants.js';
import type { MonitorConfig } from '../dropmon/replies.js';
import type { MonitorOrigin } from '../dropmon/requests.js';
import { NETLINK_GENERIC } from '../netlink/constants.js';
import { AlertReceiver } from './alertReceiver.js';
import { DeviceWatcher } from './devices.js';
import { DropMonitor } from './dropMonitor.js';
import { call } from './netlinkRequester.js';
import { type DropSource, NO_STATISTICS, type SourceStatistics } from './source.js';

const EOPNOTSUPP = 95;
const ALL_ORIGINS: readonly MonitorOrigin[] = ['software', 'hardware'];
/** Of the event socket, unless asked otherwise. */
export const DEFAULT_RECEIVE_BUFFER_BYTES: number = 8 << 20;

/** How to capture from the running kernel. */
export interface KernelSourceOptions {
  /** Whose drops; by default both, and software's alone on a kernel built without devlink. */
  readonly origins?: readonly MonitorOrigin[] | undefined;
  /** Most bytes that the kernel hands over of a packet; 0, the default, for all. */
  readonly truncationLength?: number | undefined;
  /** Packets that a processor's queue in the kernel holds; by default what is set now (1000 unless changed). */
  readonly queueLength?: number | undefined;
  /** Wanted receive buffer of the event socket; 8 MiB by default. */
  readonly receiveBufferBytes?: number | undefined;
  /** What to reach the kernel by; the addon by default. */
  readonly binding?: NetlinkBinding | undefined;
}

/**
 * Starts the kernel's drop monitor in packet mode, and receives its alerts. Settings that were in force before are
 * put back at the end. When a step fails, what was done before is undone.
 * @throws UnsupportedKernelError without a drop monitor; NetlinkError without permission (errno 1), when monitoring
 * is on already (errno 16 or 11), and so on; BindingError when the addon is not there.
 */
export async function openKernelSource(options: KernelSourceOptions = {}): Promise<DropSource> {
  const binding = options.binding ?? loadBinding();
  const source = new KernelSource(binding, options);
  try {
    source.start();
  } catch (error) {
    await source.close().catch(() => {}); // Why it could not start says more than what then could not be undone.
    throw error;
  }
  return source;
}

class KernelSource implements DropSource {
  readonly description: string = `the kernel (Linux ${release()})`;
  readonly live = true;
  readonly kernelRelease: string = release();
  settings = '';
  readonly #options: KernelSourceOptions;
  readonly #monitor: DropMonitor;
  readonly #watcher: DeviceWatcher;
  readonly #events: NetlinkSocket;
  readonly #receiver: AlertReceiver;
  /** What is to be undone at the end. */
  readonly #started: MonitorOrigin[] = [];
  #configBefore: MonitorConfig | undefined;
  #queueDropsBefore = 0n;
  #queueDrops = 0n;
  #stopped = false;

  constructor(binding: NetlinkBinding, options: KernelSourceOptions) {
    this.#options = options;
    this.#monitor = new DropMonitor(binding);
    try {
      const bytes = options.receiveBufferBytes ?? DEFAULT_RECEIVE_BUFFER_BYTES;
      this.#events = call('open the event socket', () => binding.openNetlinkSocket(NETLINK_GENERIC, bytes));
    } catch (error) {
      this.#monitor.close();
      throw error;
    }
    try {
      this.#watcher = new DeviceWatcher(binding);
    } catch (error) {
      this.#events.close();
      this.#monitor.close();
      throw error;
    }
    this.#receiver = new AlertReceiver(this.#events, this.#monitor.familyId, this.#watcher.devices);
  }

  get devices(): DeviceTable {
    return this.#watcher.devices;
  }

  get familyId(): number {
    return this.#monitor.familyId;
  }

  /** In the order in which nothing is missed: listen first, start last. */
  start(): void {
    const monitor = this.#monitor;
    const { origins = ALL_ORIGINS, truncationLength = 0, queueLength } = this.#options;
    const before = monitor.config();
    call('listen for alerts', () => this.#events.joinGroup(monitor.eventsGroup));
    monitor.configure({
      alertMode: NET_DM_ALERT_MODE_PACKET,
      truncationLength,
      queueLength: queueLength ?? before.queueLength,
    });
    this.#configBefore = before;
    this.settings = [
      `drops of ${origins.join(' and ')}`,
      truncationLength === 0 ? 'packets whole' : `${truncationLength} bytes of a packet`,
      `queues of ${queueLength ?? before.queueLength} packets`,
      `a receive buffer of ${this.#events.receiveBufferBytes} bytes`,
    ].join(', ');
    this.#queueDropsBefore = this.#readQueueDrops();
    this.#watcher.start();
    this.#receiver.start();
    for (const origin of origins) {
      try {
        monitor.start(origin);
        this.#started.push(origin);
      } catch (error) {
        const dispensable = origins === ALL_ORIGINS && origin === 'hardware' && errnoOf(error) === EOPNOTSUPP;
        if (!dispensable) throw error;
      }
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<DropBatch, void, undefined> {
    try {
      yield* this.#receiver.batches();
    } finally {
      await this.close();
    }
  }

  stop(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    this.#stopped = true;
    try {
      this.#undo();
    } finally {
      this.#events.stopReceiving();
    }
    return Promise.resolve();
  }

  statistics(): Promise<SourceStatistics> {
    const { counters, unknownAttributes } = this.#receiver.alerts;
    const received = this.#events.counters();
    if (!this.#stopped) this.#queueDrops = this.#readQueueDrops() - this.#queueDropsBefore;
    return Promise.resolve({
      ...NO_STATISTICS,
      ...counters,
      unknownAttributes,
      queueDrops: Number(this.#queueDrops),
      overruns: received.overrunMessages,
      batchWaits: received.arenaWaits,
    });
  }

  async close(): Promise<void> {
    try {
      await this.stop();
    } finally {
      this.#receiver.close();
      this.#watcher.close();
      this.#monitor.close();
    }
  }

  #undo(): void {
    const monitor = this.#monitor;
    const failures: unknown[] = [];
    for (const origin of this.#started.splice(0)) {
      try {
        monitor.stop(origin);
      } catch (error) {
        failures.push(error);
      }
    }
    if (this.#configBefore) {
      this.#queueDrops = this.#readQueueDrops() - this.#queueDropsBefore;
      try {
        monitor.configure(this.#configBefore);
      } catch {
        // Somebody else started monitoring meanwhile: the settings are theirs now.
      }
      this.#configBefore = undefined;
    }
    if (failures.length > 0) throw failures[0];
  }

  #readQueueDrops(): bigint {
    const { softwareDropped, hardwareDropped } = this.#monitor.stats();
    return softwareDropped + hardwareDropped;
  }
}
