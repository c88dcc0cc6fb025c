import { viewOf } from '../../bytes.js';
import type { DropBatch } from '../../drop/batch.js';
import { InputError } from '../../errors.js';
import { LINKTYPE_NETLINK } from '../../linktype/constants.js';
import { READ_MORE, READ_PACKET, type RecordReader } from '../../pcap/recordReader.js';
import { PcapReader } from '../../pcap/reader.js';
import type { Damage } from '../../pcapng/damage.js';
import { PcapngReader } from '../../pcapng/reader.js';
import { DropPacketScanner } from './dropPacketScanner.js';
import { netlinkLayout } from './netlinkRecord.js';
import { noDrops } from './openReader.js';
import { MIN_ALERT_BYTES, type RecordingScanner } from './recordingScanner.js';

/** Matches the application name in files that dropcap wrote. */
const APPLICATION = /^dropcap\b/;

/** Bytes of the record headers that the hot path can read. */
const HOT_HEADER_BYTES = 16;

/**
 * Converts the bytes of a file to rows of batches. Finds the packets, and has each decoded as what it is: a netlink
 * message, or a packet with dropcap's comment.
 */
export class FileScanner {
  readonly packets: DropPacketScanner;
  /** Offset in the file of the first byte that was not scanned. */
  fileOffset = 0;
  /** The error after which nothing can be scanned. The caller must throw it after the drops before the error. */
  failure: unknown;
  /** Release of the kernel that dropped the packets; undefined while unknown. */
  kernelRelease: string | undefined;
  /** Number of packets that nothing marks as drops. */
  otherPackets = 0;
  readonly #reader: RecordReader;
  readonly #messages: RecordingScanner;
  /** Bytes of a skipped block that are not read yet. */
  #skip = 0;
  #sawPackets = false;
  #sawDrops = false;

  constructor(reader: RecordReader, messages: RecordingScanner) {
    this.#reader = reader;
    this.#messages = messages;
    this.packets = new DropPacketScanner(messages.devices);
  }

  /** The damaged blocks of a pcapng file. */
  get damage(): Damage | undefined {
    return this.#reader instanceof PcapngReader ? this.#reader.damage : undefined;
  }

  /**
   * Scans the bytes from `start` to `end` of the batch's arena. Stops when the bytes end inside a record, when the
   * batch has no room for the next record, and at a failure.
   * @returns where the scan stopped, and whether it needs more bytes.
   */
  scan(batch: DropBatch, start: number, end: number): { at: number; more: boolean } {
    const { at, more } = this.#scanRecords(batch, start, end);
    this.fileOffset += at - start;
    return { at, more };
  }

  /**
   * Checks the end of the file, after all bytes were scanned but `rest` ones.
   * @throws InputError when the file is cut short, has damaged blocks, or neither netlink messages nor drops.
   */
  checkEnd(name: string, rest: number): void {
    const damage = this.damage?.count ? this.damage.text : undefined;
    const insideBlock = this.#reader instanceof PcapngReader && this.#reader.insideBlock;
    if (rest > 0 || this.#skip > 0 || insideBlock) {
      const also = damage === undefined ? '' : `; it has ${damage} before the cut`;
      throw new InputError(`${name} is cut short: everything before the cut was read${also}`, name);
    }
    if (damage !== undefined) {
      throw new InputError(`${name} has ${damage}: everything else was read`, name);
    }
    if (this.#sawDrops || this.#messages.sawNetlink) return;
    // A pcap file of netlink traffic without packets is valid: nothing was dropped.
    if (!this.#sawPackets && this.#reader.linkType === LINKTYPE_NETLINK) return;
    const application = this.#reader instanceof PcapngReader ? this.#reader.application : undefined;
    if (!APPLICATION.test(application ?? '')) throw noDrops(name);
  }

  #scanRecords(batch: DropBatch, start: number, end: number): { at: number; more: boolean } {
    const view = viewOf(batch.arena);
    const reader = this.#reader;
    const fast = reader instanceof PcapReader && reader.littleEndian ? reader : undefined;
    let at = Math.min(start + this.#skip, end);
    this.#skip -= at - start;
    while (at < end) {
      if (fast?.recordHeaderBytes === HOT_HEADER_BYTES && reader.linkType === LINKTYPE_NETLINK) {
        at = this.#messages.scanRecords(batch, at, end);
      }
      let kind: number;
      try {
        kind = reader.next(view, at, end, this.fileOffset + at - start);
      } catch (error) {
        this.failure = error;
        break;
      }
      if (kind === READ_MORE) break;
      if (kind === READ_PACKET) {
        if (batch.capacity - batch.length < Math.max(reader.length / MIN_ALERT_BYTES, 1)) {
          return { at, more: false };
        }
        this.#scanPacket(batch, view);
      }
      at += reader.consumed;
    }
    if (at > end) {
      this.#skip = at - end;
      at = end;
    }
    return { at, more: true };
  }

  /** Converts the packet that the reader found to rows of the batch. */
  #scanPacket(batch: DropBatch, view: DataView): void {
    const reader = this.#reader;
    const annotated = reader instanceof PcapngReader ? reader : undefined;
    const before = batch.length;
    this.#sawPackets = true;
    const { offset, length, originalLength, linkType } = reader;
    const layout = netlinkLayout(view, offset, length, linkType);
    if (layout) {
      this.#messages.scan(batch, view, offset, length, originalLength, layout);
      if (annotated && batch.length === before)
        this.packets.scan(batch, view, annotated); // A dropped message.
      else if (annotated && batch.length === before + 1)
        this.packets.complete(batch, before, view, annotated);
    } else if (!annotated || !this.packets.scan(batch, view, annotated)) {
      this.otherPackets++;
    }
    if (batch.length > before) this.#sawDrops = true;
    if (this.kernelRelease === undefined) {
      this.kernelRelease = /^Linux (\S+)/.exec(annotated?.interface?.os ?? '')?.[1];
    }
  }
}
