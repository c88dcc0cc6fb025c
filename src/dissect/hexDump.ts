import type { AsciiWriter } from './asciiWriter.js';

const BYTES_PER_ROW = 16;
/** Bytes of a row at most: a tab, the offset (up to ten characters), three characters a byte, the ASCII characters. */
const ROW_BYTES = 16 + 4 * BYTES_PER_ROW;

/** Upper limit of the bytes that `writeHexDump` writes for a packet of this length. */
export function hexDumpBytes(length: number): number {
  return Math.ceil(length / BYTES_PER_ROW) * ROW_BYTES;
}

/**
 * Writes a packet's bytes in hex and ASCII, 16 bytes a row.
 * @param text has room for `hexDumpBytes(packet.length)`.
 */
export function writeHexDump(text: AsciiWriter, packet: Uint8Array): void {
  for (let row = 0; row < packet.length; row += BYTES_PER_ROW) {
    text.text('\t0x').hex(row, 4).text(':  ');
    for (let i = row; i < row + BYTES_PER_ROW; i++) {
      if (i < packet.length) text.hex(packet[i]!, 2).text(' ');
      else text.text('   ');
    }
    text.text(' ');
    for (let i = row; i < Math.min(row + BYTES_PER_ROW, packet.length); i++) text.printable(packet[i]!);
    text.text('\n');
  }
}
