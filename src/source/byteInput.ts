import { open } from 'node:fs/promises';
import { errnoOf, InputError, messageOf } from '../errors.js';

/** A stream of bytes to read a recording from. */
export interface ByteInput {
  /** For errors: the path, or `standard input`. */
  readonly name: string;
  /** Reads some bytes into `target` from `offset` on; how many, 0 at the end. */
  read(target: Uint8Array, offset: number): Promise<number>;
  close(): Promise<void>;
}

/** Opens a file to read; `-` is standard input. @throws InputError */
export async function openByteInput(path: string): Promise<ByteInput> {
  if (path === '-') return standardInput();
  try {
    const file = await open(path, 'r');
    if ((await file.stat()).isDirectory()) {
      await file.close();
      throw new Error('it is a directory');
    }
    return {
      name: path,
      read: async (target, offset) => {
        try {
          return (await file.read(target, offset, target.length - offset, null)).bytesRead;
        } catch (error) {
          throw new InputError(`cannot read ${path}: ${messageOf(error)}`, path, { cause: error });
        }
      },
      close: () => file.close(),
    };
  } catch (error) {
    const what = errnoOf(error) === 2 ? 'no such file' : messageOf(error);
    throw new InputError(`cannot open ${path}: ${what}`, path, { cause: error });
  }
}

/** Standard input as Node reads it, whose end or interruption never leaves a blocked thread behind. */
function standardInput(): ByteInput {
  const name = 'standard input';
  if (process.stdin.isTTY) {
    throw new InputError('cannot read a recording from a terminal (name a file, or pipe one in)', name);
  }
  const chunks: AsyncIterator<Uint8Array> = process.stdin[Symbol.asyncIterator]();
  let chunk: Uint8Array = new Uint8Array(0);
  let closed = false;
  return {
    name,
    read: async (target, offset) => {
      if (chunk.length === 0) {
        try {
          const next = await chunks.next();
          if (next.done) return 0;
          chunk = next.value;
        } catch (error) {
          if (closed) return 0; // The iterator calls our own close() premature.
          throw new InputError(`cannot read ${name}: ${messageOf(error)}`, name, { cause: error });
        }
      }
      const part = chunk.subarray(0, target.length - offset);
      target.set(part, offset);
      chunk = chunk.subarray(part.length);
      return part.length;
    },
    close: () => {
      closed = true;
      process.stdin.destroy();
      return Promise.resolve();
    },
  };
}
