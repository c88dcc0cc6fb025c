/**
 * Stops a source when a signal is aborted, like `DropSource.stop`.
 * @returns a function that removes the listener. The caller must call it: a signal may live longer than the source.
 * @throws the signal's reason when the signal is already aborted
 */
export function stopOnAbort(signal: AbortSignal | undefined, stop: () => Promise<void>): () => void {
  if (!signal) return () => {};
  signal.throwIfAborted();
  const listener = () => void stop().catch(() => {}); // The end of the iteration reports the failure.
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}
