import { align4 } from '../bytes.js';
import { MalformedInputError } from '../errors.js';
import {
  MAX_RECORD_BYTES,
  READ_MORE,
  READ_OTHER,
  READ_PACKET,
  type RecordReader,
} from '../pcap/recordReader.js';
import {
  BLOCK_ENHANCED_PACKET,
  BLOCK_FRAME_BYTES,
  BLOCK_INTERFACE_DESCRIPTION,
  BLOCK_INTERFACE_STATISTICS,
  BLOCK_PACKET,
  BLOCK_SECTION_HEADER,
  BLOCK_SIMPLE_PACKET,
  BYTE_ORDER_MAGIC,
  ISB_IFDROP,
  ISB_OSDROP,
  SHB_USERAPPL,
} from './constants.js';
import { OptionCursor } from './optionCursor.js';
import { type ReadInterface, readInterface } from './readInterface.js';

/** Block type, total length and, in a section header, the byte-order magic. */
const HEAD_BYTES = 12;
/** Most interfaces of a section that are kept. Packets of further interfaces are skipped. */
const MAX_INTERFACES = 1 << 16;
/** Offset of the packet's bytes in an enhanced and in an obsolete packet block, and in a simple one. */
const PACKET_OFFSET = 28;
const SIMPLE_PACKET_OFFSET = 12;
/** Offset of the options in a section header and in an interface statistics block. */
const SECTION_OPTIONS_OFFSET = 24;
const STATISTICS_OPTIONS_OFFSET = 20;
const MAX_APPLICATION_BYTES = 256;

/** Losses that an interface statistics block reports, in packets. */
export interface ReadLosses {
  readonly interface: ReadInterface;
  readonly droppedByInterface: bigint;
  readonly droppedByOs: bigint;
}

/**
 * Reads pcapng: any number of sections, each in its own byte order. Skips unknown blocks and options of any length.
 * Skips packet blocks that are malformed, or whose interface was not described.
 */
export class PcapngReader implements RecordReader {
  consumed = 0;
  offset = 0;
  length = 0;
  originalLength = 0;
  linkType = 0;
  /** Byte order of the section. */
  littleEndian = true;
  /** After READ_PACKET: the packet's interface. */
  interface: ReadInterface | undefined;
  /** After READ_PACKET: nanoseconds since 1970 UTC, in two 32-bit words; 0 when the block has no time stamp. */
  timestampHigh = 0;
  timestampLow = 0;
  /** After READ_PACKET: where the block's options begin and end in the buffer. */
  optionsOffset = 0;
  optionsEnd = 0;
  /** The program that wrote the section (shb_userappl); undefined when the section header does not name one. */
  application: string | undefined;
  readonly #onLosses: (losses: ReadLosses) => void;
  readonly #option = new OptionCursor();
  #interfaces: (ReadInterface | undefined)[] = [];

  /** @param onLosses called for each interface statistics block that reports losses. */
  constructor(onLosses: (losses: ReadLosses) => void = () => {}) {
    this.#onLosses = onLosses;
  }

  next(view: DataView, at: number, end: number, fileOffset: number): number {
    if (end - at < HEAD_BYTES) return READ_MORE;
    const type = view.getUint32(at, this.littleEndian);
    if (type === BLOCK_SECTION_HEADER) this.#startSection(view, at, fileOffset);
    const total = view.getUint32(at + 4, this.littleEndian);
    if (total < BLOCK_FRAME_BYTES) {
      throw new MalformedInputError('pcapng block', fileOffset, 'a total length of 12 or more', `${total}`);
    }
    this.consumed = align4(total);
    const packet = type === BLOCK_ENHANCED_PACKET || type === BLOCK_SIMPLE_PACKET || type === BLOCK_PACKET;
    const needed = packet || type === BLOCK_INTERFACE_DESCRIPTION;
    const wanted = needed || type === BLOCK_SECTION_HEADER || type === BLOCK_INTERFACE_STATISTICS;
    if (!wanted) return READ_OTHER;
    if (total > MAX_RECORD_BYTES) {
      if (!needed) return READ_OTHER;
      throw new MalformedInputError('pcapng block', fileOffset, 'a total length up to 1 MiB', `${total}`);
    }
    if (end - at < this.consumed) return READ_MORE;
    if (packet) return this.#readPacket(view, at, total, type) ? READ_PACKET : READ_OTHER;
    if (type === BLOCK_INTERFACE_DESCRIPTION) this.#addInterface(view, at, total);
    else if (type === BLOCK_SECTION_HEADER) this.#readSection(view, at, total);
    else this.#readStatistics(view, at, total);
    return READ_OTHER;
  }

