import type { PacketFilter } from '../binding/packetFilter.js';
import type { DropBatch } from '../drop/batch.js';
import { BatchMemory } from '../drop/batchMemory.js';
import { copyFramed, framedLength } from '../linktype/convert.js';
import { FRAMINGS } from '../linktype/framing.js';

const ROWS = 256;
const BYTES = 256 << 10;

/** Judges packets whose bytes in a file differ from the kernel's: copies many of them, then calls the addon once. */
export class FramedRows {
  readonly #copies = new BatchMemory(new Uint8Array(BYTES), ROWS);
  readonly #wanted = new Uint8Array(ROWS);
  /** The rows of the batch whose copies are there. */
  readonly #rows = new Uint32Array(ROWS);
  #count = 0;
  #end = 0;

  /** Clears the mask of the rows of this framing that do not fit. */
  judge(program: PacketFilter, batch: DropBatch, framing: number, mask: Uint8Array): void {
    const { length, originalLength, payloadLength } = batch;
    for (let row = 0; row < length; row++) {
      if (mask[row] === 0 || batch.framing[row] !== framing) continue;
      const bytes = framedLength(framing, payloadLength[row]!);
      const whole = Math.max(originalLength[row]! + FRAMINGS[framing]!.lengthChange, 0);
      if (bytes > BYTES) {
        if (!program.match(batch.framedPayload(row), whole)) mask[row] = 0;
        continue;
      }
      if (this.#count === ROWS || this.#end + bytes > BYTES) this.#judgeCopies(program, mask);
      this.#copy(batch, row, bytes, whole);
    }
    this.#judgeCopies(program, mask);
  }

  #copy(batch: DropBatch, row: number, bytes: number, whole: number): void {
    const { arena, payloadOffset, payloadLength, protocol } = batch;
    const { deviceType, littleEndian } = batch.kindOf(row);
    const copies = this.#copies;
    copyFramed(
      batch.framing[row]!,
      arena,
      payloadOffset[row]!,
      payloadLength[row]!,
      protocol[row]!,
      deviceType,
      littleEndian,
      copies.arena,
      this.#end,
    );
    const i = this.#count++;
    this.#rows[i] = row;
    copies.payloadOffset[i] = this.#end;
    copies.payloadLength[i] = bytes;
    copies.originalLength[i] = whole;
    this.#end += bytes;
  }

  #judgeCopies(program: PacketFilter, mask: Uint8Array): void {
    const wanted = this.#wanted.fill(1);
    program.matchRows(this.#copies.arena, this.#copies.words, this.#count, wanted);
    for (let i = 0; i < this.#count; i++) mask[this.#rows[i]!] = wanted[i]!;
    this.#count = 0;
    this.#end = 0;
  }
}
