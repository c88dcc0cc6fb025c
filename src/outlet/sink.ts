/** Where an output goes. */
export interface ByteSink {
  /**
   * Writes bytes after those of the calls before, which need not be written yet. The bytes must stay as they are until the
   * promise resolves.
   * @throws OutputError when this write or an earlier one fails.
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
