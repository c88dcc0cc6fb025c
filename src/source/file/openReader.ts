import { u32, viewOf } from '../../bytes.js';
import { InputError } from '../../errors.js';
import { pcapByteOrder, pcapLinkType, PcapReader } from '../../pcap/reader.js';
import { MAX_RECORD_BYTES, type RecordReader } from '../../pcap/recordReader.js';
import { BLOCK_SECTION_HEADER } from '../../pcapng/constants.js';
import { checkSectionStart, PcapngReader, type SectionListener } from '../../pcapng/reader.js';
import { mayHoldNetlink } from './netlinkRecord.js';

/**
 * Length of a pcap file header. A pcapng section header is longer, so every capture file has at least so many bytes.
 */
const HEADER_BYTES = 24;

/**
 * Number of bytes that must be read before `openReader` is called: the file's header, in pcapng the section header.
 * @param start the bytes read so far.
 * @throws MalformedInputError when the file is pcapng of an unknown version or byte order.
 */
export function startBytes(start: Uint8Array): number {
  if (start.length < HEADER_BYTES || u32(start, 0, true) !== BLOCK_SECTION_HEADER) return HEADER_BYTES;
  const total = u32(start, 4, checkSectionStart(viewOf(start), 0, 0));
  return total > MAX_RECORD_BYTES ? HEADER_BYTES : Math.max(total, HEADER_BYTES);
}

/**
 * Chooses the reader for a file.
 * @param start the file's first bytes: as many as `startBytes` says, or fewer if the file is shorter.
 * @param listener is told of the blocks of a pcapng file that are not packets.
 * @throws InputError when the file is not pcap or pcapng, or is a pcap file without netlink messages;
 * MalformedInputError when it is pcapng of an unknown version or byte order.
 */
export function openReader(start: Uint8Array, name: string, listener: SectionListener): RecordReader {
  if (start.length === 0) throw new InputError(`${name} is empty: it is not a capture file`, name);
  if (start.length >= HEADER_BYTES) {
    if (u32(start, 0, true) === BLOCK_SECTION_HEADER) {
      return new PcapngReader(listener);
    }
    const order = pcapByteOrder(viewOf(start), 0);
    if (order !== undefined) {
      const littleEndian = order === 'little';
      // Classic pcap has no comments: only the kernel's own messages can hold a drop's metadata.
      if (!mayHoldNetlink(pcapLinkType(viewOf(start), 0, littleEndian))) throw noDrops(name);
      return new PcapReader(littleEndian);
    }
  }
  throw new InputError(`${name} is not a pcap or pcapng file`, name);
}

/** The error for a capture file without drops: its packets have neither dropcap's comment nor an alert. */
export function noDrops(name: string): InputError {
  const text =
    `${name} holds no drops: neither packets with dropcap's comment nor netlink messages ` +
    '(record these with link type NETLINK: tcpdump -i nlmon0, or dwdump)';
  return new InputError(text, name);
}
