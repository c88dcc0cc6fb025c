/** The record is a packet, complete in the buffer: `offset`, `length` and the other fields describe it. */
export const READ_PACKET = 1;
/** The record is not a packet: skip `consumed` bytes. The record may end after the buffer's end. */
export const READ_OTHER = 2;
/** The record ends after the buffer's end: call `next` again with more bytes. */
export const READ_MORE = 3;

/**
 * Finds packets in the bytes of a capture file. The caller owns the buffer, and fills it between the calls. The caller
 * must call `next` first at the file's start, then where the previous record ended. `next` allocates nothing for a
 * packet.
 */
export interface RecordReader {
  /** After READ_PACKET and READ_OTHER: bytes from the start of the record to the next one. */
  readonly consumed: number;
  /** After READ_PACKET: offset of the packet's bytes in the buffer, and their number. */
  readonly offset: number;
  readonly length: number;
  /** Length of the packet before it was cut. */
  readonly originalLength: number;
  /** LINKTYPE_* */
  readonly linkType: number;
  /**
   * Reads the record at `at`. Reads no byte at or after `end`.
   * @param fileOffset offset in the file of the byte at `at`, for errors.
   * @returns READ_PACKET, READ_OTHER or READ_MORE.
   * @throws MalformedInputError when the next record cannot be found, or this one is longer than MAX_RECORD_BYTES.
   */
  next(view: DataView, at: number, end: number, fileOffset: number): number;
  /**
   * After READ_PACKET: the record's time stamp, in nanoseconds since 1970 UTC; undefined when it has none.
   * @param view the one that `next` read.
   */
  timestampNs(view: DataView): bigint | undefined;
}

/** Longest record that is read whole. Without this limit, a hostile length would make the caller allocate 4 GiB. */
export const MAX_RECORD_BYTES = 1_048_576;
