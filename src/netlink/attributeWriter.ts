import { align4, HOST_LITTLE_ENDIAN, viewOf } from '../bytes.js';
import { UsageError } from '../errors.js';
import { NLA_F_NESTED, NLA_HDRLEN } from './constants.js';

/** Builds the attributes of a message, in the order of the calls. Numbers have this host's byte order by default. */
export class AttributeWriter {
  readonly #littleEndian: boolean;
  #parts: Uint8Array[] = [];

  constructor(littleEndian: boolean = HOST_LITTLE_ENDIAN) {
    this.#littleEndian = littleEndian;
  }

  u8(type: number, value: number): this {
    return this.bytes(type, Uint8Array.of(value));
  }

  u16(type: number, value: number): this {
    return this.#number(type, 2, (view) => view.setUint16(0, value, this.#littleEndian));
  }

  u32(type: number, value: number): this {
    return this.#number(type, 4, (view) => view.setUint32(0, value, this.#littleEndian));
  }

  u64(type: number, value: bigint): this {
    return this.#number(type, 8, (view) => view.setBigUint64(0, value, this.#littleEndian));
  }

  /** An attribute without a value (NLA_FLAG): present means yes. */
  flag(type: number): this {
    return this.bytes(type, new Uint8Array(0));
  }

  /** A NUL-terminated string (NLA_NUL_STRING). */
  string(type: number, text: string): this {
    return this.bytes(type, Buffer.from(`${text}\0`, 'latin1'));
  }

  /** A nest of the attributes that `fill` writes. */
  nest(type: number, fill: (inside: AttributeWriter) => void): this {
    const inside = new AttributeWriter(this.#littleEndian);
    fill(inside);
    return this.bytes(type | NLA_F_NESTED, inside.finish());
  }

  /** @throws UsageError when the value is longer than 65,531 bytes, the limit of nla_len. */
  bytes(type: number, value: Uint8Array): this {
    const length = NLA_HDRLEN + value.length;
    if (length > 0xffff)
      throw new UsageError(`a netlink attribute holds at most 65,531 bytes, not ${value.length}`);
    const part = new Uint8Array(align4(length));
    const view = viewOf(part);
    view.setUint16(0, length, this.#littleEndian);
    view.setUint16(2, type, this.#littleEndian);
    part.set(value, NLA_HDRLEN);
    this.#parts.push(part);
    return this;
  }

  /** All attributes written so far, each padded to 4 bytes. */
  finish(): Uint8Array {
    return Buffer.concat(this.#parts);
  }

  #number(type: number, size: number, set: (view: DataView) => void): this {
    const value = new Uint8Array(size);
    set(viewOf(value));
    return this.bytes(type, value);
  }
}
