/** Where an output goes. */
export interface ByteSink {
  /**
   * Takes bytes in order. Resolves when all bytes of the calls before are written: one write is under way while the
   * caller makes the next piece, so a piece must stay as it is until the call after it has resolved.
   * @throws OutputError when a write failed, this call's or an earlier one's.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Writes what is left, makes it durable where that means something, and closes. May be called twice. */
  close(): Promise<void>;
  /** Closes; a file that opening this sink made is removed again. For captures that never began. */
  discard(): Promise<void>;
}
