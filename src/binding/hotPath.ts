/**
 * The hot path in C++ (native/hot). TypeScript decodes or builds the first drop of each kind, and defines the result. The
 * hot path repeats the result for later drops that are like the first. Each function stops at the first row that it cannot
 * do, and TypeScript does this row. So dropcap also works without the hot path, slower. For little-endian hosts only.
 * test/bench measures what each function saves.
 *
 * `arena` and `columns` are the memory of a DropBatch. Functions use the memory during the call only. Functions throw a
 * TypeError or RangeError for wrong arguments, which dropcap never passes. Functions check the content of the memory: a
 * row with an unexpected content is left to TypeScript.
 */
export interface HotPath {
  /** Finds alerts that begin like one that was decoded before. Make one for each source. */
  readonly AlertTemplates: new () => AlertTemplates;
  /** Finds packets with the same options and interface as one encoded before. Make one for each encoder. */
  readonly PacketTemplates: new () => PacketTemplates;
  /**
   * Resolves framing and kind of the rows from `row` to `length` that have FRAMING_UNRESOLVED. Stops at a row whose kind has
   * no words in `devices`, or whose framing is not plain.
   * @param devices DEVICE_WORDS for each of the first DEVICE_KINDS kinds of alerts: type of the device (ARPHRD_*); a bit for
   * each framing that the device's packets can have; 1 more than the number of the kind without the device's name, with it,
   * and with it for frames to the device, all 0 for a kind that is not known; the device's hardware address, 2 and 4 bytes as big-endian numbers.
   * Stops also at a row whose frame may have another device's address.
   * @param addressFilter DeviceTable.addressFilter, ADDRESS_FILTER_BYTES.
   * @returns the number of rows that are complete.
   */
  resolveDevices(
    arena: Uint8Array,
    columns: Uint32Array,
    row: number,
    length: number,
    devices: Uint32Array,
    addressFilter: Uint8Array,
  ): number;
}

/** Alerts that were decoded before, by their first bytes. */
export interface AlertTemplates {
  /**
   * Remembers the kind of an alert. Does nothing when the alert does not have the usual form.
   * @param start offset in `arena` of the attributes of the alert.
   * @param length their length in bytes.
   * @param kind number of the kind in the batch's table.
   * @param mayBeCopy whether the packet may be an alert that netlink dropped: it has no input device.
   */
  learn(arena: Uint8Array, start: number, length: number, kind: number, mayBeCopy: boolean): void;
  /**
   * Decodes the messages from `first` to `count` of `index` into rows from `row` on. Stops at a message that is like no
   * earlier one.
   * @param index pairs of words: offset in `arena`, length in bytes.
   * @returns the number of rows that were decoded.
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
  /**
   * Like `decodeMessages`, for the records from `at` to `end` of a little-endian pcap file with LINKTYPE_NETLINK.
   */
  decodeRecords(
    arena: Uint8Array,
    columns: Uint32Array,
    row: number,
    at: number,
    end: number,
    familyId: number,
  ): number;
  /** Forgets all alerts. Must be called when the batch's table of kinds is replaced: the remembered numbers are wrong. */
  clear(): void;
}

/** Packets that were encoded before, by kind, protocol and framing. */
export interface PacketTemplates {
  /**
   * Remembers what packets of the kind, protocol and framing of row `row` have in common.
   * @param prefix bytes in the file before the payload.
   * @param options options of the block, epb_flags first, opt_endofopt last.
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
   * Appends an enhanced packet block to `output` for each row from `row` to `length`. Stops at a row that is like no
   * earlier one, and when `output` has no room.
   * @param written `written[0]` is the number of bytes in `output`, before and after the call.
   * @param packets number of packets by interface id; incremented.
   * @param times the words of a TimeRange; extended by the time stamps of the rows.
   * @returns the number of rows that were encoded.
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
  /** Forgets all packets. */
  clear(): void;
}
