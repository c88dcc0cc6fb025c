/** Room that a buffer starts with, for a batch's usual output; what nothing is written to is never backed. */
const INITIAL_BYTES = 1 << 21;

/** Memory that an encoder appends to. It belongs to the encoder's caller, grows to the largest output and stays there. */
export class OutputBuffer {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  length = 0;

  /** Empties the buffer; what `written` gave before will be overwritten. */
  clear(): void {
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

  /** What was appended since `clear()`: a view, valid until the next `clear()` or `append`. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}
