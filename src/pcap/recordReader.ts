/** The next record lies whole in the buffer: `offset`, `length` and so on describe it. */
export const READ_PACKET = 1;
/** Something that is no packet lies there; `consumed` may go behind the buffer's end. */
export const READ_OTHER = 2;
/** The record goes on behind the buffer's end: call again with more bytes. */
export const READ_MORE = 3;

/**
 * Finds packets in the bytes of a capture file. The caller owns the buffer, calls `next` at the place where the last
 * record ended (the first call: behind nothing, at the file's start), and fills the buffer in between. Allocates
 * nothing for a packet.
 */
export interface RecordReader {
  /** Bytes that the record takes from the place where it was asked for: after READ_PACKET and READ_OTHER. */
  readonly consumed: number;
  /** After READ_PACKET: where the packet's bytes start in the buffer, and how many there are. */
  readonly offset: number;
  readonly length: number;
  /** Length of the packet before it was cut. */
  readonly originalLength: number;
  /** LINKTYPE_* */
  readonly linkType: number;
  /**
   * Looks at the record at `at`; nothing at or behind `end` is read.
   * @param fileOffset of `at`, for errors.
   * @returns READ_PACKET, READ_OTHER or READ_MORE.
   * @throws MalformedInputError where nothing says how to go on.
   */
  next(view: DataView, at: number, end: number, fileOffset: number): number;
}

/** No record may need more bytes than this: what a hostile length asks for is not allocated. */
export const MAX_RECORD_BYTES = 1_048_576;
