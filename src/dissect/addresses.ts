import { be16 } from '../bytes.js';
import type { AsciiWriter } from './asciiWriter.js';

/** Writes `10.0.0.1`. */
export function writeIpv4(line: AsciiWriter, bytes: Uint8Array, at: number): void {
  line.number(bytes[at]!);
  for (let i = 1; i < 4; i++) line.text('.').number(bytes[at + i]!);
}

/** Writes `fd00::1`: the longest run of zero groups becomes `::`, the first run when several are equal (RFC 5952). */
export function writeIpv6(line: AsciiWriter, bytes: Uint8Array, at: number): void {
  let [runStart, runLength] = [8, 1];
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && be16(bytes, at + 2 * (i + length)) === 0) length++;
    if (length > runLength) [runStart, runLength] = [i, length];
  }
  for (let i = 0; i < 8; i++) {
    if (i === runStart) {
      line.text('::');
      i += runLength - 1;
    } else {
      if (i > 0 && i !== runStart + runLength) line.text(':');
      line.hex(be16(bytes, at + 2 * i));
    }
  }
}

/** Writes `02:00:00:00:00:01`, of six bytes that are there. */
export function writeMac(line: AsciiWriter, bytes: Uint8Array, at: number): void {
  line.hex(bytes[at]!, 2);
  for (let i = 1; i < 6; i++) line.text(':').hex(bytes[at + i]!, 2);
}
