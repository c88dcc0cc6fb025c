import { u32, viewOf } from '../../bytes.js';
import { InputError } from '../../errors.js';
import { LINKTYPE_NETLINK } from '../../linktype/constants.js';
import {
  PCAP_MAGIC_MICROSECONDS,
  PCAP_MAGIC_NANOSECONDS,
  pcapLinkType,
  PcapReader,
} from '../../pcap/reader.js';
import type { RecordReader } from '../../pcap/recordReader.js';
import { BLOCK_SECTION_HEADER } from '../../pcapng/constants.js';
import { PcapngReader, type ReadLosses } from '../../pcapng/reader.js';

/** A pcap file header: the shorter of the two things that a capture file begins with. */
export const HEADER_BYTES = 24;

/** The reader for a file that begins with these bytes. @throws InputError when there is none */
export function openReader(
  start: Uint8Array,
  name: string,
  onLosses: (losses: ReadLosses) => void,
): RecordReader {
  if (start.length === 0) throw new InputError(`${name} is empty: it is no capture file`, name);
  if (start.length >= HEADER_BYTES) {
    if (u32(start, 0, true) === BLOCK_SECTION_HEADER) return new PcapngReader(onLosses);
    for (const littleEndian of [true, false]) {
      const magic = u32(start, 0, littleEndian);
      if (magic !== PCAP_MAGIC_MICROSECONDS && magic !== PCAP_MAGIC_NANOSECONDS) continue;
      // Classic pcap has no place for a drop's metadata but the kernel's own messages.
      if (pcapLinkType(viewOf(start), 0, littleEndian) !== LINKTYPE_NETLINK) throw noDrops(name);
      return new PcapReader(littleEndian);
    }
  }
  throw new InputError(`${name} is no pcap or pcapng file`, name);
}

/** The error for a capture file whose packets nothing shows to be drops. */
export function noDrops(name: string): InputError {
  const text =
    `${name} holds no drops: neither packets with dropcap's comment nor netlink messages ` +
    '(record these with link type NETLINK: tcpdump -i nlmon0, or dwdump)';
  return new InputError(text, name);
}
