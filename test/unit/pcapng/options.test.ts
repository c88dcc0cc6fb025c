import { describe, expect, test } from 'vitest';
import { OptionCursor } from '../../../src/pcapng/optionCursor.js';
import { readInterface } from '../../../src/pcapng/readInterface.js';
import { option } from '../../support/captureFiles.js';
import { u16, u32, u64 } from '../../support/netlinkBytes.js';
import { guarded } from '../../support/properties.js';

const ORDERS = [true, false];
const END = (little: boolean) => option(0, Buffer.alloc(0), little);
const text = (value: string) => Buffer.from(value, 'utf8');

describe.each(ORDERS)('OptionCursor (little-endian: %s)', (little) => {
  function optionsOf(bytes: Uint8Array): [number, string][] {
    const { arena, start, end } = guarded(bytes);
    const cursor = new OptionCursor();
    cursor.reset(new DataView(arena.buffer), start, end, little);
    const found: [number, string][] = [];
    while (cursor.next()) found.push([cursor.code, cursor.text(100)]);
    return found;
  }

  test.each<[string, Buffer[], [number, string][]]>([
    ['nothing', [], []],
    ['just the end', [END(little)], []],
    [
      'options and the end',
      [option(2, text('ab'), little), option(1, text(''), little), END(little)],
      [
        [2, 'ab'],
        [1, ''],
      ],
    ],
    ['options without an end', [option(2, text('abcd'), little)], [[2, 'abcd']]],
    ['options after the end', [END(little), option(2, text('ab'), little)], []],
    [
      'an option longer than the remaining bytes',
      [option(1, text('ok'), little), u16(2, little), u16(9, little), text('12345678')],
      [[1, 'ok']],
    ],
    ['a part of a header', [option(1, text('ok'), little), u16(2, little)], [[1, 'ok']]],
    ['a text up to its NUL', [option(1, text('ok\0no'), little)], [[1, 'ok']]],
    ['an option whose padding is missing', [u16(2, little), u16(1, little), text('x')], [[2, 'x']]],
  ])('finds the readable options of %s', (_, parts, expected) => {
    expect(optionsOf(Buffer.concat(parts))).toEqual(expected);
  });

  test('gives a number only when the value has its size', () => {
    const bytes = Buffer.concat([
      option(8, u64(0x0102030405060708n, little), little),
      option(8, u32(1, little), little),
    ]);
    const cursor = new OptionCursor();
    cursor.reset(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length, little);
    const numbers: bigint[] = [];
    while (cursor.next()) numbers.push(cursor.u64());
    expect(numbers).toEqual([0x0102030405060708n, 0n]);
  });
});

describe.each(ORDERS)('readInterface (little-endian: %s)', (little) => {
  function interfaceOf(...options: Buffer[]) {
    const body = Buffer.concat([u16(113, little), u16(0, little), u32(96, little), ...options]);
    const { arena, start, end } = guarded(body);
    return readInterface(new DataView(arena.buffer), start, end, little, { characters: 10_000 });
  }

  test('returns the values of the options', () => {
    const device = interfaceOf(
      option(2, text('va'), little),
      option(3, text('the device'), little),
      option(6, Buffer.from('020000000001', 'hex'), little),
      option(8, u64(10_000_000_000n, little), little),
      option(9, Buffer.of(9), little),
      option(11, text('\0tcp port 443'), little),
      option(12, text('Linux 6.12'), little),
      option(15, text('veth'), little),
      option(0x7777, text('whatever'), little),
      END(little),
    );
    expect(device).toEqual({
      linkType: 113,
      snapLength: 96,
      name: 'va',
      description: 'the device',
      filter: 'tcp port 443',
      os: 'Linux 6.12',
      hardware: 'veth',
      macAddress: Uint8Array.of(2, 0, 0, 0, 0, 1),
      speed: 10_000_000_000n,
      toNanoseconds: undefined,
    });
  });

  test.each([
    ['of another kind', '\x01tcp'],
    ['without a value', ''],
    ['of more than 4096 bytes', `\0${'x'.repeat(4097)}`],
  ])('knows no filter %s', (_, value) => {
    expect(interfaceOf(option(11, text(value), little)).filter).toBeUndefined();
  });

  test('ignores values of a wrong length, and cuts long texts', () => {
    const device = interfaceOf(
      option(6, Buffer.alloc(7), little),
      option(8, u32(1, little), little),
      option(2, text('n'.repeat(5000)), little),
      option(9, Buffer.alloc(0), little),
    );
    expect(device).toMatchObject({ macAddress: undefined, speed: undefined, name: 'n'.repeat(256) });
    // Microseconds, as without the option.
    expect(device.toNanoseconds?.(7n)).toBe(7000n);
  });

  test.each<[string, number, bigint, bigint, bigint]>([
    ['microseconds', 6, 0n, 1_800_000_000_123_456n, 1_800_000_000_123_456_000n],
    ['nanoseconds and an offset', 9, 5n, 7n, 5_000_000_007n],
    ['an offset below 0', 6, -1n, 3_000_000n, 2_000_000_000n],
    ['2^-10', 0x8a, 0n, 1025n, 1_000_976_562n],
    ['10^-12', 12, 0n, 1_000_000_001_999n, 1_000_000_001n],
    ['2^-127', 0xff, 0n, 0xffffffffffffffffn, 0n],
    ['10^-127', 127, 0n, 0xffffffffffffffffn, 0n],
    [
      'a time above 64 bits of nanoseconds',
      0,
      0n,
      1n << 40n,
      BigInt.asUintN(64, (1n << 40n) * 1_000_000_000n),
    ],
  ])('converts %s to nanoseconds', (_, resolution, offset, timestamp, expected) => {
    const signed = BigInt.asUintN(64, offset);
    const device = interfaceOf(
      option(9, Buffer.of(resolution), little),
      option(14, u64(signed, little), little),
    );
    expect(device.toNanoseconds!(timestamp)).toBe(expected);
  });
});
