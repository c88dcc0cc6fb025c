import { fstatSync } from 'node:fs';
import { loadFileBinding } from '../binding/load.js';

/** Time between two looks. A look takes a microsecond, and a capture can be without drops for hours. */
const LOOK_MS = 1000;

/**
 * Calls `onGone` once when the reader of a pipe, a FIFO or a socket is gone. A write would find this out too, but the next
 * drop may be far away, and until then the drop monitor would stay on. Only the addon can look.
 * @returns a function that ends the looking
 */
export function watchReader(fd: number, onGone: () => void): () => void {
  const binding = isPipe(fd) ? loadFileBinding() : null;
  if (!binding) return () => {};
  const timer = setInterval(() => {
    if (!binding.isReaderGone(fd)) return;
    clearInterval(timer);
    onGone();
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function isPipe(fd: number): boolean {
  try {
    const output = fstatSync(fd);
    return output.isFIFO() || output.isSocket();
  } catch {
    return false; // It is closed: writing reports the error.
  }
}
