import * as fc from 'fast-check';
import type { DropBatch } from '../../src/drop/batch.js';
import { FRAMING_ETHERNET, FRAMING_RAW, FRAMING_SLL } from '../../src/linktype/framing.js';
import { batchOfRows } from './rows.js';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const bytes = (least: number, most = least) => fc.uint8Array({ minLength: least, maxLength: most });
const port = fc.constantFrom(53, 443, 4000, 7777, 8080, 9999, 43_000);
const MACS = ['06cdd46db35f', '020000000001', 'ffffffffffff', '01005e000001', '333300000001'].map(hex);
const ADDRESSES4 = ['0a000001', '0a000002', 'ac100102', '0a2a0001', 'e0000001', 'ffffffff', '00000000'].map(
  hex,
);
const ADDRESSES6 = ['fd00', 'fe80', 'ff02', '2001'].map((start) => hex(`${start}${'00'.repeat(13)}01`));

function u16(...values: number[]): Buffer {
  const buffer = Buffer.alloc(2 * values.length);
  values.forEach((value, i) => buffer.writeUInt16BE(value & 0xffff, 2 * i));
  return buffer;
}

/** A protocol above IP: its number, and its header with some content. */
const transport: fc.Arbitrary<readonly [protocol: number, bytes: Uint8Array]> = fc.oneof(
  fc.tuple(port, port, bytes(1), bytes(0, 40)).map(([source, destination, [flags], content]) => {
    const words = 5 + (flags! & 3);
    const rest = Buffer.concat([
      Buffer.of(words << 4, flags!),
      u16(1000, 0, 0),
      Buffer.alloc(4 * words - 20),
    ]);
    return [6, Buffer.concat([u16(source, destination), Buffer.alloc(8), rest, content])] as const;
  }),
  fc.tuple(port, port, bytes(0, 40)).map(([source, destination, content]) => {
    const header = u16(source, destination, 8 + content.length, 0);
    return [17, Buffer.concat([header, content])] as const;
  }),
  fc.tuple(fc.constantFrom(1, 2, 47, 58, 132, 201), bytes(8, 40)).map(([protocol, content]) => {
    return [protocol, content] as const;
  }),
);

const ipv4 = fc
  .tuple(transport, fc.nat(2), bytes(3), fc.constantFrom(...ADDRESSES4), fc.constantFrom(...ADDRESSES4))
  .map(([[protocol, content], options, [tos, fragment, ttl], source, destination]) => {
    const words = 5 + options;
    const offset = fragment! < 200 ? 0 : (fragment! & 0x3f) << 8;
    const header = [Buffer.of(0x40 | words, tos!), u16(4 * words + content.length, 1, offset)];
    const rest = [
      Buffer.of(ttl!, protocol, 0, 0),
      source,
      destination,
      Buffer.alloc(4 * options, 1),
      content,
    ];
    return Buffer.concat([...header, ...rest]);
  });

const ipv6 = fc
  .tuple(
    transport,
    fc.constantFrom(0, 43, 44, 60, undefined),
    fc.constantFrom(...ADDRESSES6),
    fc.constantFrom(...ADDRESSES6),
  )
  .map(([[protocol, content], extension, source, destination]) => {
    const extra = extension === undefined ? Buffer.alloc(0) : Buffer.of(protocol, 0, 0, 1, 0, 0, 0, 0);
    const header = [
      hex('60000000'),
      u16(extra.length + content.length),
      Buffer.of(extension ?? protocol, 64),
    ];
    return Buffer.concat([...header, source, destination, extra, content]);
  });

const arp = bytes(20).map((rest) => Buffer.concat([hex('0001 0800 06 04 0001'), rest]));

/** A type of Ethernet, and what follows it. */
const contents: fc.Arbitrary<readonly [type: number, bytes: Buffer]> = fc.oneof(
  ipv4.map((packet) => [0x0800, packet] as const),
  ipv6.map((packet) => [0x86dd, packet] as const),
  arp.map((packet) => [0x0806, packet] as const),
  ipv4.map((packet) => [0x8847, Buffer.concat([hex('00064140'), packet])] as const),
  ipv4.map(
    (packet) => [0x8864, Buffer.concat([hex('1100 0001'), u16(packet.length + 2, 0x0021), packet])] as const,
  ),
  bytes(4, 60).map((packet) => [packet.length, Buffer.from(packet)] as const), // IEEE 802.3 with LLC.
  fc.tuple(fc.nat(0xffff), bytes(0, 60)).map(([type, packet]) => [type, Buffer.from(packet)] as const),
);

const tagged = fc
  .tuple(contents, fc.constantFrom([], [0x8100], [0x8100, 0x8100], [0x88a8, 0x8100]))
  .map(([[type, packet], tags]) =>
    Buffer.concat([...tags.map((tag, i) => u16(tag, 7 + i)), u16(type), packet]),
  );

const ethernet = fc
  .tuple(fc.constantFrom(...MACS), fc.constantFrom(...MACS), tagged)
  .map(([destination, source, rest]) => Buffer.concat([destination, source, rest]));

const raw = fc.oneof(
  ipv4,
  ipv6,
  bytes(0, 60).map((packet) => Buffer.from(packet)),
);

/** A packet of which the capture has the first `length` bytes. */
const cut = <T>(packet: fc.Arbitrary<T>) => fc.tuple(packet, fc.oneof(fc.constant(Infinity), fc.nat(70)));

/** Batches of generated packets, one for each framing: Ethernet, raw IP, Linux cooked. The same ones at each call. */
export function generatedPackets(count: number): DropBatch[] {
  const options = { seed: 13, numRuns: count };
  const rows = {
    [FRAMING_ETHERNET]: fc
      .sample(cut(ethernet), options)
      .map(([packet, length]) => ({ packet, length, type: 0x0800 })),
    [FRAMING_RAW]: fc.sample(cut(raw), options).map(([packet, length]) => ({ packet, length, type: 0x0800 })),
    [FRAMING_SLL]: fc
      .sample(cut(contents), options)
      .map(([[type, packet], length]) => ({ packet, length, type })),
  };
  return Object.entries(rows).map(([framing, packets]) => {
    const batch = batchOfRows(
      packets.map(({ packet, type }) => ({ packet, protocol: type, framing: Number(framing) })),
    );
    packets.forEach(({ packet, length }, row) => {
      batch.payloadLength[row] = Math.min(packet.length, length);
    });
    return batch;
  });
}
