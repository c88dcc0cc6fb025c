import {
  type CookedHeader,
  cookedLength,
  cookedOriginalLength,
  copyCooked,
  SLL,
  SLL2,
} from '../linktype/cooked.js';
import { FRAMINGS } from '../linktype/framing.js';
import { NO_PACKETS, type PacketForm } from './packetForm.js';

/** Writes every packet as LINKTYPE_LINUX_SLL2, the link type that libpcap gives packets of the `any` device. */
export const SLL2_FORM: PacketForm = cookedForm(SLL2);

/** Writes every packet as LINKTYPE_LINUX_SLL, for tools that do not know LINKTYPE_LINUX_SLL2. */
export const SLL_FORM: PacketForm = cookedForm(SLL);

/** Writes every packet after a cooked header. libpcap can read a file in which all packets have one link type. */
function cookedForm(header: CookedHeader): PacketForm {
  return {
    linkType: header.linkType,
    headerBytes: header.bytes,
    start: () => {},
    linkTypeOf: () => header.linkType,
    framingText: () => FRAMINGS[header.framing]!.description,
    before: () => NO_PACKETS,
    measure: (batch, i) => cookedLength(header, batch.framing[i]!, batch.payloadLength[i]!),
    originalLength: (batch, i) => cookedOriginalLength(header, batch.framing[i]!, batch.originalLength[i]!),
    write: (batch, i, output, at) => {
      const { deviceType, ifindex = 0 } = batch.kindOf(i);
      copyCooked(
        header,
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
}
