/** Time between two beats. */
export const BEAT_MS = 5000;

const listeners = new Set<() => void>();
let timer: NodeJS.Timeout | undefined;

/**
 * Calls `listener` every 5 seconds. All listeners share one timer, so that an idle capture wakes up once for all of them.
 * The timer does not keep the process alive.
 * @returns a function that ends the calls.
 */
export function onBeat(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const each of listeners) each();
  }, BEAT_MS).unref();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
