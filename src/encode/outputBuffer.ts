/** Room that a buffer starts with, for a batch's usual output; what nothing is written to is never backed. */
const INITIAL_BYTES = 1 << 21;

/**
 * Memory that an encoder writes into: two buffers in turn, so that one can be written out while the other is
 * filled. Grows to the largest batch's output and stays there.
 */
export class OutputBuffer {
  bytes: Uint8Array = new Uint8Array(INITIAL_BYTES);
  view: DataView = new DataView(this.bytes.buffer);
  length = 0;
  #other: Uint8Array = new Uint8Array(0);

  /** Goes on with the other buffer, empty. */
  swap(): void {
    [this.bytes, this.#other] = [this.#other, this.bytes];
    this.view = new DataView(this.bytes.buffer);
    this.length = 0;
  }

  /** Makes room for `more` bytes behind `length`; `bytes` and `view` may be others afterwards. */
  reserve(more: number): void {
    const wanted = this.length + more;
    if (wanted <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(wanted, this.bytes.length * 2, INITIAL_BYTES));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
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
