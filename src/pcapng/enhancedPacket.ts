import { align4 } from '../bytes.js';
import { BLOCK_ENHANCED_PACKET } from './constants.js';

/** Bytes of an enhanced packet block before its packet. */
export const EPB_HEADER_BYTES = 28;
const TRAILER_BYTES = 4;

/** Total length of an enhanced packet block. `optionBytes` must be a multiple of 4, opt_endofopt included. */
export function enhancedPacketBytes(capturedLength: number, optionBytes: number): number {
  return EPB_HEADER_BYTES + align4(capturedLength) + optionBytes + TRAILER_BYTES;
}

/**
 * Writes an enhanced packet block, little-endian, except the packet's bytes and the options. The caller must write the
 * packet at `at + EPB_HEADER_BYTES`, and the options at the returned offset. The caller made room for
 * `enhancedPacketBytes(capturedLength, optionBytes)` bytes.
 *
 *     offset size name
 *     0      4    block type         6
 *     4      4    total length
 *     8      4    interface id
 *     12     4    time stamp, high 32 bits    in the unit of the interface
 *     16     4    time stamp, low 32 bits
 *     20     4    captured length
 *     24     4    original length    not below the captured length
 *     28     ...  packet             padded with zeros to 4
 *     ...    ...  options
 *     ...    4    total length again
 *
 * @returns the offset of the options.
 */
export function writeEnhancedPacketFrame(
  view: DataView,
  at: number,
  interfaceId: number,
  timestampHigh: number,
  timestampLow: number,
  capturedLength: number,
  originalLength: number,
  optionBytes: number,
): number {
  const total = enhancedPacketBytes(capturedLength, optionBytes);
  const packetEnd = at + EPB_HEADER_BYTES + capturedLength;
  const options = at + EPB_HEADER_BYTES + align4(capturedLength);
  view.setUint32(at, BLOCK_ENHANCED_PACKET, true);
  view.setUint32(at + 4, total, true);
  view.setUint32(at + 8, interfaceId, true);
  view.setUint32(at + 12, timestampHigh, true);
  view.setUint32(at + 16, timestampLow, true);
  view.setUint32(at + 20, capturedLength, true);
  view.setUint32(at + 24, Math.max(originalLength, capturedLength), true);
  for (let i = packetEnd; i < options; i++) view.setUint8(i, 0);
  view.setUint32(at + total - TRAILER_BYTES, total, true);
  return options;
}
