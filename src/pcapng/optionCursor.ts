import { align4 } from '../bytes.js';
import { OPT_ENDOFOPT } from './constants.js';

const OPTION_HEADER_BYTES = 4;
/** The fault of a block whose options end after it, for people. */
export const OPTIONS_OVERRUN = 'options longer than the block';

/**
 * Walks the options of a block. The layout is in optionWriter.ts. Ends at opt_endofopt, at the block's end, and at an
 * option that ends after the block. Allocates nothing: reuse one cursor for all blocks.
 */
export class OptionCursor {
  code = 0;
  /** Offset of the value in the buffer, and its length without padding. */
  offset = 0;
  length = 0;
  /** After the last option: whether the list ended at an option, or at a part of one, that ends after the block. */
  overrun = false;
  #view: DataView = new DataView(new ArrayBuffer(0));
  #next = 0;
  #end = 0;
  #littleEndian = true;

  /** Starts at the options from `start` to `end`, both offsets in `view`. */
  reset(view: DataView, start: number, end: number, littleEndian: boolean): void {
    this.#view = view;
    this.#next = start;
    this.#end = end;
    this.#littleEndian = littleEndian;
    this.overrun = false;
  }

  /** Goes to the next option; false when there is none. */
  next(): boolean {
    const at = this.#next;
    if (this.#end - at < OPTION_HEADER_BYTES) {
      this.overrun = at < this.#end;
      return false;
    }
    const code = this.#view.getUint16(at, this.#littleEndian);
    const length = this.#view.getUint16(at + 2, this.#littleEndian);
    const offset = at + OPTION_HEADER_BYTES;
    if (code === OPT_ENDOFOPT) return false;
    if (length > this.#end - offset) {
      this.overrun = true;
      return false;
    }
    this.code = code;
    this.offset = offset;
    this.length = length;
    this.#next = offset + align4(length);
    return true;
  }

  /** The value as text (UTF-8, up to a NUL). Decodes at most its first `maxBytes` bytes. */
  text(maxBytes: number): string {
    const { buffer, byteOffset } = this.#view;
    const bytes = Buffer.from(buffer, byteOffset + this.offset, Math.min(this.length, maxBytes));
    const nul = bytes.indexOf(0);
    return bytes.toString('utf8', 0, nul < 0 ? bytes.length : nul);
  }

  /** The value as an unsigned number of 64 bits; 0 unless the value has 8 bytes. */
  u64(): bigint {
    return this.length === 8 ? this.#view.getBigUint64(this.offset, this.#littleEndian) : 0n;
  }

  /** The value's bytes, copied. */
  bytes(): Uint8Array {
    const { buffer, byteOffset } = this.#view;
    return new Uint8Array(buffer, byteOffset + this.offset, this.length).slice();
  }

  /** The value's first byte; 0 when the value is empty. */
  u8(): number {
    return this.length > 0 ? this.#view.getUint8(this.offset) : 0;
  }
}
