import { be16 } from '../bytes.js';
import { writeMac } from './addresses.js';
import type { AsciiWriter } from './asciiWriter.js';
import {
  describeProtocol,
  ETHERNET_HEADER_BYTES,
  isVlan,
  MAX_802_3_LENGTH,
  MAX_HEADERS,
} from './describe.js';
import { writeEtherType } from './etherTypes.js';

const ETHERTYPE_802_1Q = 0x8100;
/** Protocol in a cooked header before an LLC header (linux/if_ether.h). */
const ETH_P_802_2 = 4;
const LLC_BYTES = 3;
/** The two lowest bits of an LLC frame whose control field has one byte; two bytes otherwise (802.2, 5.4). */
const LLC_UNNUMBERED = 3;
const SNAP_SAP = 0xaa;
const SNAP_BYTES = 5;
const IPX_SAP = 0xff;

/** Names of the packet types of cooked headers, as tcpdump prints them (linux/if_packet.h). */
const PACKET_TYPES = ['In', 'B', 'M', 'P', 'Out'];

/**
 * Describes an Ethernet frame with its header, as tcpdump -e does.
 * @param line has room for MAX_DESCRIPTION_BYTES.
 * @param originalLength length before truncation.
 */
export function describeWithEthernet(line: AsciiWriter, bytes: Uint8Array, originalLength: number): void {
  if (bytes.length < ETHERNET_HEADER_BYTES) {
    line.text('Ethernet (truncated), length ').number(originalLength);
    return;
  }
  let type = be16(bytes, 12);
  let at = ETHERNET_HEADER_BYTES;
  writeMac(line, bytes, 6);
  line.text(' > ');
  writeMac(line, bytes, 0);
  writeType(line.text(', '), type);
  // The type field of an 802.3 frame is its length without the header.
  line.text(', length ').number(type <= MAX_802_3_LENGTH ? type : originalLength);
  let separator = ': ';
  for (let i = 0; i < MAX_HEADERS && isVlan(type) && bytes.length >= at + 4; i++) {
    const tag = be16(bytes, at);
    line
      .text(separator)
      .text('vlan ')
      .number(tag & 0xfff)
      .text(', p ')
      .number(tag >> 13);
    if (tag & 0x1000) line.text(', DEI');
    type = be16(bytes, at + 2);
    at += 4;
    writeType(line.text(', '), type);
    separator = ', ';
  }
  if (type > MAX_802_3_LENGTH) describeNext(line, separator, type, bytes.subarray(at), originalLength - at);
}

/**
 * Describes a packet after a cooked header, with the facts of this header, as tcpdump -e does.
 * @param line has room for MAX_DESCRIPTION_BYTES.
 * @param packetType PACKET_* of linux/if_packet.h.
 * @param sender offset of the sender's MAC address; undefined when the header has no MAC address.
 * @param protocol Ethernet type of the packet.
 */
export function describeWithCooked(
  line: AsciiWriter,
  bytes: Uint8Array,
  originalLength: number,
  headerBytes: number,
  packetType: number,
  sender: number | undefined,
  protocol: number,
): void {
  line.text(PACKET_TYPES[packetType] ?? '?').text(' ');
  if (sender !== undefined) {
    writeMac(line, bytes, sender);
    line.text(' ');
  }
  writeEtherType(line, protocol);
  line.text(', length ').number(originalLength);
  describeNext(line, ': ', protocol, bytes.subarray(headerBytes), originalLength - headerBytes);
}

/** Length of a frame's link-level header as tcpdump counts it: with VLAN tags, and with LLC and SNAP. */
export function ethernetHeaderBytes(bytes: Uint8Array): number {
  let type = be16(bytes, 12);
  let at = ETHERNET_HEADER_BYTES;
  for (let i = 0; i < MAX_HEADERS && isVlan(type); i++) {
    type = be16(bytes, at + 2);
    at += 4;
  }
  if (type <= MAX_802_3_LENGTH) at += llcBytes(bytes, at);
  return Math.min(at, bytes.length);
}

/**
 * Length of a cooked header as tcpdump counts it: with 802.1Q tags, and with LLC and SNAP.
 * @param at offset after the header. @param protocol Ethernet type in the header.
 */
export function cookedHeaderBytes(bytes: Uint8Array, at: number, protocol: number): number {
  let type = protocol;
  let end = at;
  for (let i = 0; i < MAX_HEADERS && type === ETHERTYPE_802_1Q; i++) {
    type = be16(bytes, end + 2);
    end += 4;
  }
  if (type === ETH_P_802_2) end += llcBytes(bytes, end);
  return Math.min(end, bytes.length);
}

function llcBytes(bytes: Uint8Array, at: number): number {
  const [target, source, control] = [bytes[at], bytes[at + 1], bytes[at + 2] ?? 0];
  if (target === IPX_SAP && source === IPX_SAP) return 0;
  if ((control & LLC_UNNUMBERED) !== LLC_UNNUMBERED) return LLC_BYTES + 1;
  return target === SNAP_SAP && source === SNAP_SAP ? LLC_BYTES + SNAP_BYTES : LLC_BYTES;
}

function writeType(line: AsciiWriter, type: number): void {
  if (type <= MAX_802_3_LENGTH) line.text('802.3');
  else writeEtherType(line, type);
}

function describeNext(
  line: AsciiWriter,
  separator: string,
  type: number,
  bytes: Uint8Array,
  originalLength: number,
): void {
  const end = line.at;
  line.text(separator);
  if (!describeProtocol(line, type, bytes, Math.max(originalLength, 0), false)) line.at = end;
}
