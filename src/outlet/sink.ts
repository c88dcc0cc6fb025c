/** Receives the bytes of an output. */
export interface ByteSink {
  /**
   * Writes bytes after the bytes of earlier calls. The caller need not await earlier calls first. The caller must not
   * change the bytes until the promise resolves; otherwise changed bytes are written.
   * @throws OutputError when this write or an earlier write fails. A regular file then ends after the last whole write.
   */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * Registers a function to call as soon as a write fails, and within a second after the reader of a pipe, a FIFO or a
   * socket is gone: the next write fails then. For callers that do not know when they will write next.
   */
  onFailure(listener: () => void): void;
  /**
   * Waits for all writes, syncs the output to disk where possible, and closes. May be called twice.
   * @throws OutputError when a write failed
   */
  close(): Promise<void>;
  /**
   * Closes, and removes the file if opening this sink made it and the name is still this file's. For captures that never
   * started, and for recordings that hold no drop. May be called after `close`.
   * @returns whether the file was removed
   */
  discard(): Promise<boolean>;
}
