import type { NetlinkBinding } from '../../binding/contract.js';
import type { CountsListener } from '../../drop/dropCount.js';
import type { MonitorOrigin } from '../../dropmon/requests.js';
import type { GuardChannel } from '../../guard/channel.js';
import type { WhenMonitored } from '../../monitor/startMonitoring.js';

/** How to capture from the running kernel. */
export interface KernelSourceOptions {
  /** Origins to monitor. Default: both; only software's on a kernel built without devlink. */
  readonly origins?: readonly MonitorOrigin[] | undefined;
  /** Most bytes of a packet that the kernel copies. Default: 0, the whole packet. */
  readonly truncationLength?: number | undefined;
  /**
   * `summary`: the kernel counts drops by place, and sends no packets, reasons or devices. Needs `onCounts`. Default:
   * `packet`. When another program monitors already, its mode stays, except with `takeover`.
   */
  readonly alertMode?: 'packet' | 'summary' | undefined;
  /**
   * Takes the counts of a monitor in summary mode, ours or another program's. Without this, a monitor of another program in
   * summary mode is an error. Stopping a source in summary mode takes a second longer: until the last counts arrived.
   */
  readonly onCounts?: CountsListener | undefined;
  /** Packets in each processor's queue in the kernel. Default: chosen from memory and number of processors. */
  readonly queueLength?: number | undefined;
  /** Wanted receive buffer of the event socket, in bytes. Default: chosen from memory. */
  readonly receiveBufferBytes?: number | undefined;
  /**
   * Milliseconds, 0 to 1000, that drops may wait for others, so that the source yields fewer and larger batches: a batch of a
   * few drops costs as much processor time as one of dozens. The first drops after a pause do not wait. In a flood,
   * drops wait only as long as the source's memory for batches lasts. Default: 10.
   */
  readonly gatherMs?: number | undefined;
  /** What to do when another program monitors already. Default: `join`. */
  readonly whenMonitored?: WhenMonitored | undefined;
  /** Called with a text for people, at the start and during the capture. */
  readonly onNotice?: ((text: string) => void) | undefined;
  /**
   * Called when another program turned monitoring off, and it is on again: the drops of the time between are missing, and no counter
   * has them.
   */
  readonly onInterruption?: (() => void) | undefined;
  /** Ends the capture when aborted, as `DropSource.stop` does. */
  readonly signal?: AbortSignal | undefined;
  /** @internal The binding for requests to the kernel. Default: the addon. */
  readonly binding?: NetlinkBinding | undefined;
  /** @internal Opens the connection to a guard. Default: starts the guard program. */
  readonly openGuard?: ((binding: NetlinkBinding) => GuardChannel) | undefined;
}
