import { createGunzip, type Gunzip } from 'node:zlib';
import { InputError, messageOf } from '../../errors.js';
import type { ByteInput } from './byteInput.js';

/** Bytes of one read of the compressed input: they usually fill a batch, as a read of a file does. */
const READ_BYTES = 1 << 18;
/** Bytes of one output buffer of zlib. */
const OUTPUT_BYTES = 1 << 16;
/**
 * Bounds of a piece that zlib gets at once. Node drops what zlib decompressed of the piece in which it finds damage. So
 * a piece is small, and at most a 64th of what was decompressed before. A piece of 4 KiB grows to at most 4 MiB.
 */
const MIN_PIECE_BYTES = 16;
const MAX_PIECE_BYTES = 4096;
const PIECES = 64;
/**
 * Bytes after the compressed data of a member: checksum and length (RFC 1952, section 2.3.1). The last ones of a file are a
 * piece of their own, so that a wrong checksum costs no data.
 */
const TRAILER_BYTES = 8;

/** The decompressed bytes of a gzip file of one or several members. */
export class GzipInput implements ByteInput {
  readonly name: string;
  readonly size = undefined;
  readonly #packed: ByteInput;
  readonly #gunzip: Gunzip = createGunzip({ chunkSize: OUTPUT_BYTES });
  readonly #buffer = new Uint8Array(READ_BYTES);
  /** Compressed bytes that were read and not decompressed yet. */
  #rest: Uint8Array = new Uint8Array(0);
  /** Compressed bytes that were decompressed. */
  #done = 0;
  /** Decompressed bytes that were not read yet: those of one piece. */
  readonly #chunks: Uint8Array[] = [];
  /** Whether the compressed input was read to its end. */
  #packedEnded = false;
  #ended = false;
  #closed = false;
  #failure: Error | undefined;
  #wake: () => void = () => {};

  /** @param packed the compressed input, which the new input closes. */
  constructor(packed: ByteInput) {
    this.name = packed.name;
    this.#packed = packed;
    this.#gunzip.on('data', (chunk: Uint8Array) => this.#chunks.push(chunk));
    this.#gunzip.on('error', (error) => {
      this.#failure = error;
    });
    this.#gunzip.on('end', () => this.#end());
    this.#gunzip.on('close', () => this.#end());
  }

  /** Throws InputError at the damage in a file, or at its cut, after all bytes before were read. */
  async read(target: Uint8Array, offset: number): Promise<number> {
    let at = offset;
    while (at < target.length) {
      at += this.#take(target, at);
      if (this.#chunks.length > 0) break;
      if (this.#ended || this.#closed) break;
      // Wait for further input only if there is nothing to return.
      if (!this.#packedEnded && this.#rest.length <= TRAILER_BYTES && at > offset) break;
      await this.#decompress();
    }
    if (at > offset || this.#closed || !this.#failure) return at - offset;
    throw new InputError(
      `${this.name} is cut short or damaged: what could be decompressed was read (gzip: ${messageOf(this.#failure)})`,
      this.name,
      { cause: this.#failure },
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#gunzip.destroy();
    await this.#packed.close();
  }

  /** Moves decompressed bytes to `target`. Returns their number. */
  #take(target: Uint8Array, offset: number): number {
    let at = offset;
    for (let chunk = this.#chunks[0]; chunk && at < target.length; chunk = this.#chunks[0]) {
      const part = chunk.subarray(0, target.length - at);
      target.set(part, at);
      at += part.length;
      if (part.length === chunk.length) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(part.length);
    }
    return at - offset;
  }

  /** Decompresses the next piece. */
  async #decompress(): Promise<void> {
    if (!this.#packedEnded && this.#rest.length <= TRAILER_BYTES) await this.#readPacked();
    const ready = this.#rest.length - TRAILER_BYTES;
    if (ready <= 0 && !this.#packedEnded) return;
    const size = Math.max(MIN_PIECE_BYTES, Math.min(MAX_PIECE_BYTES, Math.floor(this.#done / PIECES)));
    const piece = this.#rest.subarray(0, ready > 0 ? Math.min(size, ready) : this.#rest.length);
    this.#rest = this.#rest.subarray(piece.length);
    this.#done += piece.length;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (this.#closed || this.#ended) resolve();
      else if (piece.length === 0)
        this.#gunzip.end(); // The event `end` or `close` comes after the last bytes.
      else this.#gunzip.write(piece, (error) => (error ? undefined : resolve()));
    });
  }

  async #readPacked(): Promise<void> {
    const kept = this.#rest.length;
    this.#buffer.set(this.#rest);
    const got = await this.#packed.read(this.#buffer, kept);
    if (got === 0) this.#packedEnded = true;
    this.#rest = this.#buffer.subarray(0, kept + got);
  }

  #end(): void {
    this.#ended = true;
    this.#wake();
  }
}
