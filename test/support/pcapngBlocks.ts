import { option } from './captureFiles.js';

/** A block of a little-endian pcapng file: type and body, without the lengths. */
export interface Block {
  readonly type: number;
  readonly body: Buffer;
}

export const SECTION_HEADER = 0x0a0d0d0a;
export const INTERFACE_DESCRIPTION = 1;
export const OBSOLETE_PACKET = 2;
export const SIMPLE_PACKET = 3;
export const INTERFACE_STATISTICS = 5;
export const ENHANCED_PACKET = 6;

/** Splits a little-endian file into its blocks. */
export function blocksOf(file: Uint8Array): Block[] {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  const blocks: Block[] = [];
  for (let at = 0; at < bytes.length;) {
    const total = bytes.readUInt32LE(at + 4);
    blocks.push({ type: bytes.readUInt32LE(at), body: bytes.subarray(at + 8, at + total - 4) });
    at += total;
  }
  return blocks;
}

/** Joins blocks to a file. */
export function joinBlocks(blocks: readonly Block[]): Buffer {
  return Buffer.concat(
    blocks.flatMap(({ type, body }) => {
      const [head, tail] = [Buffer.alloc(8), Buffer.alloc(4)];
      head.writeUInt32LE(type, 0);
      head.writeUInt32LE(body.length + 12, 4);
      tail.writeUInt32LE(body.length + 12);
      return [head, body, tail];
    }),
  );
}

/** The file with each block of one type replaced by other blocks. */
export function replaceBlocks(
  file: Uint8Array,
  type: number,
  replace: (body: Buffer, place: number) => Block | readonly Block[],
): Buffer {
  let place = 0;
  return joinBlocks(
    blocksOf(file).flatMap((one) => (one.type === type ? replace(Buffer.from(one.body), place++) : one)),
  );
}

/** Offset of the options in a block's body. */
function optionsStart({ type, body }: Block): number {
  if (type === SECTION_HEADER) return 16;
  if (type === INTERFACE_DESCRIPTION) return 8;
  if (type === INTERFACE_STATISTICS) return 12;
  return 20 + Math.ceil(body.readUInt32LE(12) / 4) * 4;
}

/** The block with one more option, before its other options. */
export function withOption(block: Block, code: number, value: Uint8Array): Block {
  const start = optionsStart(block);
  const { type, body } = block;
  return {
    type,
    body: Buffer.concat([body.subarray(0, start), option(code, value, true), body.subarray(start)]),
  };
}

/** The body of an enhanced packet block with the time stamp that `edit` returns. */
export function withTimestamp(body: Buffer, edit: (timestamp: bigint) => bigint): Buffer {
  const edited = Buffer.from(body);
  const timestamp = edit((BigInt(body.readUInt32LE(4)) << 32n) | BigInt(body.readUInt32LE(8)));
  edited.writeUInt32LE(Number(timestamp >> 32n), 4);
  edited.writeUInt32LE(Number(timestamp & 0xffffffffn), 8);
  return edited;
}
