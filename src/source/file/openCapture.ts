import type { DropRecord } from '../../drop/record.js';
import { openRecording, type RecordingOptions } from './recording.js';
import type { DropSource, SourceStatistics } from '../source.js';

/** The drops of a file, in the file's order. Can be iterated once; the end of that closes it, also an early one. */
export interface DropCapture extends AsyncIterable<DropRecord> {
  /** What was counted so far, the losses that the file tells of included; whole after the iteration's end. */
  statistics(): Promise<SourceStatistics>;
  /** Closes the file without reading on. May be called twice. */
  close(): Promise<void>;
}

/**
 * Opens a file of drops, as `openRecording` does, to have them one by one: every drop and its payload is the caller's to
 * keep. For large files `openRecording` is faster, since it makes no objects.
 * @param path a file, or `-` for standard input.
 * @throws as openRecording; so does iterating.
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
      // Copied before the arena is used again: the caller may keep a drop while the next ones are read.
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
