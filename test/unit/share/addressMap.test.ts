import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AddressMap } from '../../../src/share/addressMap.js';
import { sharedBits } from '../../../src/share/prefixes.js';
import { ip, ipText, mac, macText } from '../../support/addresses.js';
import '../../support/properties.js';

const KEY = Uint8Array.from({ length: 32 }, (_, i) => 7 * i + 1);
const map = new AddressMap(KEY);
const withVendor = new AddressMap(KEY, { keepVendor: true });

type Family = 'ipv4' | 'ipv6' | 'mac';

function replace(address: Uint8Array, family: Family, by: AddressMap = map): Uint8Array {
  // In the middle of other bytes, which must not change.
  const bytes = Uint8Array.of(0xaa, ...address, 0xbb);
  by[family](bytes, 1);
  expect([bytes[0], bytes.at(-1)]).toEqual([0xaa, 0xbb]);
  return bytes.slice(1, -1);
}

const v4 = (text: string) => ipText(replace(ip(text), 'ipv4'));
const v6 = (text: string) => ipText(replace(ip(text), 'ipv6'));
const hardware = (text: string, by?: AddressMap) => macText(replace(mac(text), 'mac', by));

function check<T>(values: fc.Arbitrary<T>, look: (value: T) => void): void {
  fc.assert(fc.property(values, look), { numRuns: 1000 });
}

/** Two addresses that share a random number of bits. */
function pairOf(bytes: number): fc.Arbitrary<[Uint8Array, Uint8Array]> {
  const address = fc.uint8Array({ minLength: bytes, maxLength: bytes });
  return fc.tuple(address, address, fc.nat(8 * bytes)).map(([one, other, shared]) => {
    const mixed = one.map((byte, i) => {
      const keep = Math.min(Math.max(shared - 8 * i, 0), 8);
      const mask = 0xff & ~(0xff >> keep);
      return (byte & mask) | (other[i]! & ~mask);
    });
    return [one, mixed];
  });
}

const isGroup4 = (address: Uint8Array) => address[0]! >> 4 === 0xe;
const isGroup6 = (address: Uint8Array) => address[0] === 0xff;

/** What an IPv4 address is, by its range. */
function kindOf4([first, second, third, fourth]: Uint8Array): string {
  if (first === 0 || first === 127) return 'no host';
  if (first === 169 && second === 254) return 'link-local';
  if ([first, second, third, fourth].every((byte) => byte === 255)) return 'broadcast';
  return first! >> 4 === 0xe ? 'multicast' : 'unicast';
}

describe('replaced addresses', () => {
  test('share as many first bits as the original ones: IPv4', () => {
    check(pairOf(4), ([one, other]) => {
      fc.pre(!isGroup4(one) && !isGroup4(other)); // Groups: see below.
      expect(sharedBits(replace(one, 'ipv4'), replace(other, 'ipv4'))).toBe(sharedBits(one, other));
    });
  });

  test('share as many first bits as the original ones: IPv6', () => {
    check(pairOf(16), ([one, other]) => {
      fc.pre(!isGroup6(one) && !isGroup6(other));
      expect(sharedBits(replace(one, 'ipv6'), replace(other, 'ipv6'))).toBe(sharedBits(one, other));
    });
  });

  test('share as many first bits as the original ones: hardware addresses', () => {
    check(pairOf(6), ([one, other]) => {
      fc.pre((one[0]! & 1) === 0 && (other[0]! & 1) === 0);
      expect(sharedBits(replace(one, 'mac'), replace(other, 'mac'))).toBe(sharedBits(one, other));
    });
  });

  test('are of the same kind, and no other address becomes one of that kind', () => {
    const near = fc.constantFrom('169.254.1.2', '127.0.0.1', '0.0.0.0', '224.0.0.251', '255.255.255.255');
    const address = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.tuple(near, fc.nat(31)).map(([text, bit]) => {
        const bytes = ip(text);
        bytes[bit >> 3]! ^= 0x80 >> (bit & 7);
        return bytes;
      }),
    );
    check(address, (bytes) => {
      expect(kindOf4(replace(bytes, 'ipv4'))).toBe(kindOf4(bytes));
    });
  });

  test('do not depend on what was replaced before, nor on how much', () => {
    const fresh = new AddressMap(KEY);
    const before = v4('192.0.2.1');
    for (let i = 0; i < 70_000; i++) fresh.ipv4(Uint8Array.of(10, i >> 16, i >> 8, i), 0);
    expect(ipText(replace(ip('192.0.2.1'), 'ipv4', fresh))).toBe(before);
  });
});

