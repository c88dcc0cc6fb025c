import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FRAMING_RAW, FRAMING_SLL, FRAMINGS } from '../../../src/linktype/framing.js';
import { AddressMap } from '../../../src/share/addressMap.js';
import { PacketRewriter } from '../../../src/share/packetRewriter.js';
import { ip } from '../../support/addresses.js';
import { anyBytes, changes, GUARD, guarded } from '../../support/properties.js';
import {
  bytes,
  checksum,
  ethernet,
  IPV4,
  IPV6,
  ipv4,
  ipv6,
  SECRET_PACKETS,
  SECRETS,
  type SecretPacket,
  tcp,
  udp,
} from '../../support/secretPackets.js';

const KEY = Uint8Array.from({ length: 32 }, (_, i) => 11 * i + 5);
const rewriter = new PacketRewriter(new AddressMap(KEY));
const [V4A, V4B] = IPV4.map(ip) as [Uint8Array, Uint8Array];
const [V6A, V6B] = IPV6.map(ip) as [Uint8Array, Uint8Array];

/** What stays of a packet. */
function shared(
  { packet, framing, protocol }: Omit<SecretPacket, 'name' | 'kept'>,
  originalLength = packet.length,
): Buffer {
  const copy = Buffer.from(packet);
  const kept = rewriter.rewrite(copy, 0, copy.length, originalLength, framing, protocol);
  return copy.subarray(0, kept);
}

const frame = (packet: Uint8Array, type = 0x0800) =>
  shared({ packet: ethernet(type, packet), framing: 0, protocol: type }).subarray(14);

function expectNoSecret(kept: Buffer): void {
  const found = SECRETS.filter((secret) => kept.includes(secret));
  expect(found.map((secret) => secret.toString('hex'))).toEqual([]);
}

describe.each(SECRET_PACKETS)('$name', (secret) => {
  test('keeps its headers, without a secret', () => {
    const kept = shared(secret);
    expect(kept.length).toBe(secret.kept);
    expectNoSecret(kept);
  });

  test('has no secret wherever it is cut', () => {
    for (let length = 0; length <= secret.packet.length; length++) {
      const kept = shared({ ...secret, packet: secret.packet.subarray(0, length) }, secret.packet.length);
      expect(kept.length).toBeLessThanOrEqual(Math.min(length, secret.kept));
      expectNoSecret(kept);
    }
  });
});

test('VXLAN with a reserved byte that is not 0 is not understood', () => {
  const tunnel = (last: string) =>
    udp(
      Buffer.concat([bytes('08000000 00002a', last), ethernet(0x0800, ipv4(V4A, V4B, 6, tcp(bytes())))]),
      4789,
    );
  expect(frame(ipv4(V4A, V4B, 17, tunnel('00'))).length).toBe(28 + 8 + 54);
  expect(frame(ipv4(V4A, V4B, 17, tunnel('41'))).length).toBe(28);
});

test('selective acknowledgments stay only with the length of whole blocks', () => {
  for (const [length, stays] of [
    [10, true],
    [18, true],
    [17, false],
    [38, false],
  ] as const) {
    const blocks = Buffer.alloc(length - 2, 'www.customer.example');
    const options = Buffer.concat([Buffer.of(5, length), blocks, Buffer.alloc(-length & 3, 1)]);
    const kept = frame(ipv4(V4A, V4B, 6, tcp(Buffer.alloc(0), options)));
    expect([length, kept.includes(blocks)]).toEqual([length, stays]);
    expect(kept.length).toBe(40 + options.length);
  }
});

test('text in place of labels of MPLS is removed', () => {
  const text = Buffer.alloc(64, 'wwt.cuttvmtrs.dp');
  expect(frame(text, 0x8847).length).toBe(0);
  expect(frame(text.subarray(0, 12), 0x8847).length).toBe(0);
});

