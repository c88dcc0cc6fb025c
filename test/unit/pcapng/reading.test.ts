import { describe, expect, test } from 'vitest';
import { MalformedInputError } from '../../../src/errors.js';
import { READ_MORE, READ_OTHER, READ_PACKET } from '../../../src/pcap/recordReader.js';
import { PcapngReader } from '../../../src/pcapng/reader.js';
import type { ReadStatistics } from '../../../src/pcapng/readStatistics.js';
import {
  block,
  enhancedPacket,
  interfaceDescription,
  obsoletePacket,
  option,
  recordsOf,
  sectionHeader,
  simplePacket,
} from '../../support/captureFiles.js';
import { u32, u64 } from '../../support/netlinkBytes.js';
import { guarded } from '../../support/properties.js';

const ORDERS = [true, false];
const END = (little: boolean) => option(0, Buffer.alloc(0), little);
const text = (value: string) => Buffer.from(value, 'utf8');
const [packet] = recordsOf(text('12345'));

/** The results of a reader for all blocks of a file. */
function readAll(file: Buffer): {
  kinds: number[];
  packets: object[];
  statistics: ReadStatistics[];
  reader: PcapngReader;
} {
  const { arena, start, end } = guarded(file);
  const view = new DataView(arena.buffer);
  const statistics: ReadStatistics[] = [];
  const reader = new PcapngReader({
    onSection: () => {},
    onInterface: () => {},
    onStatistics: (found) => statistics.push(found),
  });
  const kinds: number[] = [];
  const packets: object[] = [];
  for (let at = start; at < end; at += reader.consumed) {
    const kind = reader.next(view, at, end, at - start);
    kinds.push(kind);
    if (kind === READ_MORE) break;
    if (kind !== READ_PACKET) continue;
    const { offset, length, originalLength, linkType, timestampHigh, timestampLow } = reader;
    const ns = (BigInt(timestampHigh) << 32n) | BigInt(timestampLow);
    const bytes = Buffer.from(arena.subarray(offset, offset + length)).toString();
    packets.push({ bytes, originalLength, linkType, ns, name: reader.interface?.name });
  }
  return { kinds, packets, statistics, reader };
}

