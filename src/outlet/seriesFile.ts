import type { ByteSink } from './sink.js';

/** A complete file of a series, or the file that is written. */
export class SeriesFile {
  readonly facts: Readonly<Record<string, string>>;
  #path: string;
  #sink: ByteSink;
  #removed = false;

  /**
   * @param sink of the file at `path`; it can remove the file
   * @param facts about the file, by the names of environment variables
   */
  constructor(path: string, sink: ByteSink, facts: Readonly<Record<string, string>> = {}) {
    this.facts = facts;
    this.#path = path;
    this.#sink = sink;
  }

  get path(): string {
    return this.#path;
  }

  /** Whether `remove` was called. */
  get removed(): boolean {
    return this.#removed;
  }

  /** Removes the file, if it is still as it was made. Returns whether it was. */
  async remove(): Promise<boolean> {
    this.#removed = true;
    return this.#sink.discard();
  }

  /** Puts another complete file, such as a compressed one, in the place of this one, which is removed. */
  async replace(path: string, sink: ByteSink): Promise<void> {
    if (this.#removed) {
      await sink.discard();
      return;
    }
    const old = this.#sink;
    this.#path = path;
    this.#sink = sink;
    await old.discard();
  }
}
