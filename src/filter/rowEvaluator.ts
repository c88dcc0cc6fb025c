import { type DropBatch, NO_PROTOCOL } from '../drop/batch.js';
import { framedLength } from '../linktype/convert.js';
import { FRAMINGS } from '../linktype/framing.js';
import type { PacketTerm } from './ast.js';
import { FramedRows } from './framedRows.js';
import { numberFits } from './kindTerms.js';
import type { PacketPrograms } from './packetPrograms.js';
import type { Residue, RowTerm } from './reduce.js';

/**
 * Evaluates what is left of an expression for the rows of a batch. A mask has a byte for each row: 1 for a row that is
 * judged, and still 1 afterwards if the row fits. Keeps its masks for the next batch.
 */
export class RowEvaluator {
  readonly #programs: PacketPrograms;
  readonly #free: Uint8Array[] = [];
  #framed: FramedRows | undefined;

  constructor(programs: PacketPrograms) {
    this.#programs = programs;
  }

  /** A mask for `capacity` rows; its content is not defined. The caller gives it back. */
  take(capacity: number): Uint8Array {
    const mask = this.#free.pop();
    return mask && mask.length >= capacity ? mask : new Uint8Array(capacity);
  }

  give(mask: Uint8Array): void {
    this.#free.push(mask);
  }

  /** Clears the mask of the rows that do not fit. */
  evaluate(residue: Exclude<Residue, boolean>, batch: DropBatch, mask: Uint8Array): void {
    switch (residue.type) {
      case 'term':
        this.#term(residue.term, batch, mask);
        return;
      case 'and':
        for (const operand of residue.operands) this.evaluate(operand, batch, mask);
        return;
      case 'not': {
        const fits = this.#copy(batch, mask);
        this.evaluate(residue.operand, batch, fits);
        this.#remove(batch, mask, fits);
        return;
      }
      case 'or': {
        const rest = this.#copy(batch, mask);
        for (const operand of residue.operands) {
          const fits = this.#copy(batch, rest);
          this.evaluate(operand, batch, fits);
          this.#remove(batch, rest, fits);
        }
        this.#remove(batch, mask, rest);
        return;
      }
    }
  }

  #copy(batch: DropBatch, mask: Uint8Array): Uint8Array {
    const copy = this.take(batch.capacity);
    copy.set(mask.subarray(0, batch.length));
    return copy;
  }

  /** Clears `mask` where `other` is 1, and gives `other` back. */
  #remove({ length }: DropBatch, mask: Uint8Array, other: Uint8Array): void {
    for (let row = 0; row < length; row++) mask[row]! &= other[row]! ^ 1;
    this.give(other);
  }

  #term(term: RowTerm, batch: DropBatch, mask: Uint8Array): void {
    if (term.type === 'packet') {
      this.#packets(term, batch, mask);
      return;
    }
    const { length, framing, lostBefore, originalLength, protocol } = batch;
    for (let row = 0; row < length; row++) {
      if (mask[row] === 0) continue;
      let fits: boolean;
      if (term.type === 'lost') fits = lostBefore[row] !== 0;
      else if (term.key === 'len') fits = numberFits(term, framedLength(framing[row]!, originalLength[row]!));
      else fits = numberFits(term, protocol[row] === NO_PROTOCOL ? undefined : protocol[row]);
      if (!fits) mask[row] = 0;
    }
  }

  /** Judges packets on the bytes that a file has: those of one framing after another. */
  #packets(term: PacketTerm, batch: DropBatch, mask: Uint8Array): void {
    const { length, framing } = batch;
    const framings = new Set<number>();
    for (let row = 0; row < length; row++) if (mask[row] === 1) framings.add(framing[row]!);
    for (const each of framings) {
      const { linkType, converted } = FRAMINGS[each]!;
      const program = this.#programs.of(term, linkType);
      const constant = program ? program.constant : false;
      if (constant === true) continue;
      if (!program || constant === false) {
        for (let row = 0; row < length; row++) if (framing[row] === each) mask[row] = 0;
      } else if (framings.size === 1 && !converted) {
        program.matchRows(batch.arena, batch.columnMemory, length, mask);
      } else if (converted) {
        this.#framed ??= new FramedRows();
        this.#framed.judge(program, batch, each, mask);
      } else {
        const own = this.take(batch.capacity);
        for (let row = 0; row < length; row++) own[row] = mask[row]! & (framing[row] === each ? 1 : 0);
        program.matchRows(batch.arena, batch.columnMemory, length, own);
        for (let row = 0; row < length; row++) if (framing[row] === each) mask[row]! &= own[row]!;
        this.give(own);
      }
    }
  }
}
