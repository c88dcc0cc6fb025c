import { align4, latin1 } from '../bytes.js';
import { NLA_HDRLEN, NLA_TYPE_MASK } from './constants.js';

/**
 * Walks the attributes of a message, or of a nest, without allocating. A decoder is one loop over `next()` with a
 * flat `switch` on `type`, and checks `failed` once after the loop. Two things set `failed`: an attribute that ends
 * after the message, and a value whose size differs from the one read (`u32()` needs 4 bytes). Only `reset` clears
 * `failed`.
 *
 *     offset size name
 *     0      2    nla_len     header included, padding not
 *     2      2    nla_type    bit 15 nested, bit 14 network byte order, 14 bits of type
 *     4      ...  value       padded to 4
 *
 * Source: nla_ok(), nla_next() of include/net/netlink.h.
 */
export class AttributeCursor {
  /** Type of the current attribute without its two flag bits. */
  type = 0;
  /** Offset of the current attribute's value in the view. */
  offset = 0;
  /** Length of the current attribute's value in bytes. */
  length = 0;
  failed = false;
  #view: DataView = new DataView(new ArrayBuffer(0));
  #at = 0;
  #end = 0;
  #littleEndian = true;

  /** Starts at the attribute at `start`. Reads no byte at or after `end`. */
  reset(view: DataView, start: number, end: number, littleEndian: boolean): void {
    this.#view = view;
    this.#at = start;
    this.#end = Math.min(end, view.byteLength);
    this.#littleEndian = littleEndian;
    this.failed = false;
  }

  /** Goes to the next attribute. False at the end and after a failure. Fewer than 4 bytes at the end are padding. */
  next(): boolean {
    const at = this.#at;
    if (this.failed || this.#end - at < NLA_HDRLEN) return false;
    const length = this.#view.getUint16(at, this.#littleEndian);
    this.type = this.#view.getUint16(at + 2, this.#littleEndian) & NLA_TYPE_MASK;
    this.offset = at + NLA_HDRLEN;
    this.length = length - NLA_HDRLEN;
    if (length < NLA_HDRLEN || length > this.#end - at) {
      this.failed = true;
      return false;
    }
    this.#at = at + align4(length);
    return true;
  }

  /**
   * After `next()` failed because an attribute ends after the message: how many bytes of its value are in the
   * message. -1 for any other failure.
   */
  get cutLength(): number {
    const there = this.#end - this.offset;
    return this.failed && this.length >= 0 && there >= 0 && this.length > there ? there : -1;
  }

  u8(): number {
    return this.#has(1) ? this.#view.getUint8(this.offset) : 0;
  }

  u16(): number {
    return this.#has(2) ? this.#view.getUint16(this.offset, this.#littleEndian) : 0;
  }

  u32(): number {
    return this.#has(4) ? this.#view.getUint32(this.offset, this.#littleEndian) : 0;
  }

  /** Low 32 bits of a 64-bit value. The value may be aligned to 4 bytes only. */
  u64Low(): number {
    return this.#has(8)
      ? this.#view.getUint32(this.offset + (this.#littleEndian ? 0 : 4), this.#littleEndian)
      : 0;
  }

  /** High 32 bits of a 64-bit value. */
  u64High(): number {
    return this.#has(8)
      ? this.#view.getUint32(this.offset + (this.#littleEndian ? 4 : 0), this.#littleEndian)
      : 0;
  }

  u64(): bigint {
    return this.#has(8) ? this.#view.getBigUint64(this.offset, this.#littleEndian) : 0n;
  }

  /** Bytes of the value before its first NUL; the whole length without a NUL. */
  stringLength(): number {
    for (let i = 0; i < this.length; i++) if (this.#view.getUint8(this.offset + i) === 0) return i;
    return this.length;
  }

  /** The value as text up to its first NUL. Allocates. */
  text(): string {
    return latin1(this.bytes(), 0, this.stringLength());
  }

  /** The value's bytes, not copied: they share the message's memory. */
  bytes(): Uint8Array {
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + this.offset, this.length);
  }

  /** A cursor over the attributes inside the current one. Allocates. */
  nested(): AttributeCursor {
    const cursor = new AttributeCursor();
    cursor.reset(this.#view, this.offset, this.offset + this.length, this.#littleEndian);
    return cursor;
  }

  #has(size: number): boolean {
    if (this.length !== size) this.failed = true;
    return this.length === size;
  }
}
