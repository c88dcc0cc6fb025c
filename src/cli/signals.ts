import { PRIORITY_WARNING } from './journal.js';
import { releaseTerminal, say } from './terminal.js';

/**
 * The signals that ask the program to end.
 *
 * SIGHUP that was ignored at the start, as under nohup, stays ignored: bin/dropcap finds this out. An ignored SIGINT,
 * as in a background job of a script, ends the program, as it ends tcpdump and dumpcap: scripts use `kill -INT`.
 */
export const END_SIGNALS: readonly NodeJS.Signals[] = process.env['DROPCAP_SIGHUP_IGNORED']
  ? ['SIGINT', 'SIGTERM']
  : ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** Time between two looks at an output, after an end was asked for. */
const LOOK_MS = 900;

/** A program's output, as the signal handlers need it. */
export interface OutputProgress {
  /** Number of bytes that the output took so far; undefined if the output has no more to take. */
  bytes(): number | undefined;
  /** Time without a taken byte after which an asked end is forced. */
  patienceMs(): number;
  /** The text before the program ends although its output takes no bytes. */
  lossText(): string;
}

/**
 * Calls `end` at the first signal that asks the program to end. A second signal ends the process at once, and so does an
 * output that takes no bytes for its patience: its reader stands still, or its file system hangs.
 * @returns a function that removes the signal handlers.
 */
export function onEndSignal(end: () => void, output: OutputProgress): () => void {
  let asked = false;
  let timer: NodeJS.Timeout | undefined;
  const handler = (signal: NodeJS.Signals) => {
    if (asked) {
      die(signal);
      return;
    }
    asked = true;
    end();
    let before = output.bytes();
    let stuckMs = 0;
    timer = setInterval(() => {
      const bytes = output.bytes();
      stuckMs = bytes !== undefined && bytes === before ? stuckMs + LOOK_MS : 0;
      if (stuckMs > 0 && stuckMs >= output.patienceMs()) {
        say(`dropcap: ${output.lossText()}`, PRIORITY_WARNING);
        die(signal);
      }
      before = bytes;
    }, LOOK_MS);
  };
  for (const signal of END_SIGNALS) process.on(signal, handler);
  return () => {
    clearInterval(timer);
    for (const signal of END_SIGNALS) process.off(signal, handler);
  };
}

/**
 * Calls `report` at each SIGUSR1, as tcpdump prints its counters.
 * @returns a function that removes the call. bin/dropcap.js keeps a listener: without one, Node opens its debugger.
 */
export function onReportSignal(report: () => void): () => void {
  process.on('SIGUSR1', report);
  return () => process.off('SIGUSR1', report);
}

/**
 * Calls `trigger` at each SIGUSR2.
 * @returns a function that removes the call. bin/dropcap.js keeps a listener: without one, the signal ends the process.
 */
export function onTriggerSignal(trigger: () => void): () => void {
  process.on('SIGUSR2', trigger);
  return () => process.off('SIGUSR2', trigger);
}

/** Ends the process by the signal. Not by process.exit(): that waits for a thread that is blocked in a write. */
export function die(signal: NodeJS.Signals): void {
  releaseTerminal();
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
