import {
  block,
  enhancedPacket,
  interfaceDescription,
  obsoletePacket,
  option,
  recordsOf,
  sectionHeader,
} from './captureFiles.js';
import { u16, u32 } from './netlinkBytes.js';

const bytes = (length: number) => Buffer.alloc(length);
const END = option(0, bytes(0), true);
export const [packet] = recordsOf(Buffer.alloc(60, 0x45));

/** A block of these total lengths around a body of any length. */
export function framed(type: number, body: Uint8Array, first: number, last: number): Buffer {
  return Buffer.concat([u32(type, true), u32(first, true), body, u32(last, true)]);
}

export const SECTION = sectionHeader(true);
export const DROP = enhancedPacket(packet!, true, 0, option(1, Buffer.from('dropcap: reason=X'), true), END);
export const START = Buffer.concat([SECTION, interfaceDescription(true, 1)]);
export const statistics = (...body: Uint8Array[]) => block(5, Buffer.concat(body), true);
const packetBody = (id: number, captured: number) =>
  Buffer.concat([u32(id, true), bytes(8), u32(captured, true), u32(captured, true), bytes(8)]);

/** Name, the block, the fault, and whether the drop in the block is read. */
export const FAULTS: readonly [string, Buffer, string, number][] = [
  [
    'other second length',
    framed(6, DROP.subarray(8, -4), DROP.length, 8),
    `total lengths ${DROP.length} and 8`,
    1,
  ],
  ['other second length, unknown type', framed(77, bytes(8), 20, 24), 'total lengths 20 and 24', 0],
  [
    'length no multiple of 4',
    Buffer.concat([framed(77, bytes(5), 17, 17), bytes(3)]),
    'total length 17, no multiple of 4',
    0,
  ],
  ['packet without lengths', block(6, bytes(16), true), 'shorter than its fixed part', 0],
  ['obsolete packet without lengths', block(2, bytes(16), true), 'shorter than its fixed part', 0],
  ['simple packet without length', block(3, bytes(0), true), 'shorter than its fixed part', 0],
  ['packet longer than its block', block(6, packetBody(0, 9), true), 'a packet longer than the block', 0],
  [
    'packet of the largest length',
    block(6, packetBody(0, 0xffffffff), true),
    'a packet longer than the block',
    0,
  ],
  [
    'obsolete packet longer than its block',
    block(2, packetBody(0, 9), true),
    'a packet longer than the block',
    0,
  ],
  [
    'simple packet longer than its block',
    block(3, Buffer.concat([u32(9, true), bytes(8)]), true),
    'a packet longer than the block',
    0,
  ],
  ['packet of no interface', enhancedPacket(packet!, true, 1), 'an interface that is not described', 0],
  [
    'obsolete packet of no interface',
    obsoletePacket(packet!, true, 1),
    'an interface that is not described',
    0,
  ],
  ['short interface', block(1, bytes(4), true), 'shorter than its fixed part', 0],
  [
    'interface with a long option',
    interfaceDescription(true, 1, 0, u16(2, true), u16(9, true), bytes(4)),
    'options longer than the block',
    0,
  ],
  ...[
    [6, 5],
    [8, 4],
    [9, 2],
    [14, 4],
  ].map(([code, length]): [string, Buffer, string, number] => [
    `interface with option ${code} of ${length} bytes`,
    interfaceDescription(true, 1, 0, option(code!, bytes(length!), true), END),
    `option ${code} of ${length} bytes`,
    0,
  ]),
  ['short statistics', statistics(bytes(8)), 'shorter than its fixed part', 0],
  ['statistics of no interface', statistics(u32(9, true), bytes(8)), 'an interface that is not described', 0],
  ...[2, 3, 4, 5, 6, 7, 8].map((code): [string, Buffer, string, number] => [
    `statistics with option ${code} of 4 bytes`,
    statistics(bytes(12), option(code, bytes(4), true), END),
    `option ${code} of 4 bytes`,
    0,
  ]),
  [
    'statistics with a long option',
    statistics(bytes(12), u16(1, true), u16(99, true)),
    'options longer than the block',
    0,
  ],
  [
    'long statistics',
    framed(5, bytes(1 << 20), (1 << 20) + 12, (1 << 20) + 12),
    'a total length of 1048588: blocks of this type are read up to 1 MiB',
    0,
  ],
  [
    'long block of other lengths',
    framed(77, bytes(1 << 20), (1 << 20) + 12, 12),
    'total lengths 1048588 and 12',
    0,
  ],
  [
    'short section header',
    framed(0x0a0d0d0a, SECTION.subarray(8, 20), 24, 24),
    'shorter than its fixed part',
    0,
  ],
  [
    'section header with a long option',
    sectionHeader(true, u16(4, true), u16(5, true)),
    'options longer than the block',
    0,
  ],
  [
    'packet with a long option',
    enhancedPacket(
      packet!,
      true,
      0,
      option(1, Buffer.from('dropcap: reason=X'), true),
      u16(1, true),
      u16(5, true),
    ),
    'options longer than the block',
    1,
  ],
  [
    "another program's packet with a long option",
    enhancedPacket(packet!, true, 0, u16(1, true), u16(5, true)),
    'options longer than the block',
    0,
  ],
  [
    'packet with a short epb_dropcount',
    enhancedPacket(
      packet!,
      true,
      0,
      option(4, bytes(4), true),
      option(1, Buffer.from('dropcap: reason=X'), true),
      END,
    ),
    'epb_dropcount of 4 bytes',
    1,
  ],
];
