import type { DropBatch } from '../drop/batch.js';
import { MAX_PACKET_BYTES } from '../pcap/writer.js';
import type { OutputBuffer } from './outputBuffer.js';

/** The usual result of `before`: no packets, and nothing allocated. */
export const NO_PACKETS: readonly Uint8Array[] = [];

/** How a drop is written as a packet of a capture file: its bytes and its link type. */
export interface PacketForm {
  /** The link type of all packets; undefined when packets have different link types. */
  readonly linkType: number | undefined;
  /**
   * Most bytes that a packet gets more than its payload has: cooked headers. Undefined for whole messages, which the snap
   * length does not limit.
   */
  readonly headerBytes: number | undefined;
  /** Starts a file. Everything that `before` wrote into previous files must be written again. */
  start(): void;
  /** LINKTYPE_* of a drop with this framing. */
  linkTypeOf(framing: number): number;
  /** Text for people about packets with this framing in the file: `raw IP`. */
  framingText(framing: number): string;
  /** Packets that must be written before drop `i`, with the drop's time; usually none. */
  before(batch: DropBatch, i: number): readonly Uint8Array[];
  /**
   * The bytes before the payload of drop `i`, if the packet in the file is exactly these bytes and the payload;
   * otherwise undefined. All drops with the same protocol, device type and framing must have the same prefix. Forms
   * whose packets are never so have no such function.
   */
  readonly prefix?: (batch: DropBatch, i: number) => Uint8Array | undefined;
  /** Length in bytes of drop `i` in the file. */
  measure(batch: DropBatch, i: number): number;
  /** Length in bytes of the packet if the drop had not been truncated. `length` must be the result of `measure`. */
  originalLength(batch: DropBatch, i: number, length: number): number;
  /**
   * Writes drop `i` at `at` of `output`. `length` must be the result of `measure`; the caller must make room for it.
   */
  write(batch: DropBatch, i: number, output: OutputBuffer, at: number, length: number): void;
}

/**
 * The snap length of a file: most bytes of its packets.
 * @param snapLength most bytes of a drop's payload; undefined when drops are whole.
 */
export function fileSnapLength({ headerBytes }: PacketForm, snapLength: number | undefined): number {
  if (snapLength === undefined || headerBytes === undefined) return MAX_PACKET_BYTES;
  return Math.min(snapLength + headerBytes, MAX_PACKET_BYTES);
}
