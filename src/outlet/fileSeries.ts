import type { OpenSink } from './segmentWriter.js';
import { SeriesFile } from './seriesFile.js';
import type { ByteSink } from './sink.js';

/** Options of a FileSeries. */
export interface FileSeriesOptions {
  /** Opens the sink of a new file. */
  readonly open: (path: string) => Promise<ByteSink>;
  /** Names a file by its number, from 0, and the time of its first drop. */
  readonly nameOf: (segment: number, time: Date) => string;
  /** Number of files to keep, 2 or more: a ring. The oldest one is removed before the next one begins. By default all. */
  readonly keep?: number | undefined;
  /** Called for each file that was closed without an error. */
  readonly onFinished?: ((file: SeriesFile) => void) | undefined;
}

/** The files of a capture, one after another. */
export class FileSeries {
  /** Number of files so far. */
  count = 0;
  /** Number of complete files that were removed, to make room for later ones. */
  removed = 0;
  /** Number of complete files that were to make room but stayed: moved or changed by others, or not made by this run. */
  leftAlone = 0;
  /** Facts about the files that are opened from now on, by the names of environment variables. */
  facts: Readonly<Record<string, string>> = {};
  readonly #options: FileSeriesOptions;
  /** The files of the ring, the oldest first; without a ring only the file that is written. */
  #files: SeriesFile[] = [];

  constructor(options: FileSeriesOptions) {
    this.#options = options;
  }

  /** The name of the file that is written, or was written last; undefined before the first one. */
  get path(): string | undefined {
    return this.#files.at(-1)?.path;
  }

  /** Opens the sink of the next file. @throws OutputError */
  readonly open: OpenSink = async (segment, firstNs) => {
    const { keep, onFinished, nameOf, open } = this.#options;
    if (keep === undefined) this.#files = [];
    else while (this.#files.length >= keep) await this.#dropOldest();
    const path = nameOf(segment, firstNs === undefined ? new Date() : new Date(Number(firstNs / 1_000_000n)));
    const sink = await open(path);
    this.count++;
    const file = new SeriesFile(path, sink, this.facts);
    this.#files.push(file);
    return onFinished ? new FollowedSink(sink, () => onFinished(file)) : sink;
  };

  /** Closes and removes the files that are there, of a run that wrote no drop. */
  async discard(): Promise<void> {
    for (const file of this.#files) await file.remove();
  }

  /** Removes the oldest complete file of the ring that can be removed. Returns whether there was one. */
  async removeOldest(): Promise<boolean> {
    while (this.#files.length > 1) if (await this.#dropOldest()) return true;
    return false;
  }

  /** Takes the oldest file out of the ring. Returns whether it was removed. */
  async #dropOldest(): Promise<boolean> {
    const removed = await this.#files.shift()!.remove();
    if (removed) this.removed++;
    else this.leftAlone++;
    return removed;
  }
}

/** A sink that tells when it was closed without an error. */
class FollowedSink implements ByteSink {
  readonly #sink: ByteSink;
  #onClosed: (() => void) | undefined;

  constructor(sink: ByteSink, onClosed: () => void) {
    this.#sink = sink;
    this.#onClosed = onClosed;
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#sink.write(bytes);
  }

  onFailure(listener: () => void): void {
    this.#sink.onFailure(listener);
  }

  async close(): Promise<void> {
    await this.#sink.close();
    this.#onClosed?.();
    this.#onClosed = undefined;
  }

  discard(): Promise<boolean> {
    this.#onClosed = undefined;
    return this.#sink.discard();
  }
}
