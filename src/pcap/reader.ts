import { MalformedInputError } from '../errors.js';
import { MAX_RECORD_BYTES, READ_MORE, READ_OTHER, READ_PACKET, type RecordReader } from './recordReader.js';

export const PCAP_MAGIC_MICROSECONDS = 0xa1b2c3d4;
export const PCAP_MAGIC_NANOSECONDS = 0xa1b23c4d;
/** Linux systems of before 2001 wrote this variant ("modified tcpdump"), whose records have longer headers. */
const PCAP_MAGIC_MODIFIED = 0xa1b2cd34;
const MAGICS: ReadonlySet<number> = new Set([
  PCAP_MAGIC_MICROSECONDS,
  PCAP_MAGIC_NANOSECONDS,
  PCAP_MAGIC_MODIFIED,
]);
const MAJOR_VERSION = 2;
const MINOR_VERSION = 4;

const NANOSECONDS = 1_000_000_000n;

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const MODIFIED_HEADER_BYTES = 24;
/** The upper bits of the link type field hold the FCS length. */
const LINK_TYPE_MASK = 0x03ffffff;

/** The byte order of a pcap file that begins at `at`; undefined when no such file begins there. Needs 4 bytes. */
export function pcapByteOrder(view: DataView, at: number): 'little' | 'big' | undefined {
  if (MAGICS.has(view.getUint32(at, true))) return 'little';
  return MAGICS.has(view.getUint32(at)) ? 'big' : undefined;
}

/** The link type (LINKTYPE_*) in the file header at `at`. The caller checked that its 24 bytes are present. */
export function pcapLinkType(view: DataView, at: number, littleEndian: boolean): number {
  return view.getUint32(at + 20, littleEndian) & LINK_TYPE_MASK;
}

/**
 * Reads classic pcap, in either byte order and with either resolution of time stamps. The drops of a recording do not
 * have these time stamps: packet alerts have the kernel's own.
 *
 *     offset size name            (file header)
 *     0      4    magic           a1b2c3d4 microseconds, a1b23c4d nanoseconds, in the writer's byte order; a1b2cd34: modified
 *     4      4    version         major 2, minor 4
 *     8      8    zone, accuracy  0
 *     16     4    snap length
 *     20     4    link type
 *
 *     offset size name            (record)
 *     0      8    time stamp      seconds, fraction
 *     8      4    captured length
 *     12     4    original length
 *     16     ...  packet; in a modified file after 8 bytes more: interface, protocol, packet type
 */
export class PcapReader implements RecordReader {
  consumed = 0;
  offset = 0;
  length = 0;
  originalLength = 0;
  linkType = 0;
  readonly littleEndian: boolean;
  /** Bytes of a record before its packet; 0 before the file header is read. */
  recordHeaderBytes = 0;
  /** Nanoseconds of a unit of the time stamps' fraction. */
  #unitNs = 1n;

  constructor(littleEndian: boolean) {
    this.littleEndian = littleEndian;
  }

  next(view: DataView, at: number, end: number, fileOffset: number): number {
    const headerBytes = this.recordHeaderBytes;
    if (headerBytes === 0) return this.#readHeader(view, at, end);
    if (end - at < headerBytes) return READ_MORE;
    const length = view.getUint32(at + 8, this.littleEndian);
    if (length === 0 && beginsFile(view, at)) {
      const found = 'the header of another pcap file (join such files with mergecap)';
      throw new MalformedInputError('pcap record', fileOffset, 'a packet', found);
    }
    if (length > MAX_RECORD_BYTES - headerBytes) {
      throw new MalformedInputError('pcap record', fileOffset, 'a captured length below 1 MiB', `${length}`);
    }
    if (end - at - headerBytes < length) return READ_MORE;
    this.offset = at + headerBytes;
    this.length = length;
    this.originalLength = Math.max(length, view.getUint32(at + 12, this.littleEndian));
    this.consumed = headerBytes + length;
    return READ_PACKET;
  }

  timestampNs(view: DataView): bigint {
    const at = this.offset - this.recordHeaderBytes;
    const seconds = BigInt(view.getUint32(at, this.littleEndian));
    return seconds * NANOSECONDS + BigInt(view.getUint32(at + 4, this.littleEndian)) * this.#unitNs;
  }

  #readHeader(view: DataView, at: number, end: number): number {
    if (end - at < FILE_HEADER_BYTES) return READ_MORE;
    const major = view.getUint16(at + 4, this.littleEndian);
    if (major !== MAJOR_VERSION)
      throw new MalformedInputError('pcap file header', 4, 'version 2', `version ${major}`);
    this.linkType = pcapLinkType(view, at, this.littleEndian);
    this.consumed = FILE_HEADER_BYTES;
    const magic = view.getUint32(at, this.littleEndian);
    const modified = magic === PCAP_MAGIC_MODIFIED;
    this.#unitNs = magic === PCAP_MAGIC_NANOSECONDS ? 1n : 1000n;
    this.recordHeaderBytes = modified ? MODIFIED_HEADER_BYTES : RECORD_HEADER_BYTES;
    return READ_OTHER;
  }
}

/**
 * Whether a file header is in the place of a record header: magic, version 2.4, and zone and accuracy 0 in the place of the
 * captured and the original length.
 */
function beginsFile(view: DataView, at: number): boolean {
  const order = pcapByteOrder(view, at);
  if (order === undefined) return false;
  const little = order === 'little';
  return (
    view.getUint16(at + 4, little) === MAJOR_VERSION &&
    view.getUint16(at + 6, little) === MINOR_VERSION &&
    view.getUint32(at + 12) === 0
  );
}
