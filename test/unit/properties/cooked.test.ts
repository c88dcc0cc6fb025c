import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  FRAMING_ETHERNET,
  FRAMING_IPOIB,
  FRAMING_RAW,
  FRAMING_SLL2,
  FRAMING_SLL_WHOLE,
  FRAMINGS,
} from '../../../src/linktype/framing.js';
import {
  type CookedHeader,
  cookedHeaderOf,
  cookedLength,
  cookedOriginalLength,
  copyCooked,
  originalPayloadOfCooked,
  payloadOfCooked,
  SLL,
  SLL2,
} from '../../../src/linktype/cooked.js';
import { ethernet, fromHex, ipv4, ipv6 } from '../../support/packetBytes.js';
import { anyBytes, anyProtocol, GUARD, guarded } from '../../support/properties.js';

/** ARPHRD_*. */
const [ETHER, LOOPBACK, TUNNEL, RADIOTAP] = [1, 772, 768, 803];
const RADIOTAP_FRAMING = 5;
const WPAN_FRAMING = 7;

interface Packet {
  readonly framing: number;
  readonly payload: Uint8Array;
  readonly protocol?: number;
  readonly deviceType?: number;
  readonly ifindex?: number;
}

const HEADERS = [
  { name: 'LINUX_SLL2', header: SLL2 },
  { name: 'LINUX_SLL', header: SLL },
];

/** The packet after a cooked header. Fails when the number of written bytes is not `cookedLength`. */
function cooked(packet: Packet, header: CookedHeader = SLL2): Buffer {
  const { framing, payload, protocol = 0x800, deviceType = -1, ifindex = 0 } = packet;
  const source = guarded(payload);
  const before = source.arena.slice();
  const length = cookedLength(header, framing, payload.length);
  const target = guarded(new Uint8Array(length).fill(0x77));
  const { arena, start } = source;
  copyCooked(
    header,
    framing,
    arena,
    start,
    payload.length,
    protocol,
    deviceType,
    ifindex,
    target.arena,
    target.start,
  );
  expect(arena).toEqual(before);
  expect(target.arena.subarray(0, target.start).every((byte) => byte === GUARD)).toBe(true);
  expect(target.arena.subarray(target.end).every((byte) => byte === GUARD)).toBe(true);
  return Buffer.from(target.arena.subarray(target.start, target.end));
}

