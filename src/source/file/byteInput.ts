import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { describeFileError, InputError } from '../../errors.js';

/** Input of a recording's bytes. */
export interface ByteInput {
  /** Name for error texts: the path, or `standard input`. */
  readonly name: string;
  /**
   * Length of the whole input in bytes; undefined for an input whose length is not known: a pipe, a device, a file that
   * is followed.
   */
  readonly size: number | undefined;
  /** True for a file that is followed: its end may be inside a record. */
  readonly growing?: boolean | undefined;
  /**
   * Reads bytes into `target`, from `offset` up to the end of `target`.
   * @returns the number of bytes; 0 at the end of the input, and after `close`. @throws InputError
   */
  read(target: Uint8Array, offset: number): Promise<number>;
  /** Closes the input, and ends a read that is waiting. May be called twice. */
  close(): Promise<void>;
}

/** The bytes of an open file, which the input closes. */
export function fileInput(name: string, file: FileHandle, size: number | undefined): ByteInput {
  let closed = false;
  return {
    name,
    size,
    read: async (bytes, offset) => {
      if (closed) return 0;
      try {
        return (await file.read(bytes, offset, bytes.length - offset, null)).bytesRead;
      } catch (error) {
        throw new InputError(`cannot read ${name}: ${describeFileError(error)}`, name, { cause: error });
      }
    },
    close: async () => {
      closed = true;
      await file.close();
    },
  };
}

/** The bytes of a stream, which the input destroys when it is closed. */
export function streamInput(name: string, stream: Readable): ByteInput {
  const chunks: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]();
  let chunk: Uint8Array = new Uint8Array(0);
  let closed = false;
  return {
    name,
    size: undefined,
    read: async (target, offset) => {
      if (chunk.length === 0) {
        try {
          const next = await chunks.next();
          if (next.done) return 0;
          chunk = next.value;
        } catch (error) {
          if (closed) return 0; // After close(), the iterator throws a premature-close error.
          throw new InputError(`cannot read ${name}: ${describeFileError(error)}`, name, { cause: error });
        }
      }
      const part = chunk.subarray(0, target.length - offset);
      target.set(part, offset);
      chunk = chunk.subarray(part.length);
      return part.length;
    },
    close: () => {
      closed = true;
      stream.destroy();
      return Promise.resolve();
    },
  };
}
