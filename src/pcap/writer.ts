import { viewOf } from '../bytes.js';
import { PCAP_MAGIC_MICROSECONDS, PCAP_MAGIC_NANOSECONDS } from './reader.js';
import type { TimePrecision } from './timePrecision.js';

const FILE_HEADER_BYTES = 24;
export const PCAP_RECORD_HEADER_BYTES = 16;
/**
 * Longest packet that readers take, in pcap and pcapng: MAXIMUM_SNAPLEN of libpcap, WTAP_MAX_PACKET_SIZE_STANDARD of
 * Wireshark. They refuse the rest of a file after a longer packet.
 */
export const MAX_PACKET_BYTES = 262_144;

/**
 * Builds a pcap file header, little-endian, for time stamps of this precision. The layout is in reader.ts.
 * @param snapLength most bytes of a packet.
 */
export function buildPcapHeader(linkType: number, precision: TimePrecision, snapLength: number): Uint8Array {
  const header = new Uint8Array(FILE_HEADER_BYTES);
  const view = viewOf(header);
  view.setUint32(0, precision === 'nano' ? PCAP_MAGIC_NANOSECONDS : PCAP_MAGIC_MICROSECONDS, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, snapLength, true);
  view.setUint32(20, linkType, true);
  return header;
}

/**
 * Writes the header of a record, little-endian, at `at`. The caller made room for its 16 bytes.
 * @param fraction of the second, in the unit of the file's precision.
 */
export function writePcapRecordHeader(
  view: DataView,
  at: number,
  seconds: number,
  fraction: number,
  capturedLength: number,
  originalLength: number,
): void {
  view.setUint32(at, seconds, true);
  view.setUint32(at + 4, fraction, true);
  view.setUint32(at + 8, capturedLength, true);
  view.setUint32(at + 12, originalLength, true);
}
