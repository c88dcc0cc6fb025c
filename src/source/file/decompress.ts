import type { ByteInput } from './byteInput.js';
import { FollowInput } from './followInput.js';
import type { ToolUser } from './toolInput.js';

/** Most bytes of the numbers that compressed files begin with. */
const MAGIC_BYTES = 6;
const GZIP_MAGIC = [0x1f, 0x8b];
/** Formats that a tool decompresses. The limit of xz is four times what `xz -9` needs. */
const TOOLS = [
  { magic: [0x28, 0xb5, 0x2f, 0xfd], tool: 'zstd', args: ['-dcq'] },
  {
    magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00],
    tool: 'xz',
    args: ['-dcq', '-T1', '--memlimit-decompress=256MiB'],
  },
  { magic: [0x04, 0x22, 0x4d, 0x18], tool: 'lz4', args: ['-dcq'] },
] as const;

/**
 * The decompressed bytes of an input that is compressed by gzip, zstd, xz or lz4. Other inputs stay as they are. Does
 * not judge by the name. A compressed file is not followed: it ends where the file ends.
 * @param input belongs to the new input, which closes it. If this function throws, the caller must close it.
 * @param user the user of a tool's process; by default that of this process.
 * @throws InputError when the input cannot be read, or the tool that decompresses it cannot be started. Reading throws
 * InputError at the damage in a compressed input, after all bytes before were read.
 */
export async function decompress(input: ByteInput, user?: ToolUser): Promise<ByteInput> {
  const start = new Uint8Array(MAGIC_BYTES);
  let length = 0;
  for (let got = -1; got !== 0 && length < MAGIC_BYTES; length += got) {
    got = await input.read(start, length);
  }
  const begins = (magic: readonly number[]) =>
    length >= magic.length && magic.every((byte, i) => start[i] === byte);
  const format = TOOLS.find(({ magic }) => begins(magic));
  if (!format && !begins(GZIP_MAGIC)) return withStart(start.subarray(0, length), input);
  const packed = withStart(start.subarray(0, length), input instanceof FollowInput ? input.file : input);
  // Loading zlib or child_process takes milliseconds, and is seldom needed.
  if (!format) return new (await import('./gzipInput.js')).GzipInput(packed);
  const { openToolInput } = await import('./toolInput.js');
  return openToolInput(packed, format.tool, format.args, user);
}

/** The input with bytes before it that were read already. */
function withStart(start: Uint8Array, input: ByteInput): ByteInput {
  let rest = start;
  return {
    name: input.name,
    size: input.size,
    growing: input.growing,
    read: async (target, offset) => {
      if (rest.length === 0) return input.read(target, offset);
      const part = rest.subarray(0, target.length - offset);
      target.set(part, offset);
      rest = rest.subarray(part.length);
      return part.length;
    },
    close: () => input.close(),
  };
}
