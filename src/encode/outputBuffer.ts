/**
 * First size of a buffer, enough for the usual output of a batch. Below the 2 MiB of a huge page: the kernel would fill the
 * whole page with memory when the first byte is written.
 */
const INITIAL_BYTES = 1 << 19;

/**
 * Memory that an encoder appends to. Belongs to the encoder's caller. Grows to the largest output and never shrinks.
 */
export class OutputBuffer {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  length = 0;

  /** Empties the buffer. Later appends overwrite the bytes that `written` returned before. */
  clear(): void {
    this.length = 0;
  }

  /** Makes room for `more` bytes after `length`. May replace `bytes` and `view`: read them again after this call. */
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

  /** The bytes appended since `clear()`: a view, valid until the next `clear()` or `append`. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}