describe.each(ORDERS)('PcapngReader (little-endian: %s)', (little) => {
  const named = (name: string, linkType: number) =>
    interfaceDescription(little, linkType, 0, option(2, text(name), little), END(little));
  const section = sectionHeader(little, option(4, text('dropcap 1'), little), END(little));
  const whole = { bytes: '12345', originalLength: 5, ns: 1_000_000_000n };

  test('gives the packets of each kind of block with their interfaces', () => {
    const file = [
      section,
      named('a', 1),
      named('b', 101),
      enhancedPacket(packet!, little, 1, option(1, text('c'), little)),
      obsoletePacket(packet!, little, 1),
      simplePacket(packet!, little),
      enhancedPacket(packet!, little, 2),
    ];
    const { packets, kinds, reader } = readAll(Buffer.concat(file));
    expect(packets).toEqual([
      { ...whole, linkType: 101, name: 'b' },
      { ...whole, linkType: 101, name: 'b' },
      { ...whole, ns: 0n, linkType: 1, name: 'a' },
    ]);
    expect(kinds.at(-1)).toBe(READ_OTHER);
    expect(reader.application).toBe('dropcap 1');
  });

  test('discards interfaces and application at the next section, which may have the other byte order', () => {
    const file = [section, named('a', 1), sectionHeader(!little), enhancedPacket(packet!, !little)];
    const { packets, reader } = readAll(Buffer.concat(file));
    expect(packets).toEqual([]);
    expect([reader.application, reader.littleEndian]).toEqual([undefined, !little]);
  });

  test('begins a section once, also when its header arrives in parts', () => {
    const { arena, start, end } = guarded(section);
    const view = new DataView(arena.buffer);
    let sections = 0;
    const reader = new PcapngReader({
      onSection: () => sections++,
      onInterface: () => {},
      onStatistics: () => {},
    });
    for (let length = 0; length < section.length; length++) {
      expect([reader.next(view, start, start + length, 0), sections]).toEqual([READ_MORE, 0]);
    }
    expect([reader.next(view, start, end, 0), sections]).toEqual([READ_OTHER, 1]);
    expect(reader.littleEndian).toBe(little);
  });

  test('gives the statistics that a block has, and no others', () => {
    const block5 = (id: number, ...options: Buffer[]) =>
      block(5, Buffer.concat([u32(id, little), u32(1, little), u32(2, little), ...options]), little);
    const { statistics } = readAll(
      Buffer.concat([
        section,
        named('a', 1),
        block5(0, option(4, u64(9n, little), little)),
        block5(
          0,
          option(2, Buffer.concat([u32(3, little), u32(4, little)]), little),
          option(3, Buffer.concat([u32(5, little), u32(6, little)]), little),
          option(5, u64(0n, little), little),
          option(7, u64(1n << 40n, little), little),
          END(little),
        ),
        block5(1, option(5, u64(3n, little), little)),
        block(5, Buffer.alloc(0), little),
      ]),
    );
    // The interface has microseconds.
    const time = (high: bigint, low: bigint) => BigInt.asUintN(64, ((high << 32n) | low) * 1000n);
    const nothing = {
      startNs: undefined,
      endNs: undefined,
      droppedByInterface: undefined,
      droppedByOs: undefined,
    };
    expect(statistics).toEqual([
      { interface: expect.objectContaining({ name: 'a' }) as object, timestampNs: time(1n, 2n), ...nothing },
      {
        interface: expect.objectContaining({ name: 'a' }) as object,
        timestampNs: time(1n, 2n),
        startNs: time(3n, 4n),
        endNs: time(5n, 6n),
        droppedByInterface: 0n,
        droppedByOs: 1n << 40n,
      },
    ]);
  });

  test.each<[string, (little: boolean) => Buffer]>([
    [
      'is longer than its block',
      (order) =>
        block(
          6,
          Buffer.concat([u32(0, order), Buffer.alloc(8), u32(9, order), u32(9, order), text('12345678')]),
          order,
        ),
    ],
    [
      'is as long as can be',
      (order) =>
        block(
          6,
          Buffer.concat([u32(0, order), Buffer.alloc(8), u32(0xffffffff, order), u32(9, order)]),
          order,
        ),
    ],
    ['has no room for its lengths', (order) => block(6, u32(0, order), order)],
    ['is of an interface that was not described', (order) => enhancedPacket(packet!, order, 7)],
  ])('skips a packet that %s', (_, build) => {
    const { packets } = readAll(
      Buffer.concat([section, named('a', 1), build(little), enhancedPacket(packet!, little)]),
    );
    expect(packets).toEqual([{ ...whole, linkType: 1, name: 'a' }]);
  });

  test.each([0, 4, 11])('throws at a block of %i bytes', (length) => {
    const bad = Buffer.concat([u32(6, little), u32(length, little), Buffer.alloc(8)]);
    expect(() => readAll(Buffer.concat([section, bad]))).toThrow(MalformedInputError);
  });

  test.each([6, 3, 2, 1])(
    'throws at a block of type %i of more than 1 MiB, and skips blocks of other types',
    (type) => {
      const huge = (of: number) => Buffer.concat([u32(of, little), u32(0xfffffff0, little), Buffer.alloc(8)]);
      expect(() => readAll(Buffer.concat([section, huge(type)]))).toThrow(/up to 1 MiB/);
      const { kinds, reader } = readAll(Buffer.concat([section, huge(0x1234)]));
      // All but the second total length, which is compared with the first one.
      expect([kinds, reader.consumed]).toEqual([[READ_OTHER, READ_OTHER], 0xffffffec]);
    },
  );

  test('throws at a section of neither byte order', () => {
    const bad = Buffer.from(sectionHeader(little));
    bad.fill(0x55, 8, 12);
    expect(() => readAll(Buffer.concat([section, bad]))).toThrow(/byte-order magic/);
  });
});
