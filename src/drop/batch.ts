import { copyFramed, framedLength } from '../linktype/convert.js';
import { FRAMINGS } from '../linktype/framing.js';
import { UsageError } from '../errors.js';
import type { BatchMemory } from './batchMemory.js';
import type { DropKind, KindTable } from './kind.js';
import { DropRecord } from './record.js';
import { exactTimeOf } from './rowTime.js';

/** Value of `DropBatch.protocol` when the kernel reported no protocol. */
export const NO_PROTOCOL = -1;

/**
 * Dropped packets as columns over an arena: row `i` of every column describes the same drop. The column `kind` holds
 * the number of the facts that many drops share; the other columns hold what varies. No object is made per packet,
 * except by `record(i)` and by iterating.
 *
 * The consumer owns a batch until the consumer calls `release()`. The batch's memory is then used for another batch,
 * and every use of the released batch throws a UsageError. Columns and views of the arena (`payload`) that were taken
 * before are not protected: after the release, they belong to other drops.
 *
 * Has neither `next` nor `then`, on purpose: stream-chain takes objects with these members for generators and
 * promises.
 */
export class DropBatch implements Iterable<DropRecord> {
  /** Number of drops. */
  length = 0;
  /** The table that the column `kind` refers to. A source may change tables between batches: compare by identity. */
  readonly kinds: KindTable;
  /** Most drops that the batch can hold. */
  readonly capacity: number;
  /** The bytes of all payloads. */
  readonly arena: Uint8Array;
  /** The memory of all columns, for the native addon. */
  readonly columnMemory: Uint32Array;
  /** Number of the drop's kind in `kinds`. */
  readonly kind: Uint32Array;
  /** Time of the drop in nanoseconds since 1970 UTC, low 32 bits. */
  readonly timestampLow: Uint32Array;
  /** Time of the drop in nanoseconds since 1970 UTC, high 32 bits. */
  readonly timestampHigh: Uint32Array;
  /** ETH_P_* in host order, or NO_PROTOCOL. */
  readonly protocol: Int32Array;
  /** Length of the packet in bytes before truncation, counted from the payload's first byte. */
  readonly originalLength: Uint32Array;
  /** Offset of the payload in the arena. */
  readonly payloadOffset: Uint32Array;
  /** Length of the payload in bytes. */
  readonly payloadLength: Uint32Array;
  /** Drops lost between the previous drop and this drop, because the kernel's queues or our socket were full. */
  readonly lostBefore: Uint32Array;
  /** Equal drops that were left out before this drop (`removeRepeats`). */
  readonly repeatedBefore: Uint32Array;
  /** Index into FRAMINGS: how the payload is stored in a file. */
  readonly framing: Uint32Array;
  #memory: BatchMemory | undefined;
  readonly #onRelease: (memory: BatchMemory) => void;

  /**
   * @param memory lent to this batch until `release()`.
   * @param onRelease called once, with the memory, when the batch is released.
   */
  constructor(memory: BatchMemory, kinds: KindTable, onRelease: (memory: BatchMemory) => void = () => {}) {
    this.kinds = kinds;
    this.capacity = memory.capacity;
    this.arena = memory.arena;
    this.columnMemory = memory.words;
    this.kind = memory.kind;
    this.timestampLow = memory.timestampLow;
    this.timestampHigh = memory.timestampHigh;
    this.protocol = memory.protocol;
    this.originalLength = memory.originalLength;
    this.payloadOffset = memory.payloadOffset;
    this.payloadLength = memory.payloadLength;
    this.lostBefore = memory.lostBefore;
    this.repeatedBefore = memory.repeatedBefore;
    this.framing = memory.framing;
    this.#memory = memory;
    this.#onRelease = onRelease;
  }

  /** Whether the batch is released. */
  get released(): boolean {
    return this.#memory === undefined;
  }

  /** The kind of drop `i`. */
  kindOf(i: number): DropKind {
    return this.kinds.get(this.kind[i]!);
  }

  /**
   * Gives the memory back to the source. Every later use of the batch throws, also a second release.
   * @throws UsageError when the batch is already released
   */
  release(): void {
    const memory = this.#memory ?? released();
    this.#memory = undefined;
    Object.assign(this, RELEASED);
    this.#onRelease(memory);
  }

  /**
   * Removes the drops for which `wanted` returns false. The other drops keep their order. The losses before a removed
   * drop are added to the next drop that stays. If `wanted` throws, the batch stays as it is.
   * @param lost losses before drops that were removed from earlier batches. They are added to the first drop that
   * stays.
   * @returns losses before drops that were removed after the last drop that stays. The caller must pass them to the
   * call for the next batch; otherwise these losses are not reported.
   */
  keep(wanted: (row: number) => boolean, lost: number = 0): number {
    const { rows } = this.#memory ?? released();
    const { length } = this;
    let kept = 0;
    for (let row = 0; row < length; row++) if (wanted(row)) rows[kept++] = row;
    return this.#keepRows(kept, lost);
  }

  /** Like `keep`, but faster, with a byte for each row: 1 for a drop that stays, and 0 for a drop that is removed. */
  keepMarked(marks: Uint8Array, lost: number = 0): number {
    const { rows } = this.#memory ?? released();
    const { length } = this;
    let kept = 0;
    for (let row = 0; row < length; row++) if (marks[row] === 1) rows[kept++] = row;
    return this.#keepRows(kept, lost);
  }

