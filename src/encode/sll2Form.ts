import { LINKTYPE_LINUX_SLL2 } from '../linktype/constants.js';
import { FRAMING_SLL2, FRAMINGS } from '../linktype/framing.js';
import { copySll2, sll2Length, sll2OriginalLength } from '../linktype/sll2.js';
import { NO_PACKETS, type PacketForm } from './packetForm.js';

/**
 * Writes every packet as LINKTYPE_LINUX_SLL2. libpcap gives this link type for the `any` device, and can read a file
 * in which all packets have it.
 */
export const SLL2_FORM: PacketForm = {
  linkType: LINKTYPE_LINUX_SLL2,
  start: () => {},
  linkTypeOf: () => LINKTYPE_LINUX_SLL2,
  framingText: () => FRAMINGS[FRAMING_SLL2]!.description,
  before: () => NO_PACKETS,
  measure: (batch, i) => sll2Length(batch.framing[i]!, batch.payloadLength[i]!),
  originalLength: (batch, i) => sll2OriginalLength(batch.framing[i]!, batch.originalLength[i]!),
  write: (batch, i, output, at) => {
    const { deviceType, ifindex = 0 } = batch.kindOf(i);
    copySll2(
      batch.framing[i]!,
      batch.arena,
      batch.payloadOffset[i]!,
      batch.payloadLength[i]!,
      batch.protocol[i]!,
      deviceType,
      ifindex,
      output.bytes,
      at,
    );
  },
};
