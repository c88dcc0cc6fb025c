/** Whether this host is little-endian: the byte order of netlink messages and of the files that we write. */
export const HOST_LITTLE_ENDIAN: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** A DataView of the same memory. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** `value` rounded up to a multiple of 4: also above 2^31, where `& ~3` would make a length negative. */
export function align4(value: number): number {
  return value + (-value & 3);
}

/** Bytes as text, a character a byte: what the kernel calls a string has no encoding. */
export function latin1(bytes: Uint8Array, offset: number, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + offset, length).toString('latin1');
}

/** Lower-case hex digits of `length` bytes from `offset`. */
export function hex(bytes: Uint8Array, offset: number, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + offset, length).toString('hex');
}

/** Big-endian 16 bits at `offset`, where a missing byte counts as 0. */
export function be16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

/** Big-endian 32 bits, unsigned, at `offset`, where a missing byte counts as 0. */
export function be32(bytes: Uint8Array, offset: number): number {
  return be16(bytes, offset) * 0x10000 + be16(bytes, offset + 2);
}

/** 16 bits at `offset`; the caller checked the end. */
export function u16(bytes: Uint8Array, offset: number, littleEndian: boolean): number {
  const [first, second] = [bytes[offset]!, bytes[offset + 1]!];
  return littleEndian ? first | (second << 8) : (first << 8) | second;
}

/** 32 bits, unsigned, at `offset`; the caller checked the end. */
export function u32(bytes: Uint8Array, offset: number, littleEndian: boolean): number {
  const [first, second] = [u16(bytes, offset, littleEndian), u16(bytes, offset + 2, littleEndian)];
  return littleEndian ? first + second * 0x10000 : first * 0x10000 + second;
}

/** Payloads below this many bytes are copied faster by a loop than by a call to `set`. */
const LOOP_COPY_BYTES = 64;

/** Copies `length` bytes of `source` from `sourceOffset` to `target` at `targetOffset`. The caller checked both ends. */
export function copyBytes(
  source: Uint8Array,
  sourceOffset: number,
  length: number,
  target: Uint8Array,
  targetOffset: number,
): void {
  if (length < LOOP_COPY_BYTES) {
    for (let i = 0; i < length; i++) target[targetOffset + i] = source[sourceOffset + i]!;
  } else {
    target.set(source.subarray(sourceOffset, sourceOffset + length), targetOffset);
  }
}
