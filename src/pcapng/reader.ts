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
  BLOCK_PACKET,
  BLOCK_SECTION_HEADER,
  BLOCK_SIMPLE_PACKET,
  BYTE_ORDER_MAGIC,
} from './constants.js';

/** Block type, length and, in a section header, the byte-order magic. */
const HEAD_BYTES = 12;
/** Interfaces of a section that are remembered; packets of others are passed over. */
const MAX_INTERFACES = 1 << 16;
/** Offset of the packet's bytes in an enhanced and in an obsolete packet block, and in a simple one. */
const PACKET_OFFSET = 28;
const SIMPLE_PACKET_OFFSET = 12;

/**
 * Reads pcapng: any number of sections, each in its own byte order. Unknown blocks are passed over, whatever
 * their length; a packet block that contradicts itself is passed over too.
 */
export class PcapngReader implements RecordReader {
  consumed = 0;
  offset = 0;
  length = 0;
  originalLength = 0;
  linkType = 0;
  #littleEndian = true;
  #linkTypes: number[] = [];
  #snapLengths: number[] = [];

  next(view: DataView, at: number, end: number, fileOffset: number): number {
    if (end - at < HEAD_BYTES) return READ_MORE;
    const type = view.getUint32(at, this.#littleEndian);
    if (type === BLOCK_SECTION_HEADER) this.#startSection(view, at, fileOffset);
    const total = view.getUint32(at + 4, this.#littleEndian);
    if (total < BLOCK_FRAME_BYTES) {
      throw new MalformedInputError('pcapng block', fileOffset, 'a total length of 12 or more', `${total}`);
    }
    this.consumed = align4(total);
    const known = type === BLOCK_INTERFACE_DESCRIPTION || isPacket(type);
    if (!known) return READ_OTHER;
    if (total > MAX_RECORD_BYTES) {
      throw new MalformedInputError(
        'pcapng packet block',
        fileOffset,
        'a total length up to 1 MiB',
        `${total}`,
      );
    }
    if (end - at < this.consumed) return READ_MORE;
    if (type === BLOCK_INTERFACE_DESCRIPTION) this.#addInterface(view, at, total);
    else if (this.#readPacket(view, at, total, type)) return READ_PACKET;
    return READ_OTHER;
  }

  #startSection(view: DataView, at: number, fileOffset: number): void {
    const magic = view.getUint32(at + 8, true);
    this.#littleEndian = magic === BYTE_ORDER_MAGIC;
    if (!this.#littleEndian && view.getUint32(at + 8, false) !== BYTE_ORDER_MAGIC) {
      throw new MalformedInputError(
        'pcapng section',
        fileOffset + 8,
        'byte-order magic',
        `0x${magic.toString(16)}`,
      );
    }
    this.#linkTypes = [];
    this.#snapLengths = [];
  }

  #addInterface(view: DataView, at: number, total: number): void {
    if (this.#linkTypes.length === MAX_INTERFACES) return;
    const whole = total >= BLOCK_FRAME_BYTES + 8;
    this.#linkTypes.push(whole ? view.getUint16(at + 8, this.#littleEndian) : -1);
    this.#snapLengths.push(whole ? view.getUint32(at + 12, this.#littleEndian) : 0);
  }

  #readPacket(view: DataView, at: number, total: number, type: number): boolean {
    const simple = type === BLOCK_SIMPLE_PACKET;
    const packetOffset = simple ? SIMPLE_PACKET_OFFSET : PACKET_OFFSET;
    const room = total - packetOffset - 4;
    if (room < 0) return false;
    const enhanced = type === BLOCK_ENHANCED_PACKET;
    const interfaceId = simple
      ? 0
      : enhanced
        ? view.getUint32(at + 8, this.#littleEndian)
        : view.getUint16(at + 8, this.#littleEndian);
    const linkType = this.#linkTypes[interfaceId];
    if (linkType === undefined) return false;
    const originalLength = view.getUint32(at + packetOffset - 4, this.#littleEndian);
    const snapLength = this.#snapLengths[0] || room;
    const length = simple
      ? Math.min(originalLength, snapLength, room)
      : view.getUint32(at + packetOffset - 8, this.#littleEndian);
    if (length > room) return false;
    this.linkType = linkType;
    this.offset = at + packetOffset;
    this.length = length;
    this.originalLength = Math.max(length, originalLength);
    return true;
  }
}

function isPacket(type: number): boolean {
  return type === BLOCK_ENHANCED_PACKET || type === BLOCK_SIMPLE_PACKET || type === BLOCK_PACKET;
}