  #startSection(view: DataView, at: number, fileOffset: number): void {
    const magic = view.getUint32(at + 8, true);
    this.littleEndian = magic === BYTE_ORDER_MAGIC;
    if (!this.littleEndian && view.getUint32(at + 8, false) !== BYTE_ORDER_MAGIC) {
      throw new MalformedInputError(
        'pcapng section',
        fileOffset + 8,
        'byte-order magic',
        `0x${magic.toString(16)}`,
      );
    }
    this.#interfaces = [];
    this.application = undefined;
  }

  #readSection(view: DataView, at: number, total: number): void {
    const option = this.#options(view, at + SECTION_OPTIONS_OFFSET, at + total - 4);
    while (option.next()) {
      if (option.code === SHB_USERAPPL) this.application = option.text(MAX_APPLICATION_BYTES);
    }
  }

  #addInterface(view: DataView, at: number, total: number): void {
    if (this.#interfaces.length === MAX_INTERFACES) return;
    const whole = total >= BLOCK_FRAME_BYTES + 8;
    this.#interfaces.push(whole ? readInterface(view, at + 8, at + total - 4, this.littleEndian) : undefined);
  }

  #readStatistics(view: DataView, at: number, total: number): void {
    const described = total >= STATISTICS_OPTIONS_OFFSET + 4 ? view.getUint32(at + 8, this.littleEndian) : -1;
    const subject = this.#interfaces[described];
    if (!subject) return;
    const losses = { interface: subject, droppedByInterface: 0n, droppedByOs: 0n };
    const option = this.#options(view, at + STATISTICS_OPTIONS_OFFSET, at + total - 4);
    while (option.next()) {
      if (option.code === ISB_IFDROP) losses.droppedByInterface = option.u64();
      else if (option.code === ISB_OSDROP) losses.droppedByOs = option.u64();
    }
    if (losses.droppedByInterface > 0n || losses.droppedByOs > 0n) this.#onLosses(losses);
  }

  #readPacket(view: DataView, at: number, total: number, type: number): boolean {
    const { littleEndian } = this;
    const simple = type === BLOCK_SIMPLE_PACKET;
    const packetOffset = simple ? SIMPLE_PACKET_OFFSET : PACKET_OFFSET;
    const room = total - packetOffset - 4;
    if (room < 0) return false;
    const enhanced = type === BLOCK_ENHANCED_PACKET;
    const interfaceId = simple
      ? 0
      : enhanced
        ? view.getUint32(at + 8, littleEndian)
        : view.getUint16(at + 8, littleEndian);
    const device = this.#interfaces[interfaceId];
    if (!device) return false;
    const originalLength = view.getUint32(at + packetOffset - 4, littleEndian);
    const length = simple
      ? Math.min(originalLength, device.snapLength || room, room)
      : view.getUint32(at + packetOffset - 8, littleEndian);
    if (length > room) return false;
    this.interface = device;
    this.linkType = device.linkType;
    this.offset = at + packetOffset;
    this.length = length;
    this.originalLength = Math.max(length, originalLength);
    this.optionsOffset = this.offset + align4(length);
    this.optionsEnd = simple ? this.optionsOffset : at + total - 4;
    this.timestampHigh = simple ? 0 : view.getUint32(at + 12, littleEndian);
    this.timestampLow = simple ? 0 : view.getUint32(at + 16, littleEndian);
    if (device.toNanoseconds && !simple) this.#convertTimestamp(device.toNanoseconds);
    return true;
  }

  #convertTimestamp(toNanoseconds: (timestamp: bigint) => bigint): void {
    const ns = toNanoseconds((BigInt(this.timestampHigh) << 32n) | BigInt(this.timestampLow));
    this.timestampHigh = Number(ns >> 32n);
    this.timestampLow = Number(ns & 0xffffffffn);
  }

  #options(view: DataView, start: number, end: number): OptionCursor {
    this.#option.reset(view, start, end, this.littleEndian);
    return this.#option;
  }
}
