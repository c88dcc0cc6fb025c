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
  FRAMINGS,
} from '../linktype/framing.js';
import { type CookedHeader, cookedHeaderOf, SLL } from '../linktype/cooked.js';

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
  }
  const cooked = headerOf(framing);
  if (cooked) describeCooked(line, payload, originalLength, framing, cooked, protocol, linkHeader);
  else describeOther(line, framing, protocol, originalLength);
}

/**
 * Length of a packet's link-level header in bytes, as tcpdump counts it. 0 for link types other than Ethernet and cooked
 * headers.
 */
export function linkHeaderBytes(payload: Uint8Array, framing: number): number {
  if (framing === FRAMING_ETHERNET) return ethernetHeaderBytes(payload);
  const cooked = headerOf(framing);
  return cooked ? cookedHeaderBytes(payload, cooked.bytes, be16(payload, cooked.protocol)) : 0;
}

/** The cooked header that the packet has in files; undefined for another framing. */
function headerOf(framing: number): CookedHeader | undefined {
  return framing === FRAMING_SLL ? SLL : cookedHeaderOf(framing);
}

function describeCooked(
  line: AsciiWriter,
  payload: Uint8Array,
  originalLength: number,
  framing: number,
  cooked: CookedHeader,
  alertProtocol: number,
  linkHeader: boolean,
): void {
  const { bytes: headerBytes } = cooked;
  const protocol = framing === FRAMING_SLL ? alertProtocol : be16(payload, cooked.protocol);
  if (linkHeader && payload.length >= headerBytes) {
    const packetType = payload[cooked.packetType]!;
    const sender = payload[cooked.addressLength] === MAC_ADDRESS_BYTES ? cooked.address : undefined;
    describeWithCooked(line, payload, originalLength, headerBytes, packetType, sender, Math.max(protocol, 0));
    return;
  }
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