describe('copyCooked', () => {
  test.each<[string, Packet, string]>([
    [
      'an Ethernet frame: its type, its source, what follows',
      { framing: FRAMING_ETHERNET, payload: ethernet(0x800, ipv4()), deviceType: ETHER, ifindex: 9 },
      `0800 0000 00000009 0001 00 06 0200000000020000 ${ipv4().toString('hex')}`,
    ],
    [
      'raw IPv4 while the protocol says IPv6: the version in the packet',
      { framing: FRAMING_RAW, payload: ipv4(), protocol: 0x86dd, deviceType: 778 },
      `0800 0000 00000000 030a 00 00 0000000000000000 ${ipv4().toString('hex')}`,
    ],
    [
      'raw IPv6 while the protocol says IPv4: the version in the packet',
      { framing: FRAMING_RAW, payload: ipv6(), protocol: 0x0800, deviceType: 823 },
      `86dd 0000 00000000 0337 00 00 0000000000000000 ${ipv6().toString('hex')}`,
    ],
    [
      'a frame to all',
      { framing: FRAMING_ETHERNET, payload: ethernet(0x806, fromHex('0001'), 'ffffffffffff') },
      '0806 0000 00000000 0001 01 06 0200000000020000 0001',
    ],
    [
      'a frame to a group',
      { framing: FRAMING_ETHERNET, payload: ethernet(0x86dd, ipv6(), '333300000001') },
      `86dd 0000 00000000 0001 02 06 0200000000020000 ${ipv6().toString('hex')}`,
    ],
    [
      'an LLC frame',
      { framing: FRAMING_ETHERNET, payload: ethernet(3, fromHex('424203')), deviceType: ETHER },
      '0004 0000 00000000 0001 00 06 0200000000020000 424203',
    ],
    [
      'a raw 802.3 frame',
      { framing: FRAMING_ETHERNET, payload: ethernet(4, fromHex('ffff0011')), deviceType: ETHER },
      '0001 0000 00000000 0001 00 06 0200000000020000 ffff0011',
    ],
    [
      'an Ethernet frame on an index that is a tunnel here',
      { framing: FRAMING_ETHERNET, payload: ethernet(0x800, ipv4()), deviceType: TUNNEL, ifindex: 3 },
      `0800 0000 00000003 0001 00 06 0200000000020000 ${ipv4().toString('hex')}`,
    ],
    [
      'a frame on the loopback device',
      { framing: FRAMING_ETHERNET, payload: ethernet(0x800, ipv4()), deviceType: LOOPBACK },
      `0800 0000 00000000 0304 00 06 0200000000020000 ${ipv4().toString('hex')}`,
    ],
    [
      'an incomplete Ethernet header',
      { framing: FRAMING_ETHERNET, payload: fromHex('020000000001 020000') },
      '0800 0000 00000000 0001 00 00 0000000000000000',
    ],
    [
      'bare IP',
      { framing: 1, payload: ipv4(), deviceType: 0xfffe, ifindex: 0xffffffff },
      `0800 0000 ffffffff fffe 00 00 0000000000000000 ${ipv4().toString('hex')}`,
    ],
    [
      'IP over InfiniBand: without the bytes before the IP header',
      {
        framing: FRAMING_IPOIB,
        payload: Buffer.concat([Buffer.alloc(24, 7), ipv4()]),
        deviceType: 32,
      },
      `0800 0000 00000000 0020 00 00 0000000000000000 ${ipv4().toString('hex')}`,
    ],
    [
      'radiotap on a device that is not known',
      { framing: RADIOTAP_FRAMING, payload: fromHex('00000800'), protocol: 4 },
      '0004 0000 00000000 0323 00 00 0000000000000000 00000800',
    ],
    [
      'a protocol that is not known',
      { framing: 2, payload: fromHex('01'), protocol: -1 },
      '0000 0000 00000000 ffff 00 00 0000000000000000 01',
    ],
  ])('writes %s', (_, packet, hex) => {
    expect(cooked(packet).toString('hex')).toBe(hex.replaceAll(' ', ''));
    // The older header has the same facts in another order, but no index.
    const [protocol, , , device, type, length, address, ...network] = hex.split(' ');
    const older = `00${type} ${device} 00${length} ${address} ${protocol} ${network.join('')}`;
    expect(cooked(packet, SLL).toString('hex')).toBe(older.replaceAll(' ', ''));
  });

  const facts = '0800 0000 00000009 0001 02 06 0200000000020000';
  const older = '0002 0001 0006 0200000000020000 0800';
  test('exchanges one cooked header for the other, and keeps what both have', () => {
    const packet = { deviceType: TUNNEL, protocol: 0x86dd, ifindex: 9 };
    const hexOf = (bytes: Buffer) => bytes.toString('hex');
    const [newer, old] = [facts, older].map((text) => fromHex(`${text} 45aa`)) as [Buffer, Buffer];
    expect(hexOf(cooked({ framing: FRAMING_SLL2, payload: newer, ...packet }, SLL))).toBe(hexOf(old));
    expect(hexOf(cooked({ framing: FRAMING_SLL_WHOLE, payload: old, ...packet }, SLL2))).toBe(hexOf(newer));
    // Of a cut header, no field is kept.
    const cut = cooked({ framing: FRAMING_SLL2, payload: newer.subarray(0, 8), ...packet }, SLL);
    expect(hexOf(cut)).toBe('0000 0300 0000 0000000000000000 86dd'.replaceAll(' ', ''));
  });

  test.each(HEADERS)(
    'writes exactly its bytes for any payload, and keeps the network header: $name',
    ({ header }) => {
      const framing = fc.integer({ min: 0, max: FRAMINGS.length - 1 });
      const deviceType = fc.oneof(fc.constantFrom(-1, ETHER, TUNNEL, RADIOTAP), fc.nat(0xffff));
      fc.assert(
        fc.property(framing, anyBytes(80), anyProtocol, deviceType, fc.nat(), (kind, payload, ...rest) => {
          const [protocol, device, ifindex] = rest;
          const packet = cooked({ framing: kind, payload, protocol, deviceType: device, ifindex }, header);
          const other = cookedHeaderOf(kind)?.bytes ?? 0;
          const skip = kind === FRAMING_ETHERNET ? 14 : kind === FRAMING_IPOIB ? 24 : other;
          const network =
            kind === header.framing ? payload : payload.subarray(Math.min(skip, payload.length));
          expect(packet.subarray(packet.length - network.length)).toEqual(Buffer.from(network));
          expect(packet).toHaveLength(network.length + (kind === header.framing ? 0 : header.bytes));
          expect(cookedOriginalLength(header, kind, payload.length + 9)).toBeGreaterThanOrEqual(
            packet.length,
          );
        }),
        { numRuns: 1000 },
      );
    },
  );
});

