/**
 * The hot path in C++ (native/hot): what has been decoded or built once in TypeScript, which defines all of it, is done
 * again for the many drops that are like it. Every function does as many rows as it can and leaves the next one to
 * TypeScript, so that all works without, slower. For little-endian hosts. test/bench has what each saves.
 *
 * `arena` and `columns` are a DropBatch's memory, used during the call only. Functions throw a TypeError or RangeError for
 * arguments that no caller of ours gives; what lies in the memory is checked, and makes a row one for TypeScript.
 */
export interface HotPath {
  /** Alerts that begin as one that was decoded before. One for each source. */
  readonly AlertTemplates: new () => AlertTemplates;
  /** Packets that have options and interface of one that was encoded before. One for each encoder. */
  readonly PacketTemplates: new () => PacketTemplates;
  /**
   * Fills in device type, framing and interface name of rows from `row` to `length` that were decoded from alerts, until
   * one whose device is not in its slot, or whose framing is not plain.
   * @param slots DEVICE_SLOTS times DEVICE_SLOT_WORDS: the device with index i, if its slot has it, is in slot i modulo
   * DEVICE_SLOTS.
   * @returns how many rows need nothing more.
   */
  fillDevices(
    arena: Uint8Array,
    columns: Uint32Array,
    row: number,
    length: number,
    slots: Uint32Array,
  ): number;
}

export const DEVICE_SLOTS = 1024;
/**
 * Words of a slot: index of the device, 0 when the slot is empty; its type; id of its name in the batch's strings, or 0;
 * and a bit for each framing that its packets can have.
 */
export const DEVICE_SLOT_WORDS = 4;

export interface AlertTemplates {
  /**
   * Remembers row `row`, which was made of the alert whose attributes lie at `start`, and sets its place, if the alert
   * has the usual form.
   */
  learn(arena: Uint8Array, columns: Uint32Array, start: number, length: number, row: number): void;
  /**
   * Decodes messages into rows from `row` on: those of `index`, pairs of offset and length, from `first` to `count`.
   * @returns how many became rows before one was met that is like none before.
   */
  decodeMessages(
    arena: Uint8Array,
    columns: Uint32Array,
    row: number,
    index: Uint32Array,
    count: number,
    first: number,
    familyId: number,
  ): number;
  /** The same with the records of a little-endian pcap file of netlink traffic that lie from `at` to `end`. */
  decodeRecords(
    arena: Uint8Array,
    columns: Uint32Array,
    row: number,
    at: number,
    end: number,
    familyId: number,
  ): number;
  /** Forgets everything: the strings that rows name are others from now on. */
  clear(): void;
}

export interface PacketTemplates {
  /**
   * Remembers what packets like row `row`, which has a place, have in common.
   * @param prefix what stands before the payload.
   * @param options epb_flags first, opt_endofopt last.
   */
  learn(
    arena: Uint8Array,
    columns: Uint32Array,
    row: number,
    interfaceId: number,
    prefix: Uint8Array,
    options: Uint8Array,
  ): void;
  /**
   * Appends an enhanced packet block for each row from `row` to `length`, until one that is like none before, or that
   * there is no room for.
   * @param output `written[0]` bytes of it are filled, before and after.
   * @param packets counts packets by interface id.
   * @param times the words of a TimeRange, which includes theirs afterwards.
   * @returns how many rows were encoded.
   */
  encode(
    arena: Uint8Array,
    columns: Uint32Array,
    row: number,
    length: number,
    output: Uint8Array,
    written: Uint32Array,
    packets: Float64Array,
    times: Uint32Array,
  ): number;
  /** Forgets everything. */
  clear(): void;
}
