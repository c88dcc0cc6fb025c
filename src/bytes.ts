/** Whether this host is little-endian. Netlink messages from this host's kernel have its byte order. */
export const HOST_LITTLE_ENDIAN: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** A DataView of the same memory, not a copy. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** `value` rounded up to a multiple of 4. Works above 2^31 too, where `& ~3` would make a length negative. */
export function align4(value: number): number {
  return value + (-value & 3);
}

/** Bytes as text, one character for each byte: the kernel's strings have no encoding. */
export function latin1(bytes: Uint8Array, offset: number, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + offset, length).toString('latin1');
}

/** Lower-case hex digits of `length` bytes from `offset`. */
export function hex(bytes: Uint8Array, offset: number, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + offset, length).toString('hex');
}

/** 16 bits at `offset`, big-endian. A missing byte counts as 0. */
export function be16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

/** 32 bits at `offset`, unsigned, big-endian. A missing byte counts as 0. */
export function be32(bytes: Uint8Array, offset: number): number {
  return be16(bytes, offset) * 0x10000 + be16(bytes, offset + 2);
}

/** 16 bits at `offset`. The caller checked that both bytes exist. */
export function u16(bytes: Uint8Array, offset: number, littleEndian: boolean): number {
  const [first, second] = [bytes[offset]!, bytes[offset + 1]!];
  return littleEndian ? first | (second << 8) : (first << 8) | second;
}

/** 32 bits at `offset`, unsigned. The caller checked that all four bytes exist. */
export function u32(bytes: Uint8Array, offset: number, littleEndian: boolean): number {
  const [first, second] = [u16(bytes, offset, littleEndian), u16(bytes, offset + 2, littleEndian)];
  return littleEndian ? first + second * 0x10000 : first * 0x10000 + second;
}

/** A loop copies fewer bytes than this faster than a call of `set`. */
const LOOP_COPY_BYTES = 64;

/** Copies `length` bytes of `source` at `sourceOffset` to `target` at `targetOffset`. The caller checked both ranges. */
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