describe.each(HEADERS)('payloadOfCooked of $name', ({ header }) => {
  /** The payload after conversion to the link type and back. */
  const back = (packet: Packet) => {
    const bytes = cooked(packet, header);
    const original = cookedOriginalLength(header, packet.framing, 1000);
    return Buffer.from(payloadOfCooked(header, bytes, 0, bytes.length, original));
  };

  test('restores an Ethernet frame except its destination address', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 14, maxLength: 80 }), (frame) => {
        frame[12] = 0x86;
        const expected = Buffer.from(frame).fill(0, 0, 6);
        expect(back({ framing: FRAMING_ETHERNET, payload: frame, deviceType: ETHER })).toEqual(expected);
        // Also when the index belongs to a device of another namespace.
        expect(back({ framing: FRAMING_ETHERNET, payload: frame, deviceType: TUNNEL })).toEqual(expected);
      }),
    );
  });

  test('restores the length of an 802.3 frame, also of a cut frame', () => {
    const frame = ethernet(1000 - 14, fromHex('424203'));
    const expected = Buffer.from(frame).fill(0, 0, 6);
    expect(back({ framing: FRAMING_ETHERNET, payload: frame, deviceType: ETHER })).toEqual(expected);
  });

  test('restores any other packet unchanged', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 2, 3, 4, 5, 6, 7), anyBytes(80), (framing, payload) => {
        expect(back({ framing, payload, deviceType: 0xfffe })).toEqual(Buffer.from(payload));
      }),
    );
  });

  test('reads only its own bytes', () => {
    fc.assert(
      fc.property(anyBytes(60), fc.nat(2000), (bytes, more) => {
        const outcome = (around: number) => {
          const { arena, start, end } = guarded(bytes);
          arena.fill(around, 0, start).fill(around, end);
          return Buffer.from(payloadOfCooked(header, arena, start, bytes.length, bytes.length + more));
        };
        expect(outcome(0)).toEqual(outcome(0xff));
        expect(outcome(0).length).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });

  test('and the original length agree', () => {
    for (const [framing, payload] of [
      [FRAMING_ETHERNET, ethernet(0x800, ipv4())],
      [1, ipv4()],
      [WPAN_FRAMING, fromHex('02002a')],
    ] as const) {
      const protocol = framing === WPAN_FRAMING ? 0xf6 : 0x800;
      const bytes = cooked({ framing, payload, protocol, deviceType: ETHER }, header);
      const original = cookedOriginalLength(header, framing, 1000);
      const again = payloadOfCooked(header, bytes, 0, bytes.length, original);
      expect(originalPayloadOfCooked(header, bytes, 0, bytes.length, original, again.length)).toBe(1000);
    }
    // The header itself is cut.
    expect(originalPayloadOfCooked(header, new Uint8Array(10), 0, 10, 62, 0)).toBe(62 - header.bytes);
  });
});