test.each([
  [
    'ICMP',
    (quoted: Uint8Array) => ipv4(V4A, V4B, 1, Buffer.concat([bytes('0b00 0000 0020 0000'), quoted])),
    0x0800,
  ],
  [
    'ICMPv6',
    (quoted: Uint8Array) => ipv6(V6A, V6B, 58, Buffer.concat([bytes('0300 0000 1000 0000'), quoted])),
    0x86dd,
  ],
] as const)('the extensions of an %s error are not read as the packet that it quotes', (_, build, type) => {
  // The last option of the quoted packet's TCP header begins before the 128 bytes end.
  const options = Buffer.concat([Buffer.alloc(16, 1), bytes('0512'), Buffer.alloc(16), Buffer.alloc(6, 1)]);
  const inner = ethernet(0x86dd, ipv6(V6A, V6B, 6, tcp(Buffer.alloc(40), options)));
  const packet = ipv4(V4A, V4B, 17, udp(Buffer.concat([bytes('08000000 00002a00'), inner]), 4789));
  // The address of an interface (RFC 5837).
  const extension = Buffer.concat([bytes('2000 0000 0010 0206 0001 0000'), V4B]);
  const kept = frame(build(Buffer.concat([packet.subarray(0, 128), extension])), type);
  expect(kept.length).toBe((type === 0x0800 ? 20 : 40) + 8 + 128);
  expect(kept.includes(Buffer.from(V4B))).toBe(false);
});

describe('what begins like an IP header', () => {
  const text = Buffer.from('GET /www.customer.example/ HTTP/1.1 Host: www.customer.example');
  const lower = Buffer.from('hello, this is www.customer.example, with a long text in lower case');

  test.each([
    ['raw IP', FRAMING_RAW],
    ['a cooked packet', FRAMING_SLL],
  ])('but is text is removed from %s', (_, framing) => {
    for (const [packet, protocol] of [
      [text, 0x0800],
      [lower, 0x86dd],
    ] as const) {
      expect(shared({ packet, framing, protocol }).toString()).toBe('');
    }
  });

  test('but is text is removed after labels of MPLS', () => {
    for (const packet of [text, lower])
      expect(frame(Buffer.concat([bytes('00010140'), packet]), 0x8847).length).toBe(4);
  });

  test('stays with a wrong checksum, with zeros after it, and in front of a GRE header', () => {
    const packet = ipv4(V4A, V4B, 17, udp(Buffer.from('x')));
    const wrong = Buffer.from(packet);
    wrong[11]! ^= 1;
    const gre = ipv4(V4A, V4B, 47, Buffer.concat([bytes('0000 0800'), packet]));
    gre.fill(0, 2, 4).fill(0, 10, 12);
    for (const [one, kept] of [
      [wrong, 28],
      [Buffer.concat([packet, Buffer.alloc(9)]), 28],
      [gre, 20 + 4 + 28],
    ] as const) {
      expect(shared({ packet: one, framing: FRAMING_RAW, protocol: 0x0800 }).length).toBe(kept);
    }
  });
});

test('an announced prefix has zeros after its length', () => {
  const prefix = Buffer.concat([
    bytes('0304 38c0 00000e10 00000e10 00000000'),
    V6A.subarray(0, 7),
    Buffer.alloc(9),
  ]);
  const kept = frame(
    ipv6(V6A, V6B, 58, Buffer.concat([bytes('8600 0000', '00'.repeat(12)), prefix])),
    0x86dd,
  );
  expect(kept.length).toBe(40 + 16 + 32);
  expect(kept.subarray(72, 79)).toEqual(kept.subarray(8, 15));
  expect(kept.subarray(79)).toEqual(Buffer.alloc(9));
});