  /** Keeps the first `kept` of the memory's `rows`, which ascend. */
  #keepRows(kept: number, lost: number): number {
    const { rows } = this.#memory ?? released();
    if (kept === this.length && lost === 0) return 0;
    const left = this.#moveLosses(rows, kept, lost);
    this.#moveRows(rows, kept);
    return left;
  }

  /** Adds the losses before each row to the next of the first `count` of `rows`. Returns those after the last one. */
  #moveLosses(rows: Uint32Array, count: number, lost: number): number {
    const { length, lostBefore } = this;
    let any = 0;
    for (let row = 0; row < length; row++) any |= lostBefore[row]!;
    if (any === 0 && lost === 0) return 0; // As most batches: saves a fifth of a filter's time (test/bench/filter.js).
    let moving = lost;
    let next = 0;
    for (let i = 0; i < count; i++) {
      for (const row = rows[i]!; next <= row; next++) moving += lostBefore[next]!;
      // The column holds 32 bits: the rest is added to the next drop that stays.
      lostBefore[i] = Math.min(moving, MAX_U32);
      moving -= lostBefore[i]!;
    }
    for (; next < length; next++) moving += lostBefore[next]!;
    return moving;
  }

  /** Moves row `rows[i]` to `i`, without its losses. A loop over a list of the columns takes six times as long. */
  #moveRows(rows: Uint32Array, count: number): void {
    const { kind, timestampLow, timestampHigh, protocol, originalLength } = this;
    const { payloadOffset, payloadLength, repeatedBefore, framing } = this;
    for (let i = 0; i < count; i++) {
      const row = rows[i]!;
      kind[i] = kind[row]!;
      timestampLow[i] = timestampLow[row]!;
      timestampHigh[i] = timestampHigh[row]!;
      protocol[i] = protocol[row]!;
      originalLength[i] = originalLength[row]!;
      payloadOffset[i] = payloadOffset[row]!;
      payloadLength[i] = payloadLength[row]!;
      repeatedBefore[i] = repeatedBefore[row]!;
      framing[i] = framing[row]!;
    }
    this.length = count;
  }

  /** The payload of drop `i` as the kernel sent it: a view of the arena, valid until `release()`. */
  payload(i: number): Uint8Array {
    const { arena, payloadOffset, payloadLength } = this;
    const offset = payloadOffset[i]!;
    return arena.subarray(offset, offset + payloadLength[i]!);
  }

  /**
   * The payload of drop `i` in the form that its link type has in files: a view of the arena, valid until `release()`,
   * or a copy.
   */
  framedPayload(i: number): Uint8Array {
    const { arena, framing, payloadOffset, payloadLength, protocol } = this;
    if (!FRAMINGS[framing[i]!]!.converted) return this.payload(i);
    const framed = new Uint8Array(framedLength(framing[i]!, payloadLength[i]!));
    const { deviceType, littleEndian } = this.kindOf(i);
    copyFramed(
      framing[i]!,
      arena,
      payloadOffset[i]!,
      payloadLength[i]!,
      protocol[i]!,
      deviceType,
      littleEndian,
      framed,
      0,
    );
    return framed;
  }

  /**
   * Drop `i` as an object (allocates). The record's payload may be a view of the arena, valid until `release()`.
   * @throws RangeError when the batch has no drop `i`
   */
  record(i: number): DropRecord {
    if (!(i >= 0 && i < this.length)) throw new RangeError(`no drop ${i} in a batch of ${this.length}`);
    const { framing, lostBefore, repeatedBefore, originalLength, protocol } = this;
    const { linkType, lengthChange } = FRAMINGS[framing[i]!]!;
    const { id: _id, symbolText: _text, deviceType: _type, littleEndian: _order, ...shared } = this.kindOf(i);
    return new DropRecord({
      ...shared,
      cookie: shared.cookie?.slice(),
      timestampNs: exactTimeOf(this, i),
      protocol: protocol[i] === NO_PROTOCOL ? undefined : protocol[i],
      lostBefore: lostBefore[i]!,
      repeatedBefore: repeatedBefore[i]!,
      linkType,
      originalLength: Math.max(originalLength[i]! + lengthChange, 0),
      payload: this.framedPayload(i),
    });
  }

  *[Symbol.iterator](): Iterator<DropRecord> {
    for (let i = 0; i < this.length; i++) yield this.record(i);
  }
}

const MAX_U32 = 0xffffffff;

function released(): never {
  throw new UsageError('a batch was used after its release (copy what is needed before the release)');
}

/** What a released batch has in place of its memory: every use of it throws. */
const NOTHING: unknown = new Proxy({}, { get: released, set: released });
const RELEASED: Readonly<Record<string, unknown>> = {
  arena: NOTHING,
  columnMemory: NOTHING,
  kind: NOTHING,
  timestampLow: NOTHING,
  timestampHigh: NOTHING,
  protocol: NOTHING,
  originalLength: NOTHING,
  payloadOffset: NOTHING,
  payloadLength: NOTHING,
  lostBefore: NOTHING,
  repeatedBefore: NOTHING,
  framing: NOTHING,
};
