import { align4, viewOf } from '../bytes.js';
import { UsageError } from '../errors.js';
import { OPT_ENDOFOPT } from './constants.js';

const MAX_OPTION_BYTES = 0xffff;
const OPTION_HEADER_BYTES = 4;
const MAX_U64 = 0xffff_ffff_ffff_ffffn;

/**
 * Builds the options of a block, little-endian, in the order of the calls.
 *
 *     offset size name
 *     0      2    code
 *     2      2    length     of the value, padding not included
 *     4      ...  value      padded with zeros to 4
 */
export class OptionWriter {
  readonly #parts: Uint8Array[] = [];

  /** Writes a text as UTF-8. Writes no option when the text is empty or undefined. */
  text(code: number, text: string | undefined): this {
    return text ? this.bytes(code, Buffer.from(text, 'utf8')) : this;
  }

  u8(code: number, value: number): this {
    return this.bytes(code, Uint8Array.of(value));
  }

  u32(code: number, value: number): this {
    const bytes = new Uint8Array(4);
    viewOf(bytes).setUint32(0, value, true);
    return this.bytes(code, bytes);
  }

  /** Writes a number of 64 bits. Writes the largest one in place of a larger number, which would wrap. */
  u64(code: number, value: bigint): this {
    const bytes = new Uint8Array(8);
    viewOf(bytes).setBigUint64(0, value > MAX_U64 ? MAX_U64 : value, true);
    return this.bytes(code, bytes);
  }

  /** Writes a time stamp: two 32-bit words. The high word comes first in both byte orders. */
  timestamp(code: number, value: bigint): this {
    const bytes = new Uint8Array(8);
    viewOf(bytes).setUint32(0, Number(value >> 32n), true);
    viewOf(bytes).setUint32(4, Number(value & 0xffffffffn), true);
    return this.bytes(code, bytes);
  }

  /** @throws UsageError when the value is longer than 65,535 bytes, the limit of the length field. */
  bytes(code: number, value: Uint8Array): this {
    if (value.length > MAX_OPTION_BYTES) {
      throw new UsageError(
        `pcapng option ${code} is ${value.length} bytes long (the most is ${MAX_OPTION_BYTES})`,
      );
    }
    const part = new Uint8Array(align4(OPTION_HEADER_BYTES + value.length));
    viewOf(part).setUint16(0, code, true);
    viewOf(part).setUint16(2, value.length, true);
    part.set(value, OPTION_HEADER_BYTES);
    this.#parts.push(part);
    return this;
  }

  /** The options, then opt_endofopt. Without options, no bytes. */
  finish(): Uint8Array {
    if (this.#parts.length === 0) return new Uint8Array(0);
    const end = new Uint8Array(OPTION_HEADER_BYTES);
    viewOf(end).setUint16(0, OPT_ENDOFOPT, true);
    return Buffer.concat([...this.#parts, end]);
  }
}
