/**
 * Stops a source when a signal is aborted, as `DropSource.stop` does.
 * @returns forgets the signal: a signal may live longer than a source.
 * @throws the signal's reason when it is aborted already
 */
export function stopOnAbort(signal: AbortSignal | undefined, stop: () => Promise<void>): () => void {
  if (!signal) return () => {};
  signal.throwIfAborted();
  const listener = () => void stop().catch(() => {}); // The end of the iteration reports the failure.
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}