describe('checksums', () => {
  test('of an IPv4 header are right if they were', () => {
    expect(checksum(frame(ipv4(V4A, V4B, 17, udp(Buffer.from('x')))).subarray(0, 20))).toBe(0);
  });

  test('that were wrong stay wrong', () => {
    for (let wrong = 1; wrong < 0xffff; wrong += 977) {
      const packet = ipv4(V4A, V4B, 6, tcp(Buffer.alloc(0)));
      packet.writeUInt16BE((packet.readUInt16BE(10) + wrong) & 0xffff, 10);
      packet.writeUInt16BE((packet.readUInt16BE(36) + wrong) & 0xffff, 36);
      const kept = frame(packet);
      expect(checksum(kept.subarray(0, 20))).not.toBe(0);
      expect(checksum(kept.subarray(12, 20), Uint8Array.of(0, 6, 0, 20), kept.subarray(20))).not.toBe(0);
    }
  });

  test.each([
    [6, tcp(Buffer.from('secret')), 16],
    [17, udp(Buffer.from('secret')), 6],
  ])(
    'of protocol %i that the device was to complete are still the sum of the pseudo header',
    (protocol, content, at) => {
      const pseudo = Uint8Array.of(0, protocol, 0, content.length);
      const old = ipv4(V4A, V4B, protocol, content);
      old.writeUInt16BE(0xffff - checksum(old.subarray(12, 20), pseudo), 20 + at);
      // Also of a packet that the capture cut after the header.
      for (const packet of [old, old.subarray(0, old.length - 2)]) {
        const kept = frame(packet);
        expect(kept.subarray(12, 20)).not.toEqual(old.subarray(12, 20));
        expect(kept.readUInt16BE(20 + at)).toBe(0xffff - checksum(kept.subarray(12, 20), pseudo));
      }
      const six = ipv6(V6A, V6B, protocol, content);
      six.writeUInt16BE(0xffff - checksum(six.subarray(8, 40), pseudo), 40 + at);
      const kept = frame(six, 0x86dd);
      expect(kept.readUInt16BE(40 + at)).toBe(0xffff - checksum(kept.subarray(8, 40), pseudo));
    },
  );

  test('of TCP and ICMPv6 without a payload are right', () => {
    const kept = frame(ipv4(V4A, V4B, 6, tcp(Buffer.alloc(0))));
    expect(checksum(kept.subarray(12, 20), Uint8Array.of(0, 6, 0, 20), kept.subarray(20))).toBe(0);
    const echo = frame(ipv6(V6A, V6B, 58, bytes('8000 0000 00010002')), 0x86dd);
    expect(checksum(echo.subarray(8, 40), Uint8Array.of(0, 58, 0, 8), echo.subarray(40))).toBe(0);
  });

  test.each([
    ['a source route', bytes('06 02 00 01 00000000'), [V6B]],
    ['segment routing', bytes('06 04 04 01 01 00 0000'), [V6B, V6A]],
  ])('of TCP cover the end of %s, before and after', (_, start, addresses) => {
    const route = Buffer.concat([start, ...addresses]);
    const packet = ipv6(V6A, V6A, 6, tcp(Buffer.alloc(0)), { type: 43, bytes: route, last: V6B });
    const kept = frame(packet, 0x86dd);
    const at = 40 + route.length;
    const pseudo = [kept.subarray(8, 24), kept.subarray(48, 64), Uint8Array.of(0, 6, 0, 20)];
    expect(checksum(...pseudo, kept.subarray(at))).toBe(0);
    packet[at + 16]! ^= 1;
    expect(frame(packet, 0x86dd).readUInt16BE(at + 16)).not.toBe(kept.readUInt16BE(at + 16));
  });

  test('stay wrong also in a padded frame', () => {
    const packet = ipv4(V4A, V4B, 6, tcp(Buffer.alloc(0)));
    const right = frame(Buffer.concat([packet, Buffer.alloc(6)])).readUInt16BE(36);
    packet[37]! ^= 1;
    expect(frame(Buffer.concat([packet, Buffer.alloc(6)])).readUInt16BE(36)).not.toBe(right);
  });

  test('of UDP over IPv6 are never 0, which is none', () => {
    const sums = Array.from({ length: 0x10000 }, (_, port) => {
      return frame(ipv6(V6A, V6B, 17, udp(Buffer.alloc(0), port)), 0x86dd).readUInt16BE(46);
    });
    // One of the ports makes the sum 0.
    expect(Math.max(...new Set(sums))).toBe(0xffff);
    expect(sums).not.toContain(0);
  });

  test('of UDP that has none stay 0', () => {
    const packet = ipv4(V4A, V4B, 17, udp(Buffer.from('payload')));
    packet.writeUInt16BE(0, 26);
    expect(frame(packet).readUInt16BE(26)).toBe(0);
  });

  test.each([
    ['UDP', (content: Uint8Array) => ipv4(V4A, V4B, 17, udp(content)), 0x0800],
    ['UDP over IPv6', (content: Uint8Array) => ipv6(V6A, V6B, 17, udp(content)), 0x86dd],
    ['TCP', (content: Uint8Array) => ipv4(V4A, V4B, 6, tcp(content)), 0x0800],
    [
      'echo',
      (content: Uint8Array) => ipv4(V4A, V4B, 1, Buffer.concat([bytes('0800 0000 00010001'), content])),
      0x0800,
    ],
    [
      'ICMP error',
      (content: Uint8Array) =>
        ipv4(V4A, V4B, 1, Buffer.concat([bytes('0303 0000 00000000'), ipv4(V4B, V4A, 17, udp(content))])),
      0x0800,
    ],
    [
      'GRE',
      (content: Uint8Array) => {
        const gre = Buffer.concat([bytes('8000 88be 0000 0000'), content]);
        gre.writeUInt16BE(checksum(gre), 4);
        return ipv4(V4A, V4B, 47, gre);
      },
      0x0800,
    ],
    [
      'SCTP',
      (content: Uint8Array) =>
        ipv4(
          V4A,
          V4B,
          132,
          Buffer.concat([bytes('03e807d0 00000001'), Buffer.alloc(4, content), bytes('00030014'), content]),
        ),
      0x0800,
    ],
  ] as const)('of %s say nothing about the payload', (_, build, type) => {
    const content = fc.uint8Array({ minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(content, (payload) => {
        const other = payload.map((byte) => byte ^ 0x5a);
        expect(frame(build(payload), type)).toEqual(frame(build(other), type));
      }),
    );
  });

  test.each([
    ['UDP', (content: Uint8Array) => ipv4(V4A, V4B, 17, udp(content)), 0x0800],
    ['TCP', (content: Uint8Array) => ipv4(V4A, V4B, 6, tcp(content)), 0x0800],
    ['UDP over IPv6', (content: Uint8Array) => ipv6(V6A, V6B, 17, udp(content)), 0x86dd],
    ['TCP over IPv6', (content: Uint8Array) => ipv6(V6A, V6B, 6, tcp(content)), 0x86dd],
  ] as const)('of %s say nothing about the payload wherever the packet is cut', (_, build, type) => {
    const [one, other] = [bytes('0102'), bytes('c1a5')].map((content) => ethernet(type, build(content)));
    for (let length = 14; length < one!.length - 2; length++) {
      const [kept, otherKept] = [one!, other!].map((packet) =>
        shared({ packet: packet.subarray(0, length), framing: 0, protocol: type }, packet.length),
      );
      expect([length, kept]).toEqual([length, otherKept]);
    }
  });
});

describe('any bytes', () => {
  const framing = fc.nat(FRAMINGS.length - 1);
  const protocol = fc.constantFrom(-1, 0, 4, 0x0800, 0x0806, 0x86dd, 0x8100, 0x8847, 0x8864);
  const damaged = fc.tuple(fc.constantFrom(...SECRET_PACKETS), changes).map(([secret, change]) => {
    const { framing: form, protocol: type } = secret;
    return { packet: Buffer.from(change(secret.packet)), framing: form, protocol: type };
  });
  const any = fc.record({ packet: anyBytes(120), framing, protocol });

  test('are rewritten only where they are, and never become more', () => {
    fc.assert(
      fc.property(fc.oneof(any, damaged), ({ packet, framing: form, protocol: type }) => {
        const { arena, start, end } = guarded(packet);
        const kept = rewriter.rewrite(arena, start, packet.length, packet.length, form, type);
        expect(kept).toBeGreaterThanOrEqual(0);
        expect(kept).toBeLessThanOrEqual(packet.length);
        expect(arena.subarray(0, start).every((byte) => byte === GUARD)).toBe(true);
        expect(arena.subarray(end).every((byte) => byte === GUARD)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test('in many tunnels end', () => {
    let packet = ipv4(V4A, V4B, 17, udp(Buffer.from('x')));
    for (let i = 0; i < 100; i++) packet = ipv4(V4A, V4B, 4, packet);
    expect(frame(packet).length).toBeLessThan(20 * 20);
  });
});
