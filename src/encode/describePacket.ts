import { be16, u32 } from '../bytes.js';
import type { AsciiWriter } from '../dissect/asciiWriter.js';
import {
  cookedHeaderBytes,
  describeWithCooked,
  describeWithEthernet,
  ethernetHeaderBytes,
} from '../dissect/linkHeader.js';
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

const MAC_ADDRESS_BYTES = 6;

/**
 * Describes a packet's headers in one line.
 * @param line has room for MAX_DESCRIPTION_BYTES.
 * @param payload the packet in the form that its link type has in files.
 * @param originalLength its length before truncation.
 * @param protocol ETH_P_*, or NO_PROTOCOL.
 * @param linkHeader whether to describe the link-level header too, as tcpdump -e does. Only Ethernet, cooked headers and
 * raw IP have a description.
 */
export function describePacket(
  line: AsciiWriter,
  payload: Uint8Array,
  originalLength: number,
  protocol: number,
  framing: number,
  linkHeader: boolean,
): void {
  switch (framing) {
    case FRAMING_ETHERNET:
      if (linkHeader) describeWithEthernet(line, payload, originalLength);
      else describeEthernet(line, payload, originalLength);
      return;
    case FRAMING_RAW:
    case FRAMING_IPOIB:
      if (linkHeader) line.text('ip: ');
      describeIp(line, payload, originalLength, !linkHeader);
      return;
    case FRAMING_CAN:
      if (payload.length < 4) break;
      line.text('CAN, id 0x').hex(u32(payload, 0, false) & 0x1fffffff);
      line.text(', length ').number(originalLength);
      return;
    case FRAMING_SLL:
      describeCooked(line, payload, originalLength, framing, protocol, linkHeader);
      return;
    case FRAMING_SLL2:
      describeCooked(line, payload, originalLength, framing, be16(payload, 0), linkHeader);
      return;
  }
  describeOther(line, framing, protocol, originalLength);
}

/**
 * Length of a packet's link-level header in bytes, as tcpdump counts it. 0 for link types other than Ethernet and cooked
 * headers.
 */
export function linkHeaderBytes(payload: Uint8Array, framing: number): number {
  if (framing === FRAMING_ETHERNET) return ethernetHeaderBytes(payload);
  if (framing === FRAMING_SLL) return cookedHeaderBytes(payload, SLL_HEADER_BYTES, be16(payload, 14));
  return framing === FRAMING_SLL2 ? cookedHeaderBytes(payload, SLL2_HEADER_BYTES, be16(payload, 0)) : 0;
}

function describeCooked(
  line: AsciiWriter,
  payload: Uint8Array,
  originalLength: number,
  framing: number,
  protocol: number,
  linkHeader: boolean,
): void {
  const headerBytes = framing === FRAMING_SLL ? SLL_HEADER_BYTES : SLL2_HEADER_BYTES;
  if (linkHeader && payload.length >= headerBytes) {
    const { packetType, sender } = framing === FRAMING_SLL ? sllFacts(payload) : sll2Facts(payload);
    describeWithCooked(line, payload, originalLength, headerBytes, packetType, sender, Math.max(protocol, 0));
    return;
  }
  const length = Math.max(originalLength - headerBytes, 0);
  const isKnown =
    protocol !== NO_PROTOCOL && describeProtocol(line, protocol, payload.subarray(headerBytes), length);
  if (!isKnown) describeOther(line, framing, protocol, length);
}

/** What tcpdump -e shows of a cooked header: its packet type, and the offset of a MAC address. */
interface CookedFacts {
  readonly packetType: number;
  readonly sender: number | undefined;
}

function sllFacts(header: Uint8Array): CookedFacts {
  return { packetType: be16(header, 0), sender: be16(header, 4) === MAC_ADDRESS_BYTES ? 6 : undefined };
}

function sll2Facts(header: Uint8Array): CookedFacts {
  return { packetType: header[10]!, sender: header[11] === MAC_ADDRESS_BYTES ? 12 : undefined };
}

function describeOther(line: AsciiWriter, framing: number, protocol: number, length: number): void {
  line.text(FRAMINGS[framing]!.description);
  if (protocol !== NO_PROTOCOL) line.text(', protocol 0x').hex(protocol, 4);
  line.text(', length ').number(length);
}
