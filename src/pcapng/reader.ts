import { align4, viewOf } from '../bytes.js';
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
} from './constants.js';
import { Damage } from './damage.js';
import { type ReadInterface, readInterface, type TextRoom } from './readInterface.js';
import { readSection, type ReadSection } from './readSection.js';
import { type ReadStatistics, readStatistics } from './readStatistics.js';

/** Block type and total length; in a section header also the byte-order magic and the version. */
const HEAD_BYTES = 12;
const SECTION_HEAD_BYTES = 16;
const MAJOR_VERSION = 1;
/** Most interfaces of a section that are kept. Further interfaces, and their packets, count as damaged. */
const MAX_INTERFACES = 1 << 16;
/** Most characters of all texts of a section's interfaces. */
const MAX_TEXT_CHARACTERS = 1 << 22;
/** Offset of the packet's bytes in an enhanced and in an obsolete packet block, and in a simple one. */
const PACKET_OFFSET = 28;
const SIMPLE_PACKET_OFFSET = 12;
/** Offset of the options in a section header. */
const SECTION_OPTIONS_OFFSET = 24;
/** Faults of blocks, for people. */
const TOO_SHORT = 'shorter than its fixed part';
const UNKNOWN_INTERFACE = 'an interface that is not described';

/** Is told of the blocks of a section that are not packets. */
export interface SectionListener {
  /** A section begins. Its interfaces are new. */
  onSection(): void;
  onInterface(subject: ReadInterface): void;
  onStatistics(statistics: ReadStatistics): void;
}

const NO_LISTENER: SectionListener = { onSection: () => {}, onInterface: () => {}, onStatistics: () => {} };

/**
 * Checks the first SECTION_HEAD_BYTES bytes of a section header at `at`. Returns whether the section is little-endian.
 * @throws MalformedInputError when the byte order or the major version is unknown: nobody knows what the blocks of
 * another version mean.
 */
export function checkSectionStart(view: DataView, at: number, fileOffset: number): boolean {
  const magic = view.getUint32(at + 8, true);
  const littleEndian = magic === BYTE_ORDER_MAGIC;
  if (!littleEndian && view.getUint32(at + 8, false) !== BYTE_ORDER_MAGIC) {
    const found = `0x${magic.toString(16)}`;
    throw new MalformedInputError('pcapng section', fileOffset + 8, 'byte-order magic', found);
  }
  const major = view.getUint16(at + 12, littleEndian);
  if (major !== MAJOR_VERSION) {
    throw new MalformedInputError('pcapng section', fileOffset + 12, 'version 1', `version ${major}`);
  }
  return littleEndian;
}

/** The first section header of a file, which its first bytes hold; undefined when they do not hold it completely. */
export function readFirstSection(start: Uint8Array): ReadSection | undefined {
  const view = viewOf(start);
  const littleEndian = checkSectionStart(view, 0, 0);
  const total = view.getUint32(4, littleEndian);
  if (total < SECTION_OPTIONS_OFFSET + 4 || total > start.length) return undefined;
  return readSection(view, SECTION_OPTIONS_OFFSET, total - 4, littleEndian);
}

