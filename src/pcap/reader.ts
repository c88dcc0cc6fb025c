import { MalformedInputError } from '../errors.js';
import { MAX_RECORD_BYTES, READ_MORE, READ_OTHER, READ_PACKET, type RecordReader } from './recordReader.js';

export const PCAP_MAGIC_MICROSECONDS = 0xa1b2c3d4;
export const PCAP_MAGIC_NANOSECONDS = 0xa1b23c4d;

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
/** The upper bits of the link type field hold the FCS length. */
const LINK_TYPE_MASK = 0x03ffffff;

/** The link type (LINKTYPE_*) in the file header at `at`. The caller checked that its 24 bytes are present. */
export function pcapLinkType(view: DataView, at: number, littleEndian: boolean): number {
  return view.getUint32(at + 20, littleEndian) & LINK_TYPE_MASK;
}

/**
 * Reads classic pcap, in either byte order and with either resolution of time stamps. Ignores the records' time
 * stamps: alerts have the kernel's own.
 *
 *     offset size name            (file header)
 *     0      4    magic           a1b2c3d4 microseconds, a1b23c4d nanoseconds, in the writer's byte order
 *     4      4    version         major 2, minor 4
 *     8      8    zone, accuracy  0
 *     16     4    snap length
 *     20     4    link type
 *
 *     offset size name            (record)
 *     0      8    time stamp      seconds, fraction
 *     8      4    captured length
 *     12     4    original length
 *     16     ...  packet
 */
export class PcapReader implements RecordReader {
  consumed = 0;
  offset = 0;
  length = 0;
  originalLength = 0;
  linkType = 0;
  readonly littleEndian: boolean;
  #headerRead = false;

  constructor(littleEndian: boolean) {
    this.littleEndian = littleEndian;
  }

  next(view: DataView, at: number, end: number, fileOffset: number): number {
    if (!this.#headerRead) return this.#readHeader(view, at, end);
    if (end - at < RECORD_HEADER_BYTES) return READ_MORE;
    const length = view.getUint32(at + 8, this.littleEndian);
    if (length > MAX_RECORD_BYTES - RECORD_HEADER_BYTES) {
      throw new MalformedInputError('pcap record', fileOffset, 'a captured length below 1 MiB', `${length}`);
    }
    if (end - at - RECORD_HEADER_BYTES < length) return READ_MORE;
    this.offset = at + RECORD_HEADER_BYTES;
    this.length = length;
    this.originalLength = Math.max(length, view.getUint32(at + 12, this.littleEndian));
    this.consumed = RECORD_HEADER_BYTES + length;
    return READ_PACKET;
  }

  #readHeader(view: DataView, at: number, end: number): number {
    if (end - at < FILE_HEADER_BYTES) return READ_MORE;
    const major = view.getUint16(at + 4, this.littleEndian);
    if (major !== 2) throw new MalformedInputError('pcap file header', 4, 'version 2', `version ${major}`);
    this.linkType = pcapLinkType(view, at, this.littleEndian);
    this.consumed = FILE_HEADER_BYTES;
    this.#headerRead = true;
    return READ_OTHER;
  }
}
