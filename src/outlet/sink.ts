/** Where an output goes. */
export interface ByteSink {
  /**
   * Takes bytes in order. Resolves when all bytes of the calls before are written: one write is under way while the
   * caller makes the next piece, so a piece must stay as it is until the call after it has resolved.
   * @throws OutputError when this write or an earlier one failed.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Has `listener` called once, as soon as a write fails: for callers who do not know when they will write next. */
  onFailure(listener: () => void): void;
  /**
   * Writes what is left, makes it durable where that means something, and closes. May be called twice.
   * @throws OutputError when a write failed.
   */
  close(): Promise<void>;
  /** Closes; a file that opening this sink made is removed again. For captures that never began. */
  discard(): Promise<void>;
}