/**
 * Reads pcapng: any number of sections, each in its own byte order. Skips unknown blocks and options of any length.
 * Counts damaged blocks, and skips those that it cannot use. When only the end of a block is wrong (a second total
 * length, an option), the packet before it is read.
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
  readonly damage: Damage = new Damage();
  /** Offset in the file of the current block. */
  #blockOffset = 0;
  /** The total length that must come next: the end of a skipped block of more than MAX_RECORD_BYTES bytes. */
  #trailer: number | undefined;
  /** Counts the current block as damaged. `what` is the fault, for people. */
  readonly reportDamage = (what: string): void => this.damage.add(this.#blockOffset, what);
  readonly #listener: SectionListener;
  #interfaces: (ReadInterface | undefined)[] = [];
  #room: TextRoom = { characters: MAX_TEXT_CHARACTERS };

  constructor(listener: SectionListener = NO_LISTENER) {
    this.#listener = listener;
  }

  next(view: DataView, at: number, end: number, fileOffset: number): number {
    if (this.#trailer !== undefined) return this.#readTrailer(view, at, end, this.#trailer);
    if (end - at < HEAD_BYTES) return READ_MORE;
    this.#blockOffset = fileOffset;
    const type = view.getUint32(at, this.littleEndian);
    const section = type === BLOCK_SECTION_HEADER;
    if (section && end - at < SECTION_HEAD_BYTES) return READ_MORE;
    const littleEndian = section ? checkSectionStart(view, at, fileOffset) : this.littleEndian;
    const total = view.getUint32(at + 4, littleEndian);
    if (total < BLOCK_FRAME_BYTES) {
      this.reportDamage(`total length ${total}`);
      throw new MalformedInputError('pcapng block', fileOffset, 'a total length of 12 or more', `${total}`);
    }
    this.consumed = align4(total);
    const huge = total > MAX_RECORD_BYTES;
    if (!huge && end - at < this.consumed) return READ_MORE;
    // Only now: a section whose header ends after the buffer's end must not begin twice.
    if (section) this.#startSection(littleEndian);
    const packet = type === BLOCK_ENHANCED_PACKET || type === BLOCK_SIMPLE_PACKET || type === BLOCK_PACKET;
    if (huge) return this.#skipHuge(type, total, packet);
    const last = view.getUint32(at + total - 4, this.littleEndian);
    if (last !== total) this.reportDamage(`total lengths ${total} and ${last}`);
    else if (total !== this.consumed) this.reportDamage(`total length ${total}, no multiple of 4`);
    if (packet) return this.#readPacket(view, at, total, type) ? READ_PACKET : READ_OTHER;
    if (type === BLOCK_INTERFACE_DESCRIPTION) this.#addInterface(view, at, total);
    else if (type === BLOCK_SECTION_HEADER) this.#readSection(view, at, total);
    else if (type === BLOCK_INTERFACE_STATISTICS) this.#readStatistics(view, at, total);
    return READ_OTHER;
  }

  timestampNs(): bigint | undefined {
    const ns = (BigInt(this.timestampHigh) << 32n) | BigInt(this.timestampLow);
    return ns === 0n ? undefined : ns;
  }

  /** Whether the end of a skipped block must come next. */
  get insideBlock(): boolean {
    return this.#trailer !== undefined;
  }

  /** Skips a block that is too long to read, all but its last four bytes. */
  #skipHuge(type: number, total: number, packet: boolean): number {
    if (packet || type === BLOCK_INTERFACE_DESCRIPTION) {
      const offset = this.#blockOffset;
      this.reportDamage(`total length ${total}`);
      throw new MalformedInputError('pcapng block', offset, 'a total length up to 1 MiB', `${total}`);
    }
    const read = type === BLOCK_SECTION_HEADER || type === BLOCK_INTERFACE_STATISTICS;
    if (read) this.reportDamage(`a total length of ${total}: blocks of this type are read up to 1 MiB`);
    if (total !== this.consumed) this.reportDamage(`total length ${total}, no multiple of 4`);
    else {
      this.#trailer = total;
      this.consumed -= 4;
    }
    return READ_OTHER;
  }

  #readTrailer(view: DataView, at: number, end: number, total: number): number {
    if (end - at < 4) return READ_MORE;
    const last = view.getUint32(at, this.littleEndian);
    if (last !== total) this.reportDamage(`total lengths ${total} and ${last}`);
    this.#trailer = undefined;
    this.consumed = 4;
    return READ_OTHER;
  }

  #startSection(littleEndian: boolean): void {
    this.littleEndian = littleEndian;
    this.#interfaces = [];
    this.#room = { characters: MAX_TEXT_CHARACTERS };
    this.application = undefined;
    this.#listener.onSection();
  }

  #readSection(view: DataView, at: number, total: number): void {
    if (total < SECTION_OPTIONS_OFFSET + 4) return this.reportDamage(TOO_SHORT);
    const [start, end] = [at + SECTION_OPTIONS_OFFSET, at + total - 4];
    this.application = readSection(view, start, end, this.littleEndian, this.reportDamage).application;
  }

  #addInterface(view: DataView, at: number, total: number): void {
    if (this.#interfaces.length === MAX_INTERFACES) return this.reportDamage('more than 65536 interfaces');
    let described: ReadInterface | undefined;
    if (total < BLOCK_FRAME_BYTES + 8) this.reportDamage(TOO_SHORT);
    else {
      const [start, end] = [at + 8, at + total - 4];
      described = readInterface(view, start, end, this.littleEndian, this.#room, this.reportDamage);
      this.#listener.onInterface(described);
    }
    this.#interfaces.push(described);
  }

  #readStatistics(view: DataView, at: number, total: number): void {
    if (total < BLOCK_FRAME_BYTES + 12) return this.reportDamage(TOO_SHORT);
    const { littleEndian } = this;
    const subject = this.#interfaces[view.getUint32(at + 8, littleEndian)];
    if (!subject) return this.reportDamage(UNKNOWN_INTERFACE);
    const end = at + total - 4;
    this.#listener.onStatistics(readStatistics(view, at + 8, end, littleEndian, subject, this.reportDamage));
  }

  #readPacket(view: DataView, at: number, total: number, type: number): boolean {
    const { littleEndian } = this;
    const simple = type === BLOCK_SIMPLE_PACKET;
    const packetOffset = simple ? SIMPLE_PACKET_OFFSET : PACKET_OFFSET;
    const room = total - packetOffset - 4;
    if (room < 0) return this.#unusable(TOO_SHORT);
    const enhanced = type === BLOCK_ENHANCED_PACKET;
    const interfaceId = simple
      ? 0
      : enhanced
        ? view.getUint32(at + 8, littleEndian)
        : view.getUint16(at + 8, littleEndian);
    const device = this.#interfaces[interfaceId];
    if (!device) return this.#unusable(UNKNOWN_INTERFACE);
    const originalLength = view.getUint32(at + packetOffset - 4, littleEndian);
    const length = simple
      ? Math.min(originalLength, device.snapLength || originalLength)
      : view.getUint32(at + packetOffset - 8, littleEndian);
    if (length > room) return this.#unusable('a packet longer than the block');
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

  /** Counts a packet block from which no packet can be read. */
  #unusable(what: string): false {
    this.reportDamage(what);
    return false;
  }

  #convertTimestamp(toNanoseconds: (timestamp: bigint) => bigint): void {
    const ns = toNanoseconds((BigInt(this.timestampHigh) << 32n) | BigInt(this.timestampLow));
    this.timestampHigh = Number(ns >> 32n);
    this.timestampLow = Number(ns & 0xffffffffn);
  }
}
