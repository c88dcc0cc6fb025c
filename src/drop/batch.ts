import { type DropRecord, splitSymbol } from './record.js';
import { copyFramed, framedLength } from '../linktype/convert.js';
import { FRAMINGS } from '../linktype/framing.js';
import type { StringTable } from './stringTable.js';

/** `DropBatch.origin` values: NET_DM_ORIGIN_SW and NET_DM_ORIGIN_HW of net_dropmon.h. */
export const ORIGIN_SOFTWARE = 0;
export const ORIGIN_HARDWARE = 1;

/** `DropBatch.protocol` of a drop whose protocol the kernel did not tell. */
export const NO_PROTOCOL = -1;

/** `DropBatch.nameSource` values: a name that the alert itself gave, and one of the first network namespace's devices. */
export const NAME_FROM_ALERT = 0;
export const NAME_FROM_DEVICES = 1;

/** Bytes of a row's columns. */
const ROW_BYTES = 18 * 4 + 4;

/** `DropBatch.deviceType` of a drop whose alert was decoded, but not what else the source knows of its device. */
export const DEVICE_NOT_LOOKED_UP = -2;

/**
 * Dropped packets as columns over an arena: row `i` of every column belongs to the same drop. No object exists
 * per packet; `record(i)` makes one for those who want it.
 *
 * A batch and its arena belong to whoever received it until it calls `release()`; then both are used again.
 * Has neither `next` nor `then`, on purpose: stream libraries take objects with these for generators and promises.
 */
export class DropBatch implements Iterable<DropRecord> {
  /** Number of drops. A stage may lower it to leave out the last ones. */
  length = 0;
  /** Payloads lie here. */
  readonly arena: Uint8Array;
  /** The arena as words in this host's byte order; undefined where it does not begin at a multiple of 4. */
  readonly words: Int32Array | undefined;
  /** The memory of all columns, for native/hot. */
  readonly columnMemory: Uint32Array;
  /**
   * What the alert began with, as a number: drops with the same one, above 0, agree in all that their alerts say but time,
   * lengths, protocol and payload. 0 where that is not known: whoever changes what else a row says sets it to 0.
   */
  readonly place: Uint32Array;
  /** Resolves the string columns; replaced by a new one now and then, so caches compare it by identity. */
  strings: StringTable;
  /** ORIGIN_SOFTWARE or ORIGIN_HARDWARE. */
  readonly origin: Uint8Array;
  /** 1 where the kernel's host was little-endian, 0 where big: for payloads with fields in host order (CAN). */
  readonly littleEndian: Uint8Array;
  /** Program counter of the drop, low and high 32 bits; both 0 when there is none (hardware). */
  readonly pcLow: Uint32Array;
  readonly pcHigh: Uint32Array;
  /** Time of the drop in nanoseconds since 1970 UTC, low and high 32 bits. */
  readonly timestampLow: Uint32Array;
  readonly timestampHigh: Uint32Array;
  /** Index of the input device; 0 when the kernel named none. */
  readonly ifindex: Uint32Array;
  /** ETH_P_* in host order, or NO_PROTOCOL. */
  readonly protocol: Int32Array;
  /** Length in bytes of the packet from where the payload starts, before truncation. */
  readonly originalLength: Uint32Array;
  readonly payloadOffset: Uint32Array;
  readonly payloadLength: Uint32Array;
  /** Ids in `strings`, 0 when absent. */
  readonly reason: Uint32Array;
  readonly symbol: Uint32Array;
  readonly trap: Uint32Array;
  readonly trapGroup: Uint32Array;
  /** Name of the input device. */
  readonly interfaceName: Uint32Array;
  readonly cookie: Uint32Array;
  /** NAME_FROM_ALERT or NAME_FROM_DEVICES, where there is a name. */
  readonly nameSource: Uint8Array;
  /** Drops that were lost since the one before: the kernel's queues or our socket were full. */
  readonly lostBefore: Uint32Array;
  /** ARPHRD_* of the input device, or DEVICE_TYPE_UNKNOWN. */
  readonly deviceType: Int32Array;
  /** How the payload goes into a file: an index into FRAMINGS. */
  readonly framing: Uint8Array;
  readonly #columns: readonly (Uint8Array | Uint32Array | Int32Array)[];
  readonly #release: (batch: DropBatch) => void;

