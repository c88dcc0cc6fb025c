const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Calls `end` at the first signal that asks the program to end; a second one ends the process at once.
 * @returns takes the handlers away again.
 */
export function onEndSignal(end: () => void): () => void {
  let asked = false;
  const handler = (signal: NodeJS.Signals) => {
    if (asked) {
      // With its own disposition back, the signal ends the process even while a write blocks.
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
