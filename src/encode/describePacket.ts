import { be16, u32 } from '../bytes.js';
import type { AsciiWriter } from '../dissect/asciiWriter.js';
import { describeEthernet, describeIp, describeProtocol } from '../dissect/describe.js';
import { NO_PROTOCOL } from '../drop/batch.js';
import {
  FRAMING_CAN,
  FRAMING_ETHERNET,
  FRAMING_IPOIB,
  FRAMING_RAW,
  FRAMING_SLL,
  FRAMING_SLL2,
  FRAMINGS,
  SLL_HEADER_BYTES,
} from '../linktype/framing.js';
import { SLL2_HEADER_BYTES } from '../linktype/sll2.js';

/**
 * Describes a packet's headers in one line.
 * @param line has room for MAX_DESCRIPTION_BYTES.
 * @param payload the packet in the form that its link type has in files.
 * @param originalLength its length before truncation.
 * @param protocol ETH_P_*, or NO_PROTOCOL.
 */
export function describePacket(
  line: AsciiWriter,
  payload: Uint8Array,
  originalLength: number,
  protocol: number,
  framing: number,
): void {
  switch (framing) {
    case FRAMING_ETHERNET:
      describeEthernet(line, payload, originalLength);
      return;
    case FRAMING_RAW:
    case FRAMING_IPOIB:
      describeIp(line, payload, originalLength);
      return;
    case FRAMING_CAN:
      if (payload.length < 4) break;
      line.text('CAN, id 0x').hex(u32(payload, 0, false) & 0x1fffffff);
      line.text(', length ').number(originalLength);
      return;
    case FRAMING_SLL:
      describeCooked(line, payload, originalLength, framing, SLL_HEADER_BYTES, protocol);
      return;
    case FRAMING_SLL2:
      describeCooked(line, payload, originalLength, framing, SLL2_HEADER_BYTES, be16(payload, 0));
      return;
  }
  describeOther(line, framing, protocol, originalLength);
}

function describeCooked(
  line: AsciiWriter,
  payload: Uint8Array,
  originalLength: number,
  framing: number,
  headerBytes: number,
  protocol: number,
): void {
  const length = Math.max(originalLength - headerBytes, 0);
  const isKnown =
    protocol !== NO_PROTOCOL && describeProtocol(line, protocol, payload.subarray(headerBytes), length);
  if (!isKnown) describeOther(line, framing, protocol, length);
}

function describeOther(line: AsciiWriter, framing: number, protocol: number, length: number): void {
  line.text(FRAMINGS[framing]!.description);
  if (protocol !== NO_PROTOCOL) line.text(', protocol 0x').hex(protocol, 4);
  line.text(', length ').number(length);
}
