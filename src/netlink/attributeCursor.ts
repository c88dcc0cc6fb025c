import { align4, latin1 } from '../bytes.js';
import { NLA_HDRLEN, NLA_TYPE_MASK } from './constants.js';

/**
 * Walks the attributes of a message, or of a nest, without allocating. A decoder is one loop over `next()` with a
 * flat `switch` on `type`, and one look at `failed` at its end: an attribute that is too long, or whose value has
 * not the size that a reader asks for, sets `failed` and stays that way until `reset`.
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
  /** First byte of its value. */
  offset = 0;
  /** Length of its value in bytes. */
  length = 0;
  failed = false;
  #view: DataView = new DataView(new ArrayBuffer(0));
  #at = 0;
  #end = 0;
  #littleEndian = true;

  /** Starts at the attribute at `start`; nothing at or behind `end` is read. */
  reset(view: DataView, start: number, end: number, littleEndian: boolean): void {
    this.#view = view;
    this.#at = start;
    this.#end = Math.min(end, view.byteLength);
    this.#littleEndian = littleEndian;
    this.failed = false;
  }

  /** Goes to the next attribute; false at the end or after a failure. Fewer than 4 bytes at the end are padding. */
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
   * After `next()` failed: how many bytes there are of an attribute that goes on behind the end; -1 when the
   * failure was another one.
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

  /** Low 32 bits of a 64-bit value; attributes of 64 bits are aligned only to 4. */
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

  /** Length of the value as a string: up to its first NUL, or all of it. */
  stringLength(): number {
    for (let i = 0; i < this.length; i++) if (this.#view.getUint8(this.offset + i) === 0) return i;
    return this.length;
  }

  /** The value as text up to its first NUL (allocates). */
  text(): string {
    return latin1(this.bytes(), 0, this.stringLength());
  }

  /** The value's bytes: a view of the message. */
  bytes(): Uint8Array {
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + this.offset, this.length);
  }

  /** A cursor over the attributes inside this one (allocates). */
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