describe('addresses that name no host stay', () => {
  test.each([
    '0.0.0.0',
    '127.0.0.1',
    '127.0.0.53',
    '224.0.0.1',
    '224.0.0.251',
    '224.0.1.129',
    '255.255.255.255',
  ])('%s', (text) => expect(v4(text)).toBe(text));

  test.each(['::', '::1', 'ff02::1', 'ff02::2', 'ff02::16', 'ff02::fb', 'ff02::1:2', 'ff05::1:3'])(
    '%s',
    (text) => {
      expect(v6(text)).toBe(ipText(ip(text)));
    },
  );

  test.each([
    '00:00:00:00:00:00',
    'ff:ff:ff:ff:ff:ff',
    '01:80:c2:00:00:0e',
    '01:00:0c:cc:cc:cc',
    '01:00:0c:cc:cc:cd',
    '01:00:5e:00:00:fb',
    '33:33:00:00:00:01',
    '33:33:00:01:00:02',
  ])('%s', (text) => expect(hardware(text)).toBe(text));
});

describe('an address in an address', () => {
  test.each(['::ffff:', '64:ff9b::'])('IPv4 after %s becomes the IPv4 address alone', (start) => {
    const after = v6(`${start}c633:6407`);
    expect(after.slice(0, -9)).toBe(ipText(ip(`${start}0:0`)).slice(0, -9));
    const [a, b, c, d] = ip(after).slice(12);
    expect(`${a}.${b}.${c}.${d}`).toBe(v4('198.51.100.7'));
    expect(v4('198.51.100.7')).not.toBe('198.51.100.7');
  });

  test.each(['2002:c633:6407::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2', 'fe80::200:5efe:c633:6407'])(
    'IPv4 in %s is gone',
    (text) => {
      const after = v6(text).replaceAll(':', '');
      for (const part of ['c6336407', '4136e378', '3ffffdd2']) expect(after).not.toContain(part);
    },
  );

  test('the hardware address in a link-local address is gone, and the prefix stays', () => {
    const after = v6('fe80::5054:ff:fe12:3456');
    expect(after).toMatch(/^fe80:0000:0000:0000:/);
    expect(after).not.toMatch(/5054|fe12|3456/);
  });

  test("Docker's hardware address loses its IPv4 address, also with vendors", () => {
    for (const by of [map, withVendor])
      expect(hardware('02:42:c6:33:64:07', by)).not.toMatch(/^02:42|c6:33|33:64|64:07/);
  });
});

describe('multicast', () => {
  test('keeps its scope, and changes its group', () => {
    expect(v6('ff05::8:1234:5678')).toMatch(/^ff05:/);
    expect(v6('ff05::8:1234:5678')).not.toMatch(/1234:5678/);
    expect(v4('239.195.255.7')).toMatch(/^239\./);
    expect(v4('239.195.255.7')).not.toBe('239.195.255.7');
  });

  test('has the hardware address of the replaced group: IPv4', () => {
    check(fc.uint8Array({ minLength: 3, maxLength: 3 }), (low) => {
      const [, b, c, d] = replace(Uint8Array.of(0xe8, ...low), 'ipv4');
      const frame = Uint8Array.of(1, 0, 0x5e, low[0]! & 0x7f, low[1]!, low[2]!);
      expect([...replace(frame, 'mac')]).toEqual([1, 0, 0x5e, b! & 0x7f, c, d]);
    });
  });

  test('has the hardware address of the replaced group: IPv6', () => {
    check(fc.uint8Array({ minLength: 4, maxLength: 4 }), (low) => {
      const group = Uint8Array.of(0xff, 0x12, ...new Uint8Array(10), ...low);
      const after = replace(group, 'ipv6');
      expect([...replace(Uint8Array.of(0x33, 0x33, ...low), 'mac')]).toEqual([
        0x33,
        0x33,
        ...after.slice(12),
      ]);
    });
  });

  test('of a solicited node stays of that form, without the end of the address', () => {
    const after = v6('ff02::1:ff12:3456');
    expect(after).toMatch(/^ff02:0000:0000:0000:0000:0001:ff/);
    expect(after).not.toMatch(/12:3456$/);
  });
});

describe('hardware addresses', () => {
  test('keep the bits for groups and for local addresses', () => {
    for (const first of [0x00, 0x01, 0x02, 0x03, 0xa4, 0xa6]) {
      expect(replace(Uint8Array.of(first, 0x1b, 0x21, 1, 2, 3), 'mac')[0]! & 3).toBe(first & 3);
    }
  });

  test('keep their vendor only if asked', () => {
    expect(hardware('00:1b:21:12:34:56')).not.toMatch(/^00:1b:21/);
    expect(hardware('00:1b:21:12:34:56', withVendor)).toMatch(/^00:1b:21:/);
    expect(hardware('00:1b:21:12:34:56', withVendor)).not.toMatch(/12:34:56$/);
  });
});
