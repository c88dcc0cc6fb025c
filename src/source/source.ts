import type { CaptureFacts } from '../drop/captureFacts.js';
import type { DeviceTable } from '../drop/device.js';
import type { DropBatch } from '../drop/batch.js';
import { UsageError } from '../errors.js';
import type { LossCounters } from '../drop/losses.js';

/** Everything that a source counted that did not become a drop. Each number is a different loss. */
export interface SourceStatistics extends LossCounters {
  /** Alerts that could not be decoded. */
  readonly malformed: number;
  /** Blocks of a pcapng file that break a rule of the format. They were skipped, or read up to the fault; the last one may have ended the reading. */
  readonly damagedBlocks: number;
  /** Alerts that were cut before they reached us. Their drops have the packet's bytes before the cut. */
  readonly cut: number;
  /** Copies of alerts that the kernel itself reported as drops. */
  readonly alertCopies: number;
  /** Drops that summary alerts counted. Summary alerts have no packets. */
  readonly summarized: number;
  /** Attributes of alerts whose type this version does not know. */
  readonly unknownAttributes: number;
  /** Packets of a file that nothing marks as drops. */
  readonly otherPackets: number;
  /** Messages of a recording that are not of the NET_DM family. */
  readonly otherMessages: number;
  /** The part of `queueDrops` that are hardware drops. Undefined: not known. Files do not report it. */
  readonly hardwareQueueDrops: number | undefined;
  /** Number of times that a message arrived while every batch was in use: the kernel had to keep the message. */
  readonly batchWaits: number;
}

/** The statistics of a source that has counted nothing, and does not know of losses. */
export const NO_STATISTICS: SourceStatistics = {
  malformed: 0,
  damagedBlocks: 0,
  cut: 0,
  alertCopies: 0,
  summarized: 0,
  unknownAttributes: 0,
  otherPackets: 0,
  otherMessages: 0,
  queueDrops: undefined,
  hardwareQueueDrops: undefined,
  overruns: undefined,
  batchWaits: 0,
};

/** How far a file is read. */
export interface ReadProgress {
  /** Bytes of the file whose drops were given. */
  readonly bytes: number;
  /** Length of the file in bytes; undefined when it is not known, as for a pipe. */
  readonly totalBytes: number | undefined;
}

/**
 * A source of drops. Iterating yields batches. The consumer owns each batch until its `release()`. A source has only a
 * few batches: a batch that is never released stops the source. Can be iterated once. The end of the iteration closes
 * the source, also when the loop ends early. A caller that does not iterate must call `close()`.
 */
export interface DropSource extends AsyncIterable<DropBatch> {
  /** Text for people: `the kernel (Linux 6.12.0)`, `recording drops.pcap`. */
  readonly description: string;
  /** Text for people: the current settings, in one line; empty when there are none. */
  readonly settings: string;
  /** True for a running kernel; false for a file. */
  readonly live: boolean;
  /** The known devices. May grow while iterating. */
  readonly devices: DeviceTable;
  /** Release of the kernel that dropped the packets; undefined while unknown. A recording may report it later. */
  readonly kernelRelease: string | undefined;
  /** What a file says about its capture; undefined for a running kernel. */
  readonly recorded?: CaptureFacts | undefined;
  /** How far the file is read; undefined for a running kernel. */
  readonly progress?: ReadProgress | undefined;
  /** Id that generic netlink gave the NET_DM family on that host; undefined while unknown. */
  readonly familyId: number | undefined;
  /** Stops the source: queued drops are still yielded, then the iteration ends. May be called twice. */
  stop(): Promise<void>;
  /**
   * Losses before the drops given so far, by cause. For a live source, these are the sum of the drops' `lostBefore`: losses
   * that no drop has yet are only in `statistics`. For a file, these are the losses that the statistics in the file
   * report. They are not known before the end of the file, nor when the file lacks statistics.
   */
  losses(): LossCounters;
  /** The counters so far. Complete after the end of the iteration. */
  statistics(): Promise<SourceStatistics>;
  /** Frees the source's resources. Stops the source if it is running. May be called twice. */
  close(): Promise<void>;
}

/** The error for a source that is iterated a second time: all its drops were given the first time. */
export function iteratedTwice(): UsageError {
  return new UsageError('a source gives its drops once (open it again for another iteration)');
}
