import { messageOf } from '../errors.js';
import { compressFile } from '../outlet/compressFile.js';
import { type Compression, COMPRESSIONS } from '../outlet/compressions.js';
import type { FileSinkOptions } from '../outlet/fileSink.js';
import type { SeriesFile } from '../outlet/seriesFile.js';
import type { ByteSink } from '../outlet/sink.js';
import { runProgram } from './runProgram.js';
import { print, say } from './terminal.js';

/** Most files that wait. With more, the work is slower than the capture. */
const MOST_WAITING = 1000;
/** Time at the end until a text says why dropcap still runs. */
const PATIENCE_MS = 1000;

/** What happens to each complete file of a capture, in this order. */
export interface FinishOptions {
  readonly compress: Compression | undefined;
  /** Options for the compressed file. */
  readonly sink: FileSinkOptions;
  /** Where the file's name is written as a line. */
  readonly names: ByteSink | 'stdout' | 'stderr' | undefined;
  /** A program and its first arguments; the file's name is the last one. */
  readonly command: readonly string[] | undefined;
}

/** Works on the complete files of a capture, one after another, while the capture goes on. A failure is a notice. */
export class FinishedFiles {
  readonly #options: FinishOptions;
  #work: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(options: FinishOptions) {
    this.#options = options;
  }

  /** Takes a complete file. */
  add(file: SeriesFile): void {
    if (this.#waiting >= MOST_WAITING) {
      say(`dropcap: ${file.path} stays as it is: ${MOST_WAITING} files wait for --compress or -z already`);
      return;
    }
    this.#waiting++;
    this.#work = this.#work.then(async () => {
      try {
        await this.#finish(file);
      } catch (error) {
        // The ring may remove a file while it is being opened.
        if (!file.removed) say(`dropcap: ${messageOf(error)}`);
      } finally {
        this.#waiting--;
      }
    });
  }

  /** Waits for the work on all files. Says so if it takes long. */
  async end(): Promise<void> {
    const timer = setTimeout(() => {
      say(
        `dropcap: waiting for the work on ${this.#waiting} complete files (Ctrl-C twice ends dropcap at once)`,
      );
    }, PATIENCE_MS);
    await this.#work;
    clearTimeout(timer);
    const { names } = this.#options;
    if (typeof names !== 'object') return;
    // The capture is complete without it.
    await names.close().catch((error: unknown) => say(`dropcap: ${messageOf(error)}`));
  }

  /** Removes the new file of names, of a capture that did not start. */
  async discard(): Promise<void> {
    const { names } = this.#options;
    if (typeof names === 'object') await names.discard();
  }

  async #finish(file: SeriesFile): Promise<void> {
    const { compress, sink, names, command } = this.#options;
    if (file.removed) return; // The ring was faster.
    if (compress) {
      const packed = await compressFile(file.path, compress, sink);
      await file.replace(file.path + COMPRESSIONS[compress], packed);
    }
    if (file.removed) return;
    if (names === 'stdout') print(file.path);
    else if (names === 'stderr') say(file.path);
    else await names?.write(Buffer.from(`${file.path}\n`));
    if (!command) return;
    const failure = await runProgram(command, file.path, file.facts);
    if (failure !== undefined) say(`dropcap: -z: ${failure}`);
  }
}
