/** Damaged blocks that are named. This limit bounds the memory and the error text of a file with many of them. */
const MAX_NAMED = 3;

/**
 * The damaged blocks of a file. A damaged block breaks a rule of pcapng. Blocks and options of unknown types are not
 * damage: the draft tells readers to skip them (draft-ietf-opsawg-pcapng, section 3.1).
 */
export class Damage {
  /** Number of damaged blocks. */
  count = 0;
  readonly #named: string[] = [];
  /** Offset of the last damaged block. A block with several faults counts once. */
  #last = -1;

  /**
   * Counts the block at `offset` in the file.
   * @param what the fault, for people: `total lengths 432 and 216`.
   */
  add(offset: number, what: string): void {
    if (offset === this.#last) return;
    this.#last = offset;
    this.count++;
    if (this.#named.length < MAX_NAMED) this.#named.push(`offset ${offset}: ${what}`);
  }

  /** The count and the first blocks, for people: `2 damaged blocks (offset 184: ...; offset 616: ...)`. */
  get text(): string {
    const more = this.count > this.#named.length ? `; ${this.count - this.#named.length} more` : '';
    const blocks = this.count === 1 ? 'damaged block' : 'damaged blocks';
    return `${this.count} ${blocks} (${this.#named.join('; ')}${more})`;
  }
}
