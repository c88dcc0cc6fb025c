import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { describeFileError, errnoOf, OutputError } from '../errors.js';
import { lockFile } from './lockFile.js';

const { O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
const ENOENT = 2;

/** A file that this process made. It can be removed after it was closed, while it is still the same file. */
export class MadeFile {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #local: boolean;
  #closed: BigIntStats | undefined;

  /**
   * @param local whether the file system is local: then a file with another time of change is not the same file. A file
   * server may give a file its time late.
   */
  constructor(file: FileHandle, path: string, local: boolean) {
    this.#file = file;
    this.#path = path;
    this.#local = local;
  }

  /** Closes the file. */
  async close(): Promise<void> {
    // Without these facts, the file stays.
    this.#closed = await this.#file.stat({ bigint: true }).catch(() => undefined);
    await this.#file.close();
  }

  /**
   * Removes the closed file. Leaves a file alone that has the name by then, that another program changed, or that another
   * dropcap has opened: so the file is opened and locked again.
   * @param bytesWritten the size that the file must have
   * @returns whether the file was removed
   * @throws OutputError when the system refuses it
   */
  async remove(bytesWritten: number): Promise<boolean> {
    // O_NONBLOCK: a FIFO may have the name by then.
    const again = await open(this.#path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined);
    if (!again) return false;
    try {
      if (!lockFile(again.fd)) return false;
      if (!this.#isSame(await again.stat({ bigint: true }), bytesWritten)) return false;
      await unlink(this.#path);
      return true;
    } catch (error) {
      if (errnoOf(error) === ENOENT) return false;
      const text = `cannot remove ${this.#path}: ${describeFileError(error)}`;
      throw new OutputError(text, this.#path, bytesWritten, { cause: error });
    } finally {
      await again.close();
    }
  }

  /** The number of a removed file can be the number of the next one. */
  #isSame(found: BigIntStats, bytesWritten: number): boolean {
    const made = this.#closed;
    if (!made || found.ino !== made.ino || found.dev !== made.dev) return false;
    return found.size === BigInt(bytesWritten) && (!this.#local || found.mtimeNs === made.mtimeNs);
  }
}
