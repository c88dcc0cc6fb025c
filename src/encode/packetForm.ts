import type { DropBatch } from '../drop/batch.js';
import type { OutputBuffer } from './outputBuffer.js';

/** What mostly stands before a drop: nothing is made for it. */
export const NO_PACKETS: readonly Uint8Array[] = [];

/** How a drop becomes the packet of a capture file: which bytes, of which link type. */
export interface PacketForm {
  /** The link type of all packets; undefined where it depends on the packet. */
  readonly linkType: number | undefined;
  /** Begins a file: nothing that other files were told is known in it. */
  start(): void;
  /** LINKTYPE_* of a drop with that framing. */
  linkTypeOf(framing: number): number;
  /** What packets of that framing are in the file, for people: `raw IP`. */
  describe(framing: number): string;
  /** Packets that have to stand before drop `i`, in whose place and time they stand; mostly none. */
  before(batch: DropBatch, i: number): readonly Uint8Array[];
  /**
   * What stands before the payload of drop `i` and of all others of its protocol, device type and framing, where the
   * packet in the file is just that and the payload; undefined where it is not. Forms whose packets never are have no such
   * function.
   */
  readonly prefix?: (batch: DropBatch, i: number) => Uint8Array | undefined;
  /** Bytes of drop `i` in the file. */
  measure(batch: DropBatch, i: number): number;
  /** Bytes that the packet would have if nothing of the drop had been cut; `length` is what was measured. */
  originalLength(batch: DropBatch, i: number, length: number): number;
  /** Writes the `length` bytes, as measured, of drop `i` to `at` of `output`, where the caller made room. */
  write(batch: DropBatch, i: number, output: OutputBuffer, at: number, length: number): void;
}
