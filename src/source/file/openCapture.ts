import type { DropRecord } from '../../drop/record.js';
import { openRecording, type RecordingOptions } from './recording.js';
import type { DropSource, SourceStatistics } from '../source.js';

/**
 * The drops of a file, in the file's order. Can be iterated once. The end of the iteration closes the file, also when
 * the loop ends early.
 */
export interface DropCapture extends AsyncIterable<DropRecord> {
  /** The counters so far, with the losses that the file reports. Complete after the end of the iteration. */
  statistics(): Promise<SourceStatistics>;
  /** Closes the file without reading the rest. May be called twice. */
  close(): Promise<void>;
}

/**
 * Opens a file of drops like `openRecording`, and gives the drops one by one. Each drop and its payload belong to the
 * caller. For large files `openRecording` is faster, since it makes no objects.
 * @param path a file, or `-` for standard input.
 * @throws the errors of openRecording(); iterating throws the same errors as iterating its result.
 */
export async function openCapture(path: string | URL, options: RecordingOptions = {}): Promise<DropCapture> {
  return new RecordedCapture(await openRecording(path, options));
}

class RecordedCapture implements DropCapture {
  readonly #source: DropSource;

  constructor(source: DropSource) {
    this.#source = source;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<DropRecord, void, undefined> {
    for await (const batch of this.#source) {
      // Copy before the arena is used again: the caller may keep a drop while the next drops are read.
      const drops = Array.from(batch, (drop) => drop.copy());
      batch.release();
      yield* drops;
    }
  }

  statistics(): Promise<SourceStatistics> {
    return this.#source.statistics();
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}
