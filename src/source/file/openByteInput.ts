import { constants, open as openCallback } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { promisify } from 'node:util';
import { describeFileError, InputError, shownPath } from '../../errors.js';
import { type ByteInput, fileInput, streamInput } from './byteInput.js';
import { FollowInput } from './followInput.js';

const openDescriptor = promisify(openCallback);

/** How to open an input. */
export interface OpenInputOptions {
  /** Whether to follow a regular file: see FollowInput. Changes nothing for other inputs. */
  readonly follow?: boolean | undefined;
  /** Called with a text for people, when a followed file can be followed no more. */
  readonly onNotice?: ((text: string) => void) | undefined;
}

/** Opens a file to read, or standard input for `-`. @throws InputError */
export async function openByteInput(path: string, options: OpenInputOptions = {}): Promise<ByteInput> {
  if (path === '-') {
    if (!process.stdin.isTTY) return streamInput('standard input', process.stdin);
    throw new InputError(
      'cannot read a recording from a terminal (name a file, or pipe one in)',
      'standard input',
    );
  }
  try {
    const target = await stat(path);
    if (target.isDirectory()) throw new Error('it is a directory');
    if (target.isFIFO()) return await openFifo(path);
    const file = await open(path);
    const input = fileInput(path, file, target.isFile() ? target.size : undefined);
    return options.follow && target.isFile() ? new FollowInput(input, file, options.onNotice) : input;
  } catch (error) {
    throw new InputError(`cannot open ${shownPath(path)}: ${describeFileError(error)}`, path, {
      cause: error,
    });
  }
}

/**
 * Opens a FIFO as a socket, which Node polls. A read in a thread could not be ended, and would keep the process alive.
 */
async function openFifo(path: string): Promise<ByteInput> {
  const fd = await openDescriptor(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return streamInput(path, new Socket({ fd, readable: true, writable: false }));
}
