/** libpcap's filters, compiled and run by the addon (native/filter). libpcap is loaded when the first filter is made. */
export interface PacketFilterBinding {
  /** @throws Error with libpcap's own text for a wrong expression; `libpcap is missing` without the library. */
  readonly PacketFilter: new (dataLinkType: number, expression: string) => PacketFilter;
  /** Version of libpcap for people; undefined without libpcap. */
  pcapVersion(): string | undefined;
}

/** An expression of pcap-filter, compiled for one data link type (DLT_*). */
export interface PacketFilter {
  /** What the filter says of every packet; undefined when that depends on the packet. */
  readonly constant: boolean | undefined;
  /** Whether the filter asks the kernel for a fact of the packet, such as its direction. It then never matches. */
  readonly asksKernel: boolean;
  /**
   * Judges the payloads of the first `length` rows of a batch whose byte in `wanted` is 1. The byte becomes 0 for a packet that
   * does not match.
   * @param columns the memory of the batch's columns.
   */
  matchRows(arena: Uint8Array, columns: Uint32Array, length: number, wanted: Uint8Array): void;
  /** Whether a packet matches. `originalLength` is its length before truncation. */
  match(packet: Uint8Array, originalLength: number): boolean;
}
