import type { DropBatch } from '../drop/batch.js';
import { OutputBuffer } from '../encode/outputBuffer.js';
import type { Outlet } from '../outlet/outlet.js';
import { createEncoder, type EncoderSource } from '../outlet/createEncoder.js';
import type { SymbolLookup } from '../symbols/symbolLookup.js';

/** Counts drops, and keeps the first ones as lines for people. */
export class ShownDrops implements Outlet {
  /** All drops. */
  count = 0;
  readonly #encoder;
  readonly #most: number;
  readonly #output = new OutputBuffer();

  /** @param most lines that are kept */
  constructor(source: EncoderSource, symbols: SymbolLookup, most: number) {
    this.#encoder = createEncoder('text', source, { symbols });
    this.#most = most;
  }

  write(batch: DropBatch): undefined {
    const room = Math.min(this.#most - this.count, batch.length);
    if (room > 0) this.#encoder.encode(batch, this.#output, 0, room);
    this.count += batch.length;
    return undefined;
  }

  /** The lines, without line ends. */
  get lines(): string[] {
    return Buffer.from(this.#output.written()).toString('latin1').split('\n').slice(0, -1);
  }
}
