import { putDigits, putNumber } from '../asciiDigits.js';

const DELETE = 0x7f;
const POINT = 0x2e;
/** Digits and lower-case letters. */
const HEX = Buffer.from('0123456789abcdef');

/**
 * Appends ASCII text to memory of the caller, without making strings. The caller must make room for all bytes: a byte
 * after the memory's end is lost.
 */
export class AsciiWriter {
  #bytes: Uint8Array = new Uint8Array(0);
  /** Offset of the next byte. */
  at = 0;

  /** Starts to write into `bytes` from `at` on. The memory belongs to the caller. */
  begin(bytes: Uint8Array, at: number): void {
    this.#bytes = bytes;
    this.at = at;
  }

  /** A text of ASCII characters. */
  text(text: string): this {
    const bytes = this.#bytes;
    const { at } = this;
    for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
    this.at = at + text.length;
    return this;
  }

  /** A whole number, not negative, in decimal digits. */
  number(value: number): this {
    this.at = putNumber(this.#bytes, this.at, value);
    return this;
  }

  /** The last `digits` decimal digits of a whole number from 0 to 2^31 - 1. */
  digits(value: number, digits: number): this {
    this.at = putDigits(this.#bytes, this.at, value, digits);
    return this;
  }

  /** An unsigned number of up to 32 bits in hex digits: at least `least` digits. */
  hex(value: number, least = 1): this {
    let digits = least;
    while (digits < 8 && value >>> (4 * digits) !== 0) digits++;
    const bytes = this.#bytes;
    let { at } = this;
    for (let shift = 4 * (digits - 1); shift >= 0; shift -= 4) bytes[at++] = HEX[(value >>> shift) & 0xf]!;
    this.at = at;
    return this;
  }

  /** A byte as an ASCII character; a point for bytes below `least` and for bytes that are not printable. */
  printable(byte: number, least: number): this {
    this.#bytes[this.at++] = byte >= least && byte < DELETE ? byte : POINT;
    return this;
  }
}
