import { release } from 'node:os';
import type { NetlinkSocket } from '../../binding/contract.js';
import { loadBinding } from '../../binding/load.js';
import type { DeviceTable } from '../../drop/device.js';
import type { DropBatch } from '../../drop/batch.js';
import type { LossCounters } from '../../drop/losses.js';
import type { MonitorOrigin } from '../../dropmon/requests.js';
import { describeErrno, messageOf, NetlinkError } from '../../errors.js';
import { MonitorGuard } from '../../guard/monitorGuard.js';
import { AlertReceiver } from './alertReceiver.js';
import { defaultQueueLength, defaultReceiveBufferBytes } from '../../monitor/defaults.js';
import { DeviceWatcher } from './deviceWatcher.js';
import { DropMonitor } from '../../monitor/dropMonitor.js';
import { GENL_CTRL_NOTIFY_GROUP } from '../../netlink/constants.js';
import { withNetlinkError } from '../../monitor/netlinkRequester.js';
import { waitForLastCounts } from './lastCounts.js';
import { LossCounter } from './lossCounter.js';
import type { KernelSourceOptions } from './kernelSourceOptions.js';
import { stopOnAbort } from '../stopOnAbort.js';
import { type DropSource, iteratedTwice, NO_STATISTICS, type SourceStatistics } from '../source.js';
import { describeConfig, type Monitoring, startMonitoring } from '../../monitor/startMonitoring.js';

const ENOENT = 2;
const GATHER_MS = 10;
const SILENT =
  'the guard (dropcap-guard) does not answer: until it does, nobody turns monitoring on again if it goes off, ' +
  'or off when dropcap is killed (if the guard was stopped: kill -CONT its process)';

/**
 * Starts the kernel's drop monitor, or joins one that runs, and receives its alerts. The guard, a separate program, does
 * what needs privileges. When this process ends for any reason, the guard stops the monitoring that it started and restores
 * the settings.
 * @throws UnsupportedKernelError without a drop monitor; NetlinkError when the kernel refuses a request: without
 * permission (errno 1), or when another program monitors in summary mode and `onCounts` is missing (errno 16);
 * BindingError when the addon or the guard is missing; the signal's reason when it is aborted already.
 */
export async function openKernelSource(options: KernelSourceOptions = {}): Promise<DropSource> {
  options.signal?.throwIfAborted();
  const binding = options.binding ?? loadBinding();
  const opened: { close(): void }[] = [];
  const keep = <T extends { close(): void }>(part: T): T => {
    opened.unshift(part);
    return part;
  };
  try {
    const monitor = keep(new DropMonitor(binding));
    monitor.config(); // Throws on kernels without packet mode, before a guard is started.
    const guard = keep(new MonitorGuard(binding, options.openGuard));
    const events = keep(guard.openEvents(options.receiveBufferBytes ?? defaultReceiveBufferBytes()));
    // On the event socket, the removal of the family comes after the last alert.
    withNetlinkError('listen for the removal of the drop monitor', () =>
      events.joinGroup(GENL_CTRL_NOTIFY_GROUP),
    );
    const watcher = keep(new DeviceWatcher(binding));
    const source = new KernelSource(monitor, guard, events, watcher, options);
    source.start();
    return await Promise.resolve(source);
  } catch (error) {
    for (const part of opened) part.close();
    throw error;
  }
}

class KernelSource implements DropSource {
  readonly description: string = `the kernel (Linux ${release()})`;
  readonly live = true;
  readonly kernelRelease: string = release();
  settings = '';
  readonly #monitor: DropMonitor;
  readonly #guard: MonitorGuard;
  readonly #events: NetlinkSocket;
  readonly #watcher: DeviceWatcher;
  readonly #losses: LossCounter;
  readonly #receiver: AlertReceiver;
  readonly #options: KernelSourceOptions;
  #monitoring: Monitoring | undefined;
  #failure: NetlinkError | undefined;
  #guardLost = false;
  #stopping: Promise<void> | undefined;
  #forgetSignal: () => void = () => {};
  #iterated = false;

