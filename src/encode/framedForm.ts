import type { DropBatch } from '../drop.js';
import { copyFramed, framedLength } from '../linktype/convert.js';
import { FRAMINGS } from '../linktype/framing.js';
import type { PacketForm } from './packetForm.js';

/** Every packet in its own link type. */
export const FRAMED_FORM: PacketForm = {
  linkType: undefined,
  start: () => {},
  linkTypeOf: (framing) => FRAMINGS[framing]!.linkType,
  describe: (framing) => FRAMINGS[framing]!.description,
  before: () => [],
  measure: (batch, i) => framedLength(batch.framing[i]!, batch.payloadLength[i]!),
  originalLength: (batch, i) => framedLength(batch.framing[i]!, batch.originalLength[i]!),
  write: (batch: DropBatch, i, target, at) => {
    copyFramed(
      batch.framing[i]!,
      batch.arena,
      batch.payloadOffset[i]!,
      batch.payloadLength[i]!,
      batch.protocol[i]!,
      batch.deviceType[i]!,
      batch.littleEndian[i] === 1,
      target,
      at,
    );
  },
};
