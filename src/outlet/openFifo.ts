import { closeSync, constants, openSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { OutputError, shownPath } from '../errors.js';

const { O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/**
 * Opens a FIFO to write, when another program has opened it to read.
 * @param flags for open(2), with O_WRONLY
 * @param signal ends the waiting. Needs the right to read the FIFO: without it, the waiting goes on.
 * @throws OutputError when the waiting was ended, with the signal's reason as its cause, and the errors of open(2)
 */
export async function openFifo(
  path: string,
  flags: number,
  signal: AbortSignal | undefined,
): Promise<FileHandle> {
  const opening = open(path, flags);
  let reader = -1;
  const end = () => (reader = actAsReader(path, flags));
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted) end();
  try {
    const file = await opening;
    if (!signal?.aborted) return file;
    await file.close();
    const text = `cannot write ${shownPath(path)}: no program opened it to read`;
    throw new OutputError(text, path, 0, { cause: signal.reason });
  } finally {
    signal?.removeEventListener('abort', end);
    if (reader >= 0) closeSync(reader);
  }
}

/**
 * Opens the FIFO to read: open(2) of the thread that waits to write then returns. Nothing else ends that call, and Node
 * waits for the thread when it exits. Returns the descriptor; -1 if it may not be read.
 */
function actAsReader(path: string, flags: number): number {
  try {
    return openSync(path, (flags & ~O_WRONLY) | O_RDONLY | O_NONBLOCK);
  } catch {
    return -1;
  }
}
