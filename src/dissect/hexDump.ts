import type { AsciiWriter } from './asciiWriter.js';

const BYTES_PER_ROW = 16;
/** Bytes of a row at most: a tab, the offset (up to ten characters), three characters a byte, the ASCII characters. */
const ROW_BYTES = 24 + 4 * BYTES_PER_ROW;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const TAB = 0x09;
const SPACE = 0x20;

/** A form of a packet's bytes: as tcpdump's -x, -X and -A print them, or single bytes in hex and ASCII (-v). */
export type DumpForm = 'hex' | 'hexAscii' | 'ascii' | 'bytes';

/** Upper limit of the bytes that `writeDump` writes for a packet of this length. */
export function dumpBytes(length: number): number {
  return Math.ceil(length / BYTES_PER_ROW) * ROW_BYTES;
}

/**
 * Writes a packet's bytes as lines of text. Writes nothing for a packet without bytes. All characters are printable
 * ASCII, tabs and newlines.
 * @param text has room for `dumpBytes(packet.length)`.
 */
export function writeDump(text: AsciiWriter, packet: Uint8Array, form: DumpForm): void {
  if (form === 'ascii') {
    writeAscii(text, packet);
    return;
  }
  for (let row = 0; row < packet.length; row += BYTES_PER_ROW) {
    text.text('\t0x').hex(row, 4).text(': ');
    const end = Math.min(row + BYTES_PER_ROW, packet.length);
    if (form === 'bytes') writeBytes(text.text(' '), packet, row, end);
    else writePairs(text, packet, row, end, form === 'hexAscii');
    text.text('\n');
  }
}

function writeBytes(text: AsciiWriter, packet: Uint8Array, row: number, end: number): void {
  for (let i = row; i < row + BYTES_PER_ROW; i++) {
    if (i < end) text.hex(packet[i]!, 2).text(' ');
    else text.text('   ');
  }
  text.text(' ');
  for (let i = row; i < end; i++) text.printable(packet[i]!, SPACE);
}

function writePairs(text: AsciiWriter, packet: Uint8Array, row: number, end: number, ascii: boolean): void {
  for (let i = row; i < end; i += 2) {
    text.text(' ').hex(packet[i]!, 2);
    if (i + 1 < end) text.hex(packet[i + 1]!, 2);
  }
  if (!ascii) return;
  for (let i = end; i < row + BYTES_PER_ROW; i++) text.text(i % 2 === 0 ? '   ' : '  ');
  text.text('  ');
  for (let i = row; i < end; i++) text.printable(packet[i]!, SPACE + 1);
}

/** A return before a newline is left out: it belongs to the end of the line. */
function writeAscii(text: AsciiWriter, packet: Uint8Array): void {
  for (let i = 0; i < packet.length; i++) {
    const byte = packet[i]!;
    if (byte === NEWLINE) text.text('\n');
    else if (byte === TAB) text.text('\t');
    else if (byte !== RETURN || packet[i + 1] !== NEWLINE) text.printable(byte, SPACE);
  }
  if (packet.length > 0) text.text('\n');
}