  /**
   * @param arena memory of the messages, owned by the source.
   * @param capacity the most drops that the batch can hold.
   * @param release called by `release()`; gives batch and arena back to the source.
   */
  constructor(
    arena: Uint8Array,
    capacity: number,
    strings: StringTable,
    release: (batch: DropBatch) => void = () => {},
  ) {
    this.arena = arena;
    const { buffer, byteOffset, byteLength } = arena;
    this.words = byteOffset % 4 === 0 ? new Int32Array(buffer, byteOffset, byteLength >> 2) : undefined;
    this.strings = strings;
    this.#release = release;
    const memory = new ArrayBuffer(capacity * ROW_BYTES);
    this.columnMemory = new Uint32Array(memory);
    const columns: (Uint8Array | Uint32Array | Int32Array)[] = [];
    let at = 0;
    const add = <Column extends Uint8Array | Uint32Array | Int32Array>(column: Column): Column => {
      columns.push(column);
      at += column.byteLength;
      return column;
    };
    const words = () => add(new Uint32Array(memory, at, capacity));
    const signed = () => add(new Int32Array(memory, at, capacity));
    const bytes = () => add(new Uint8Array(memory, at, capacity));
    // In the order of native/hot/drop_columns.h.
    this.place = words();
    this.pcLow = words();
    this.pcHigh = words();
    this.timestampLow = words();
    this.timestampHigh = words();
    this.ifindex = words();
    this.protocol = signed();
    this.originalLength = words();
    this.payloadOffset = words();
    this.payloadLength = words();
    this.reason = words();
    this.symbol = words();
    this.trap = words();
    this.trapGroup = words();
    this.interfaceName = words();
    this.cookie = words();
    this.lostBefore = words();
    this.deviceType = signed();
    this.origin = bytes();
    this.littleEndian = bytes();
    this.nameSource = bytes();
    this.framing = bytes();
    this.#columns = columns;
  }

  get capacity(): number {
    return this.origin.length;
  }

  /** Gives the batch and its arena back to the source. Nothing of it may be used afterwards. */
  release(): void {
    this.#release(this);
  }

  /** Leaves out the drops of which `wanted` says false; the others keep their order. */
  keep(wanted: (row: number) => boolean): void {
    let kept = 0;
    let lost = 0;
    for (let row = 0; row < this.length; row++) {
      lost += this.lostBefore[row]!;
      if (!wanted(row)) continue;
      if (kept !== row) for (const column of this.#columns) column[kept] = column[row]!;
      this.lostBefore[kept] = lost;
      lost = 0;
      kept++;
    }
    this.length = kept;
  }

  /** Shortens payloads to `snapLength` bytes; original lengths stay. */
  truncate(snapLength: number): void {
    for (let row = 0; row < this.length; row++) {
      if (this.payloadLength[row]! > snapLength) this.payloadLength[row] = snapLength;
    }
  }

  /** The payload of drop `i` as the kernel sent it: a view of the arena, valid until `release()`. */
  payload(i: number): Uint8Array {
    const offset = this.payloadOffset[i]!;
    return this.arena.subarray(offset, offset + this.payloadLength[i]!);
  }

  /** The payload of drop `i` in the form that files of its link type have: a view of the arena, or a copy. */
  framedPayload(i: number): Uint8Array {
    const framing = this.framing[i]!;
    if (!FRAMINGS[framing]!.converted) return this.payload(i);
    const framed = new Uint8Array(framedLength(framing, this.payloadLength[i]!));
    copyFramed(
      framing,
      this.arena,
      this.payloadOffset[i]!,
      this.payloadLength[i]!,
      this.protocol[i]!,
      this.deviceType[i]!,
      this.littleEndian[i] === 1,
      framed,
      0,
    );
    return framed;
  }

  /** Drop `i` as an object (allocates). Its payload may be a view of the arena, valid until `release()`. */
  record(i: number): DropRecord {
    if (!(i >= 0 && i < this.length)) throw new RangeError(`no drop ${i} in a batch of ${this.length}`);
    const text = (column: Uint32Array) => (column[i] === 0 ? undefined : this.strings.text(column[i]!));
    const pc = (BigInt(this.pcHigh[i]!) << 32n) | BigInt(this.pcLow[i]!);
    const cookie = this.cookie[i]!;
    const place = text(this.symbol);
    const interfaceName = text(this.interfaceName);
    const nameSource = this.nameSource[i] === NAME_FROM_DEVICES ? 'devices' : 'alert';
    const { linkType, lengthChange } = FRAMINGS[this.framing[i]!]!;
    return {
      origin: this.origin[i] === ORIGIN_HARDWARE ? 'hardware' : 'software',
      timestampNs: (BigInt(this.timestampHigh[i]!) << 32n) | BigInt(this.timestampLow[i]!),
      reason: text(this.reason),
      ...(place === undefined ? { symbol: undefined, module: undefined } : splitSymbol(place)),
      programCounter: pc === 0n ? undefined : pc,
      trap: text(this.trap),
      trapGroup: text(this.trapGroup),
      ifindex: this.ifindex[i] === 0 ? undefined : this.ifindex[i],
      interfaceName,
      interfaceNameSource: interfaceName === undefined ? undefined : nameSource,
      cookie: cookie === 0 ? undefined : this.strings.bytes(cookie).slice(),
      protocol: this.protocol[i] === NO_PROTOCOL ? undefined : this.protocol[i],
      lostBefore: this.lostBefore[i]!,
      linkType,
      originalLength: Math.max(this.originalLength[i]! + lengthChange, 0),
      payload: this.framedPayload(i),
    };
  }

  *[Symbol.iterator](): Iterator<DropRecord> {
    for (let i = 0; i < this.length; i++) yield this.record(i);
  }
}
