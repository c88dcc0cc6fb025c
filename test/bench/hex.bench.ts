import { bench, describe } from 'vitest';
import { viewOf } from '../../src/bytes.js';
import { putHex } from '../../src/asciiDigits.js';

const DIGITS = Buffer.from('0123456789abcdef');
const PACKETS = 1000;

/** Writes one digit at a time. */
function putDigitByDigit(bytes: Uint8Array, at: number, from: number, length: number): void {
  let end = at;
  for (let i = 0; i < length; i++) {
    const byte = bytes[from + i]!;
    bytes[end++] = DIGITS[byte >> 4]!;
    bytes[end++] = DIGITS[byte & 15]!;
  }
}

/** Writes the packets of a thousand lines of JSON. Each packet's bytes are after the room for its digits. */
describe.each([64, 128, 1500])('hex of packets of %i bytes', (length) => {
  const bytes = Buffer.alloc(PACKETS * 3 * length, 'a packet');
  const view = viewOf(bytes);
  const each = (put: (at: number, from: number) => void) => () => {
    for (let i = 0; i < PACKETS; i++) put(3 * length * i, 3 * length * i + 2 * length);
  };
  bench(
    'putHex',
    each((at, from) => void putHex(bytes, view, at, from, length)),
  );
  bench(
    'digit by digit',
    each((at, from) => putDigitByDigit(bytes, at, from, length)),
  );
  bench(
    'toString and write',
    each((at, from) => void bytes.write(bytes.toString('hex', from, from + length), at, 'latin1')),
  );
});
