import type { DropBatch } from '../drop.js';
import { copyFramed, framedLength } from '../linktype/convert.js';
import { FRAMINGS } from '../linktype/framing.js';
import { NO_PACKETS, type PacketForm } from './packetForm.js';

/** Every packet in its own link type. */
export const FRAMED_FORM: PacketForm = {
  linkType: undefined,
  start: () => {},
  linkTypeOf: (framing) => FRAMINGS[framing]!.linkType,
  describe: (framing) => FRAMINGS[framing]!.description,
  before: () => NO_PACKETS,
  measure: (batch, i) => framedLength(batch.framing[i]!, batch.payloadLength[i]!),
  originalLength: (batch, i) => framedLength(batch.framing[i]!, batch.originalLength[i]!),
  write: (batch: DropBatch, i, output, at) => {
    const framing = batch.framing[i]!;
    const [offset, length] = [batch.payloadOffset[i]!, batch.payloadLength[i]!];
    if (!FRAMINGS[framing]!.converted) {
      output.put(batch.arena, batch.words, offset, length, at);
      return;
    }
    copyFramed(
      framing,
      batch.arena,
      offset,
      length,
      batch.protocol[i]!,
      batch.deviceType[i]!,
      batch.littleEndian[i] === 1,
      output.bytes,
      at,
    );
  },
};