  constructor(
    monitor: DropMonitor,
    guard: MonitorGuard,
    events: NetlinkSocket,
    watcher: DeviceWatcher,
    options: KernelSourceOptions,
  ) {
    this.#monitor = monitor;
    this.#guard = guard;
    this.#events = events;
    this.#watcher = watcher;
    this.#options = options;
    this.#losses = new LossCounter(monitor, events);
    const { onCounts } = options;
    this.#receiver = new AlertReceiver(
      events,
      monitor.familyId,
      watcher.devices,
      this.#losses,
      () => this.#failUnloaded(),
      onCounts && ((counts) => onCounts(counts, undefined)),
      (text) => this.#notify(text),
    );
  }

  get devices(): DeviceTable {
    return this.#watcher.devices;
  }

  get familyId(): number {
    return this.#monitor.familyId;
  }

  /** Starts monitoring. The event socket joined its group before: no alert is missed. */
  start(): void {
    const { whenMonitored = 'join', origins, truncationLength = 0, onCounts } = this.#options;
    const summary = this.#options.alertMode === 'summary';
    const queueLength = this.#options.queueLength ?? defaultQueueLength();
    this.#watcher.start();
    this.#receiver.start(this.#options.gatherMs ?? GATHER_MS);
    const settings = { summary, truncationLength, queueLength };
    const wanted = { ...settings, whenMonitored, origins, takesCounts: onCounts !== undefined };
    const monitoring = startMonitoring(this.#monitor, this.#guard, wanted);
    this.#monitoring = monitoring;
    this.#guard.watch(monitoring.kept, settings, {
      onRestarted: (origin, errno) => this.#tellRestart(origin, errno),
      onLost: () => this.#lose(),
      onSilent: () => this.#notify(SILENT),
      onAnswering: () => this.#notify('the guard (dropcap-guard) answers again'),
    });
    this.settings = [
      monitoring.kept.length === 0 ? 'listening only' : `drops of ${monitoring.kept.join(' and ')}`,
      describeConfig(monitoring.config),
      `a receive buffer of ${this.#events.receiveBufferBytes} bytes`,
    ].join(', ');
    for (const notice of monitoring.notices) this.#notify(notice);
    // Last: a source that cannot start must leave no listener on the signal.
    this.#forgetSignal = stopOnAbort(this.#options.signal, () => this.stop());
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<DropBatch, void, undefined> {
    if (this.#iterated) throw iteratedTwice();
    this.#iterated = true;
    try {
      yield* this.#receiver.batches();
      if (this.#failure !== undefined) throw this.#failure;
    } finally {
      await this.close();
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  losses(): LossCounters {
    return this.#losses.reported;
  }

  statistics(): Promise<SourceStatistics> {
    const { counters, unknownAttributes } = this.#receiver.alerts;
    return Promise.resolve({
      ...NO_STATISTICS,
      ...counters,
      unknownAttributes,
      ...this.#losses.totals(),
      batchWaits: this.#events.counters().arenaWaits,
    });
  }

  async close(): Promise<void> {
    this.#forgetSignal();
    try {
      await this.stop();
    } finally {
      this.#guard.close();
      this.#receiver.close();
      this.#watcher.close();
      this.#monitor.close();
    }
  }

  async #stop(): Promise<void> {
    try {
      if (this.#options.onCounts && !this.#failure) await waitForLastCounts(this.#monitor);
      if (!this.#guardLost) await this.#guard.end();
    } finally {
      this.#losses.freeze();
      this.#events.stopReceiving();
    }
  }

  /** The guard was killed: stops monitoring in its place, which succeeds only if this process has the privileges. */
  #lose(): void {
    this.#guardLost = true;
    let state = 'monitoring is off';
    try {
      for (const origin of this.#monitoring?.started ?? []) this.#monitor.stop(origin);
      if (this.#monitoring?.before) this.#monitor.configure(this.#monitoring.before);
    } catch (error) {
      state = `monitoring may still be on, and cannot be turned off: ${messageOf(error)}`;
    }
    this.#fail(`the guard (dropcap-guard) was killed, which ends the capture; ${state}`, 0);
  }

  #tellRestart(origin: MonitorOrigin, errno: number): void {
    if (errno === ENOENT) {
      this.#failUnloaded();
      return;
    }
    const what = `another program turned monitoring of ${origin} drops off`;
    if (errno === 0) {
      this.#notify(`${what}: it is on again`);
      this.#options.onInterruption?.();
    } else this.#fail(`${what}, and it cannot be turned on again: ${describeErrno(errno)}`, errno);
  }

  /**
   * The event socket lost its membership with the family, and joining again needs the capability that the guard gave up
   * (netlink_clear_multicast_users() of net/netlink/af_netlink.c). So a module that is loaded again does not help.
   */
  #failUnloaded(): void {
    this.#fail(
      'the kernel unloaded its drop monitor (the module drop_monitor), which ends the capture; start dropcap again to load it',
      ENOENT,
    );
  }

  /** Ends the capture. Its consumer gets the drops received so far, then this error. */
  #fail(text: string, errno: number): void {
    this.#failure ??= new NetlinkError(text, { syscall: 'netlink', errno });
    void this.stop().catch(() => {});
  }

  #notify(text: string): void {
    this.#options.onNotice?.(text);
  }
}
