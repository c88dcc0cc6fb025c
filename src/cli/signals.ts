const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Calls `end` at the first signal that asks the program to end. A second signal ends the process at once.
 * @returns a function that removes the signal handlers.
 */
export function onEndSignal(end: () => void): () => void {
  let asked = false;
  const handler = (signal: NodeJS.Signals) => {
    if (asked) {
      // Without our handler, the signal ends the process even while a write blocks.
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
      return;
    }
    asked = true;
    end();
  };
  for (const signal of SIGNALS) process.on(signal, handler);
  return () => {
    for (const signal of SIGNALS) process.off(signal, handler);
  };
}
