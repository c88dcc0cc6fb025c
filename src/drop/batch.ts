import { copyFramed, framedLength } from '../linktype/convert.js';
import { FRAMINGS } from '../linktype/framing.js';
import { UsageError } from '../errors.js';
import type { BatchMemory } from './batchMemory.js';
import type { DropKind, KindTable } from './kind.js';
import { DropRecord } from './record.js';

/** `DropBatch.protocol` of a drop whose protocol the kernel did not report. */
export const NO_PROTOCOL = -1;

/**
 * Dropped packets as columns over an arena: row `i` of every column belongs to the same drop. What drops share is a kind;
 * the columns hold its number and what varies. No object exists per packet; `record(i)` makes one.
 *
 * A batch belongs to its consumer until the consumer calls `release()`. Its memory is then used for another batch, and
 * every use of this one is a UsageError. Views of the arena that were taken before (`payload`) are not protected: they
 * show other bytes.
 *
 * Has neither `next` nor `then`, on purpose: stream-chain takes objects with these for generators and promises.
 */
export class DropBatch implements Iterable<DropRecord> {
  /** Number of drops. */
  length = 0;
  /** The table that the column `kind` refers to: another one from time to time, so compare it by identity. */
  readonly kinds: KindTable;
  #memory: BatchMemory | undefined;
  readonly #onRelease: (memory: BatchMemory) => void;

  /**
   * @param memory lent to this batch until `release()`.
   * @param onRelease gets the memory back, once.
   */
  constructor(memory: BatchMemory, kinds: KindTable, onRelease: (memory: BatchMemory) => void = () => {}) {
    this.#memory = memory;
    this.kinds = kinds;
    this.#onRelease = onRelease;
  }

  get #held(): BatchMemory {
    if (this.#memory) return this.#memory;
    throw new UsageError(
      'a batch was used after its release (copy what is needed before, or release it later)',
    );
  }

  /** Most drops that the batch can hold. */
  get capacity(): number {
    return this.#held.capacity;
  }

  /** Payloads lie here. */
  get arena(): Uint8Array {
    return this.#held.arena;
  }

  /** The memory of all columns, for the native addon. */
  get columnMemory(): Uint32Array {
    return this.#held.words;
  }

  /** Number of the drop's kind in `kinds`. */
  get kind(): Uint32Array {
    return this.#held.kind;
  }

  /** Time of the drop in nanoseconds since 1970 UTC, low 32 bits. */
  get timestampLow(): Uint32Array {
    return this.#held.timestampLow;
  }

  /** The high 32 bits. */
  get timestampHigh(): Uint32Array {
    return this.#held.timestampHigh;
  }

  /** ETH_P_* in host order, or NO_PROTOCOL. */
  get protocol(): Int32Array {
    return this.#held.protocol;
  }

  /** Length in bytes of the packet from where the payload starts, before truncation. */
  get originalLength(): Uint32Array {
    return this.#held.originalLength;
  }

  /** Where the payload starts in the arena. */
  get payloadOffset(): Uint32Array {
    return this.#held.payloadOffset;
  }

  /** Bytes of the payload. */
  get payloadLength(): Uint32Array {
    return this.#held.payloadLength;
  }

  /** Drops that were lost since the one before: the kernel's queues or our socket were full. */
  get lostBefore(): Uint32Array {
    return this.#held.lostBefore;
  }

  /** How the payload goes into a file: an index into FRAMINGS. */
  get framing(): Uint32Array {
    return this.#held.framing;
  }

  /** The kind of drop `i`. */
  kindOf(i: number): DropKind {
    return this.kinds.get(this.#held.kind[i]!);
  }

  /**
   * Gives the memory back to the source. Every use of the batch after that is an error, a second release included.
   * @throws UsageError when the batch was released before
   */
  release(): void {
    const memory = this.#held;
    this.#memory = undefined;
    this.#onRelease(memory);
  }

  /**
   * Removes the drops of which `wanted` says false; the others keep their order. Losses before a removed drop move on to
   * the next one that stays.
   * @param lost losses before drops that were removed in front of this batch; added to the first one that stays.
   * @returns losses before drops that were removed after the last one that stays: the caller must pass them to the next
   * batch's call, or they are forgotten.
   */
  keep(wanted: (row: number) => boolean, lost: number = 0): number {
    const { columns, lostBefore } = this.#held;
    let kept = 0;
    let moving = lost;
    for (let row = 0; row < this.length; row++) {
      moving += lostBefore[row]!;
      if (!wanted(row)) continue;
      if (kept !== row) for (const column of columns) column[kept] = column[row]!;
      // The column holds 32 bits: what is more waits for the next drop.
      lostBefore[kept] = Math.min(moving, MAX_U32);
      moving -= lostBefore[kept]!;
      kept++;
    }
    this.length = kept;
    return moving;
  }

  /** The payload of drop `i` as the kernel sent it: a view of the arena, valid until `release()`. */
  payload(i: number): Uint8Array {
    const { arena, payloadOffset, payloadLength } = this.#held;
    const offset = payloadOffset[i]!;
    return arena.subarray(offset, offset + payloadLength[i]!);
  }

  /** The payload of drop `i` in the form that files of its link type have: a view of the arena, or a copy. */
  framedPayload(i: number): Uint8Array {
    const { arena, framing, payloadOffset, payloadLength, protocol } = this.#held;
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
   * Drop `i` as an object (allocates). Its payload may be a view of the arena, valid until `release()`.
   * @throws RangeError when the batch has no such drop
   */
  record(i: number): DropRecord {
    if (!(i >= 0 && i < this.length)) throw new RangeError(`no drop ${i} in a batch of ${this.length}`);
    const { framing, lostBefore, originalLength, protocol, timestampHigh, timestampLow } = this.#held;
    const { linkType, lengthChange } = FRAMINGS[framing[i]!]!;
    const kind = this.kindOf(i);
    return new DropRecord({
      origin: kind.origin,
      reason: kind.reason,
      symbol: kind.symbol,
      module: kind.module,
      programCounter: kind.programCounter,
      trap: kind.trap,
      trapGroup: kind.trapGroup,
      ifindex: kind.ifindex,
      interfaceName: kind.interfaceName,
      interfaceNameSource: kind.interfaceNameSource,
      cookie: kind.cookie?.slice(),
      timestampNs: (BigInt(timestampHigh[i]!) << 32n) | BigInt(timestampLow[i]!),
      protocol: protocol[i] === NO_PROTOCOL ? undefined : protocol[i],
      lostBefore: lostBefore[i]!,
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
