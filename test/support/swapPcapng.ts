/** Layout of a block's body: the sizes of its fixed fields in bytes, then a packet or options. */
interface Layout {
  readonly fields: readonly number[];
  /** Index of the fixed field that holds the length of the packet after the fields. */
  readonly packetLength?: number;
  /** Codes of options whose values are numbers, and of options that are time stamps: two words of 32 bits. */
  readonly numbers?: ReadonlySet<number>;
  readonly timestamps?: ReadonlySet<number>;
}

const LAYOUTS: ReadonlyMap<number, Layout> = new Map([
  [0x0a0d0d0a, { fields: [4, 2, 2, 8] }],
  [1, { fields: [2, 2, 4], numbers: new Set([8, 14]) }],
  [5, { fields: [4, 4, 4], numbers: new Set([4, 5, 6, 7, 8]), timestamps: new Set([2, 3]) }],
  [6, { fields: [4, 4, 4, 4, 4], packetLength: 3, numbers: new Set([2]) }],
]);

/** Converts a little-endian pcapng file to big-endian. Knows only the blocks that dropcap writes. */
export function swapPcapng(file: Uint8Array): Buffer {
  const bytes = Buffer.from(file);
  for (let at = 0; at < bytes.length;) {
    const total = bytes.readUInt32LE(at + 4);
    const layout = LAYOUTS.get(bytes.readUInt32LE(at));
    if (!layout) throw new Error(`a block of another type at ${at}`);
    swapBody(bytes, at + 8, at + total - 4, layout);
    swap(bytes, at, 4);
    swap(bytes, at + 4, 4);
    swap(bytes, at + total - 4, 4);
    at += total;
  }
  return bytes;
}

function swapBody(bytes: Buffer, start: number, end: number, layout: Layout): void {
  const { fields, packetLength, numbers, timestamps } = layout;
  let at = start;
  let packet = 0;
  for (const [i, size] of fields.entries()) {
    if (i === packetLength) packet = bytes.readUInt32LE(at);
    swap(bytes, at, size);
    at += size;
  }
  at += Math.ceil(packet / 4) * 4;
  while (end - at >= 4) {
    const [code, length] = [bytes.readUInt16LE(at), bytes.readUInt16LE(at + 2)];
    swap(bytes, at, 2);
    swap(bytes, at + 2, 2);
    if (numbers?.has(code)) swap(bytes, at + 4, length);
    if (timestamps?.has(code)) for (const word of [4, 8]) swap(bytes, at + word, 4);
    at += 4 + Math.ceil(length / 4) * 4;
  }
}

function swap(bytes: Buffer, at: number, size: number): void {
  bytes.subarray(at, at + size).reverse();
}
