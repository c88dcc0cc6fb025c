import type { DeviceTable } from '../drop/device.js';
import type { DropBatch } from '../drop/batch.js';
import type { LossCounters } from '../drop/losses.js';

/** Everything that a source counted which did not become a drop. Each number is a different loss. */
export interface SourceStatistics extends LossCounters {
  /** Alerts that could not be decoded. */
  readonly malformed: number;
  /** Alerts that were cut on their way to us; what was left of the packet is there. */
  readonly cut: number;
  /** Copies of alerts that were themselves reported as drops. */
  readonly alertCopies: number;
  /** Drops that summary alerts counted without showing packets. */
  readonly summarized: number;
  /** Attributes of alerts that this version does not know. */
  readonly unknownAttributes: number;
  /** Packets of a file that nothing shows to be drops. */
  readonly otherPackets: number;
  /** Those of `queueDrops` that hardware had dropped. */
  readonly hardwareQueueDrops: number;
  /** Times that every batch was in use when a message came: the kernel had to wait for us. */
  readonly batchWaits: number;
}

/** The statistics of a source that counted nothing. */
export const NO_STATISTICS: SourceStatistics = {
  malformed: 0,
  cut: 0,
  alertCopies: 0,
  summarized: 0,
  unknownAttributes: 0,
  otherPackets: 0,
  queueDrops: 0,
  hardwareQueueDrops: 0,
  overruns: 0,
  batchWaits: 0,
};

/**
 * Where drops come from. Iterating yields batches; each belongs to the consumer until its `release()`, and a source
 * has only a few, so one that is never released stops the flow. Can be iterated once; the end of that closes it, also
 * when the loop is left early. Whoever does not iterate has to call `close()`.
 */
export interface DropSource extends AsyncIterable<DropBatch> {
  /** For people: `the kernel (Linux 6.12.0)`, `recording drops.pcap`. */
  readonly description: string;
  /** For people: the settings in force, in one line; empty when there are none. */
  readonly settings: string;
  /** Whether it is a running kernel, and no file. */
  readonly live: boolean;
  /** What is known of the devices; may grow while iterating. */
  readonly devices: DeviceTable;
  /** Release of the kernel that dropped the packets; undefined while not known (a recording may tell it). */
  readonly kernelRelease: string | undefined;
  /** Number that generic netlink gave the NET_DM family on that host; undefined while not known. */
  readonly familyId: number | undefined;
  /** Ends the flow: what is queued is still yielded, then the iteration ends. May be called twice. */
  stop(): Promise<void>;
  /**
   * Losses before the drops given out so far, so what their `lostBefore` adds up to, by cause. Losses that the source knows
   * of, but that no drop carries yet, are only in `statistics`.
   */
  losses(): LossCounters;
  /** What was counted so far; whole after the iteration's end. */
  statistics(): Promise<SourceStatistics>;
  /** Frees what the source holds; stops it when it runs. May be called twice. */
  close(): Promise<void>;
}
