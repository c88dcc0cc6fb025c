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
   * Resolves framing and kind of the rows from `row` to `length` that have FRAMING_UNRESOLVED, until one whose kind has no
   * words in `devices`, or whose framing is not plain.
   * @param devices DEVICE_WORDS for each of the first DEVICE_KINDS kinds of alerts: type of the device; a bit for each
   * framing that its packets can have; and 1 more than the numbers of the kind without and with the device's name. The last
   * two are 0 for a kind that is not known.
   * @returns how many rows need nothing more.
   */
  resolveDevices(
    arena: Uint8Array,
    columns: Uint32Array,
    row: number,
    length: number,
    devices: Uint32Array,
  ): number;
}

export interface AlertTemplates {
  /**
   * Remembers the kind of the alert whose attributes lie at `start`, if the alert has the usual form.
   * @param mayBeCopy whether the packet may be an alert that netlink dropped: it has no input device.
   */
  learn(arena: Uint8Array, start: number, length: number, kind: number, mayBeCopy: boolean): void;
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
  /** Forgets everything: the numbers of kinds are of another table from now on. */
  clear(): void;
}

export interface PacketTemplates {
  /**
   * Remembers what packets of the kind, protocol and framing of row `row` have in common.
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
