import { align4, copyBytes } from '../bytes.js';

/** Room that a buffer starts with: a batch's usual output. */
const INITIAL_BYTES = 1 << 18;
/** Above, `set` is faster. */
const MAX_WORD_COPY_BYTES = 128;

/**
 * Memory that an encoder writes into: two buffers in turn, so that one can be written out while the other is
 * filled. Grows to the largest batch's output and stays there.
 */
export class OutputBuffer {
  bytes: Uint8Array = new Uint8Array(INITIAL_BYTES);
  view: DataView = new DataView(this.bytes.buffer);
  length = 0;
  #words: Int32Array = new Int32Array(this.bytes.buffer);
  #other: Uint8Array = new Uint8Array(0);

  /** Goes on with the other buffer, empty. */
  swap(): void {
    [this.bytes, this.#other] = [this.#other, this.bytes];
    this.view = new DataView(this.bytes.buffer);
    this.#words = new Int32Array(this.bytes.buffer);
    this.length = 0;
  }

  /** Makes room for `more` bytes behind `length`; `bytes` and `view` may be others afterwards. */
  reserve(more: number): void {
    const wanted = this.length + more;
    if (wanted <= this.bytes.length) return;
    const larger = new Uint8Array(align4(Math.max(wanted, this.bytes.length * 2, INITIAL_BYTES)));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
    this.#words = new Int32Array(larger.buffer);
  }

  /**
   * Copies `length` bytes of `source` from `offset` to `at`, where the caller made room. As words, where both places are
   * multiples of 4: for small packets that is faster than a call to `set` (test/bench/copy.bench.ts).
   * @param words the same memory as `source`, if it begins at a multiple of 4.
   */
  put(source: Uint8Array, words: Int32Array | undefined, offset: number, length: number, at: number): void {
    if (!words || ((offset | at) & 3) !== 0 || length > MAX_WORD_COPY_BYTES) {
      copyBytes(source, offset, length, this.bytes, at);
      return;
    }
    const target = this.#words;
    const count = length >> 2;
    const [from, to] = [offset >> 2, at >> 2];
    for (let i = 0; i < count; i++) target[to + i] = words[from + i]!;
    for (let i = count << 2; i < length; i++) this.bytes[at + i] = source[offset + i]!;
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** What was written since `swap()`: a view. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}
