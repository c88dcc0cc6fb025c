import type { DropBatch } from '../drop/batch.js';
import { copyFramed, framedLength } from '../linktype/convert.js';
import { cookedHeaderOf } from '../linktype/cooked.js';
import { FRAMINGS, SLL_HEADER_BYTES } from '../linktype/framing.js';
import { NO_PACKETS, type PacketForm } from './packetForm.js';

const NO_BYTES = new Uint8Array(0);

/** Writes every packet with its own link type. */
export const FRAMED_FORM: PacketForm = {
  linkType: undefined,
  headerBytes: SLL_HEADER_BYTES,
  start: () => {},
  linkTypeOf: (framing) => FRAMINGS[framing]!.linkType,
  framingText: (framing) => FRAMINGS[framing]!.description,
  before: () => NO_PACKETS,
  prefix: (batch, i) => {
    const framing = batch.framing[i]!;
    const { converted, lengthChange } = FRAMINGS[framing]!;
    // No prefix: the packet type, and not the address, decides about reception.
    if (cookedHeaderOf(framing)) return undefined;
    if (!converted) return NO_BYTES;
    if (lengthChange !== SLL_HEADER_BYTES) return undefined;
    const header = new Uint8Array(SLL_HEADER_BYTES);
    copyFramed(framing, batch.arena, 0, 0, batch.protocol[i]!, batch.kindOf(i).deviceType, true, header, 0);
    return header;
  },
  measure: (batch, i) => framedLength(batch.framing[i]!, batch.payloadLength[i]!),
  originalLength: (batch, i) => framedLength(batch.framing[i]!, batch.originalLength[i]!),
  write: (batch: DropBatch, i, output, at) => {
    const framing = batch.framing[i]!;
    const [offset, length] = [batch.payloadOffset[i]!, batch.payloadLength[i]!];
    const { deviceType, littleEndian } = batch.kindOf(i);
    copyFramed(
      framing,
      batch.arena,
      offset,
      length,
      batch.protocol[i]!,
      deviceType,
      littleEndian,
      output.bytes,
      at,
    );
  },
};
