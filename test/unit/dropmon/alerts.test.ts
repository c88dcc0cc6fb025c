import { describe, expect, test } from 'vitest';
import { viewOf } from '../../../src/bytes.js';
import type { DropBatch } from '../../../src/drop/batch.js';
import { DeviceTable } from '../../../src/drop/device.js';
import { AlertDecoder } from '../../../src/dropmon/alertDecoder.js';
import { decodeConfig, decodeStats } from '../../../src/dropmon/replies.js';
import { buildConfig, buildConfigGet, buildStatsGet, buildStop } from '../../../src/dropmon/requests.js';
import { decodeSummaryAlert } from '../../../src/dropmon/summaryAlert.js';
import { messagesOf } from '../../../src/netlink/message.js';
import { DeviceResolver } from '../../../src/source/deviceResolver.js';
import { batchIn } from '../../support/encoding.js';

const bytesOf = (...lines: string[]) =>
  Uint8Array.from(Buffer.from(lines.join('').replaceAll(' ', ''), 'hex'));
const u32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer).toString('hex');

/** A message of the family (id 0x23) with the given command and attributes, little-endian. */
function message(command: string, ...attributes: string[]): Uint8Array {
  const body = bytesOf(...attributes);
  return Uint8Array.from([
    ...bytesOf(u32(20 + body.length), '2300 0000 00000000 00000000', command, '02 0000'),
    ...body,
  ]);
}

function decode(bytes: Uint8Array): { batch: DropBatch; decoder: AlertDecoder } {
  const batch = batchIn(bytes, 4);
  const decoder = new AlertDecoder(null);
  decoder.decode(batch, viewOf(bytes), 0, bytes.length, true);
  new DeviceResolver(new DeviceTable(), null).resolve(batch);
  return { batch, decoder };
}

const SOFTWARE = [
  '0600 0e00 0000 0000', // ORIGIN: software
  '0c00 0200 f5c487c0ffffffff', // PC
  '0e00 1700 4e4f5f534f434b455400 0000', // REASON NO_SOCKET
  '0c00 0300 662b302f315b0000', // SYMBOL f+0/1[ (cut)
  '0c00 0480 0800 0000 05000000', // IN_PORT: IFINDEX (type 0) 5
  '0c00 0500 1581e97df45b1a19', // TIMESTAMP
  '0800 0a00 2a000000', // ORIG_LEN 42
  '0600 0600 0008 0000', // PROTO 0x0800
  '0700 0700 aabbcc00', // PAYLOAD
];

describe('AlertDecoder', () => {
  test('decodes an alert of software', () => {
    const { batch, decoder } = decode(message('05', ...SOFTWARE));
    expect(batch.length).toBe(1);
    expect(batch.record(0)).toEqual({
      origin: 'software',
      timestampNs: 0x191a5bf47de98115n,
      reason: 'NO_SOCKET',
      symbol: 'f+0/1[',
      module: undefined,
      programCounter: 0xffffffffc087c4f5n,
      trap: undefined,
      trapGroup: undefined,
      ifindex: 5,
      interfaceName: undefined,
      interfaceNameSource: undefined,
      cookie: undefined,
      protocol: 0x0800,
      lostBefore: 0,
      repeatedBefore: 0,
      linkType: 1,
      originalLength: 42,
      payload: bytesOf('aabbcc'),
    });
    expect(decoder.counters).toEqual({ malformed: 0, cut: 0, alertCopies: 0, summarized: 0 });
  });

  test('decodes an alert of hardware, attributes in another order and with padding for 64 bits', () => {
    const { batch } = decode(
      message(
        '05',
        '0600 0700 0102 0000', // PAYLOAD
        '0400 0800', // PAD
        '0c00 0500 0100000000000000', // TIMESTAMP
        '0d00 1000 6669645f6d69737300 000000', // HW_TRAP_NAME fid_miss
        '0700 0f00 6c3200 00', // HW_TRAP_GROUP_NAME l2
        '1400 0480 0800 0000 07000000 0800 0100 65746800', // IN_PORT: 7, eth
        '0600 1600 beef 0000', // FLOW_ACTION_COOKIE
        '0600 0e00 0100 0000', // ORIGIN: hardware
      ),
    );
    expect(batch.record(0)).toMatchObject({
      origin: 'hardware',
      trap: 'fid_miss',
      trapGroup: 'l2',
      ifindex: 7,
      interfaceName: 'eth',
      cookie: bytesOf('beef'),
      protocol: undefined,
      programCounter: undefined,
      linkType: 113, // Without a protocol, after a cooked header.
      originalLength: 16 + 2,
    });
  });

  test('decodes alerts in an order that no kernel uses, each time with the same result', () => {
    const bytes = message('05', SOFTWARE[0]!, ...SOFTWARE.slice(6), ...SOFTWARE.slice(1, 6));
    const batch = batchIn(bytes, 4);
    const decoder = new AlertDecoder(null);
    for (let i = 0; i < 2; i++) decoder.decode(batch, viewOf(bytes), 0, bytes.length, true);
    new DeviceResolver(new DeviceTable(), null).resolve(batch);
    expect(batch.record(0)).toMatchObject({ protocol: 0x0800, reason: 'NO_SOCKET', originalLength: 42 });
    expect(batch.record(1)).toEqual(batch.record(0));
  });

  test('has no input device for an empty nest, and counts unknown attributes', () => {
    const { batch, decoder } = decode(
      message('05', SOFTWARE[0]!, SOFTWARE[5]!, '0400 0480', '0800 6300 00000000', '0500 ff3f aa000000'),
    );
    expect(batch.record(0).ifindex).toBeUndefined();
    expect(decoder.unknownAttributes).toBe(2);
  });

  test('says once that a kernel is newer, keeps the rest of its alerts, and counts the attributes', () => {
    const newer = message(
      '05',
      ...SOFTWARE.slice(0, 5),
      '0800 1800 01000000',
      '0500 1900 07000000',
      ...SOFTWARE.slice(5),
    );
    const notices: string[] = [];
    const batch = batchIn(newer, 4);
    const decoder = new AlertDecoder(null, undefined, (text) => notices.push(text));
    const usual = message('05', ...SOFTWARE);
    const usualBatch = batchIn(usual, 4);
    decoder.decode(usualBatch, viewOf(usual), 0, usual.length, true);
    expect(notices).toEqual([]);
    for (let i = 0; i < 3; i++) decoder.decode(batch, viewOf(newer), 0, newer.length, true);
    expect(notices).toEqual([expect.stringMatching(/^the kernel is newer than this dropcap: .*attributes/)]);
    expect(decoder.unknownAttributes).toBe(6);
    const resolver = new DeviceResolver(new DeviceTable(), null);
    for (const each of [batch, usualBatch]) resolver.resolve(each);
    expect(batch.length).toBe(3);
    for (let row = 0; row < 3; row++) expect(batch.record(row)).toEqual(usualBatch.record(0));
  });

  const malformed: { name: string; bytes: Uint8Array }[] = [
    { name: 'shorter than its headers', bytes: bytesOf('13000000 2300 0000 00000000 00000000 050200') },
    {
      name: 'whose length is below its headers',
      bytes: bytesOf('10000000 2300 0000 00000000 00000000 05020000'),
    },
    { name: 'without ORIGIN', bytes: message('05', SOFTWARE[5]!) },
    { name: 'without TIMESTAMP', bytes: message('05', SOFTWARE[0]!) },
    { name: 'of an unknown origin', bytes: message('05', '0600 0e00 0200 0000', SOFTWARE[5]!) },
    {
      name: 'with an attribute that runs over its end',
      bytes: message('05', SOFTWARE[0]!, SOFTWARE[5]!, '0900 0700 aabbccdd'),
    },
    { name: 'with a time stamp of 4 bytes', bytes: message('05', SOFTWARE[0]!, '0800 0500 00000000') },
    {
      name: 'with a broken port nest',
      bytes: message('05', SOFTWARE[0]!, SOFTWARE[5]!, '0800 0480 ff00 0000'),
    },
  ];
  test.each(malformed)('counts an alert $name as malformed', ({ bytes }) => {
    const { batch, decoder } = decode(bytes);
    expect([batch.length, decoder.counters.malformed]).toEqual([0, 1]);
  });

  test('keeps the bytes of a cut payload before the cut, and counts the alert', () => {
    const bytes = message('05', ...SOFTWARE).subarray(0, -3);
    const { batch, decoder } = decode(bytes);
    expect([...batch.payload(0)]).toEqual([0xaa]);
    expect(batch.record(0).originalLength).toBe(42);
    expect(decoder.counters).toMatchObject({ cut: 1, malformed: 0 });
  });

  test('counts an alert that was cut before its payload as malformed', () => {
    const { decoder } = decode(message('05', ...SOFTWARE).subarray(0, -12));
    expect(decoder.counters).toMatchObject({ cut: 0, malformed: 1 });
  });

  test('recognises a dropped packet that is a copy of an alert', () => {
    const alert = Buffer.from(message('05', ...SOFTWARE)).toString('hex');
    const payload = `${Buffer.from(Uint16Array.of(alert.length / 2 + 4).buffer).toString('hex')} 0700 ${alert}`;
    const { batch, decoder } = decode(
      message(
        '05',
        SOFTWARE[0]!,
        SOFTWARE[5]!,
        `0800 0a00 ${u32(alert.length / 2)}`,
        '0600 0600 0000 0000',
        payload,
      ),
    );
    expect([batch.length, decoder.counters.alertCopies]).toEqual([0, 1]);
  });

  test('sums the counts of summary alerts, and skips replies', () => {
    const points = [
      '2000 0000 02000000', // attribute 0: two points
      '0100000000000000 03000000',
      '0200000000000000 04000000',
    ];
    const { decoder } = decode(message('01', ...points));
    expect(decoder.counters.summarized).toBe(7);
    const taken: unknown[] = [];
    const alert = message('01', ...points);
    const { batch } = decode(alert);
    const listening = new AlertDecoder(null, (counts) => taken.push(...counts));
    listening.decode(batch, viewOf(alert), 0, alert.length, true);
    expect(taken).toEqual([
      { programCounter: 1n, count: 3 },
      { programCounter: 2n, count: 4 },
    ]);
    expect(decode(message('07', '0500 0100 01000000')).decoder.counters.malformed).toBe(0);
  });
});

describe('decodeSummaryAlert', () => {
  const decodeAttributes = (...lines: string[]) => {
    const bytes = bytesOf(...lines);
    return decodeSummaryAlert(viewOf(bytes), 0, bytes.length, true);
  };

  test('decodes the points of software', () => {
    expect(decodeAttributes('1400 0000 01000000', 'f5c487c0ffffffff 05000000')).toEqual([
      { programCounter: 0xffffffffc087c4f5n, count: 5 },
    ]);
  });

  test('decodes the entries of hardware after an empty software part', () => {
    expect(
      decodeAttributes(
        '0800 0000 00000000', // no points
        '1c00 1180', // HW_ENTRIES
        '1800 1280', // HW_ENTRY
        '0c00 1000 74746c5f6c6f7700', // HW_TRAP_NAME ttl_low
        '0800 1300 09000000', // HW_TRAP_COUNT
      ),
    ).toEqual([{ trap: 'ttl_low', count: 9 }]);
  });

  test.each([
    ['one point more', '02000000'],
    ['2^32 - 1 points', 'ffffffff'],
    // 12 times this is 12, as a 32-bit number.
    ['points whose size overflows', '56555555'],
  ])('is undefined when the alert says that it has %s', (_, entries) => {
    expect(decodeAttributes(`1400 0000 ${entries}`, 'f5c487c0ffffffff 05000000')).toBeUndefined();
  });

  test.each([
    ['an attribute without a number of points', ['0600 0000 0100 0000']],
    ['an attribute longer than the alert', ['1800 0000 01000000', 'f5c487c0ffffffff 05000000']],
    ['an entry without a name', ['1000 1180', '0c00 1280', '0800 1300 09000000']],
    ['an entry without a count', ['1400 1180', '1000 1280', '0c00 1000 74746c5f6c6f7700']],
    ['a count of two bytes', ['1c00 1180', '1800 1280', '0c00 1000 74746c5f6c6f7700', '0600 1300 09000000']],
    ['an entry longer than its list', ['1000 1180', '1800 1280', '0c00 1000 74746c5f6c6f7700']],
  ])('is undefined for %s', (_, lines) => {
    expect(decodeAttributes(...lines)).toBeUndefined();
  });

  test('ignores bytes after the points', () => {
    expect(decodeAttributes('1800 0000 01000000', 'f5c487c0ffffffff 05000000', 'ffffffff')).toHaveLength(1);
  });
});

describe('requests', () => {
  const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  const header = (length: number) => `${u32(length)}23000500 07000000 00000000`.replaceAll(' ', '');
  const cases = [
    {
      name: 'CONFIG',
      bytes: buildConfig(0x23, 7, { alertMode: 1, truncationLength: 96, queueLength: 1000 }),
      expected: `${header(44)}02020000 0500010001000000 0800090060000000 08000b00e8030000`,
    },
    {
      name: 'STOP of software',
      bytes: buildStop(0x23, 7, 'software'),
      expected: `${header(24)}04020000 04001400`,
    },
    {
      name: 'STOP of hardware',
      bytes: buildStop(0x23, 7, 'hardware'),
      expected: `${header(24)}04020000 04001500`,
    },
    { name: 'CONFIG_GET', bytes: buildConfigGet(0x23, 7), expected: `${header(20)}06020000` },
    { name: 'STATS_GET', bytes: buildStatsGet(0x23, 7), expected: `${header(20)}08020000` },
  ];
  test.each(cases)('builds $name', ({ bytes, expected }) => {
    expect(hexOf(bytes)).toBe(expected.replaceAll(' ', ''));
  });
});

describe('replies', () => {
  const firstOf = (bytes: Uint8Array) => [...messagesOf(bytes, true)][0]!;

  test('decodes the settings', () => {
    const reply = message('07', '0500 0100 01000000', '0800 0900 40000000', '0800 0b00 f4010000');
    expect(decodeConfig(firstOf(reply))).toEqual({ alertMode: 1, truncationLength: 64, queueLength: 500 });
  });

  test('decodes the statistics of both origins', () => {
    const dropped = (count: string) => `0c00 0000 ${count}00000000000000`;
    const reply = message('09', `1000 0c80 ${dropped('05')}`, `1000 0d80 ${dropped('06')}`);
    expect(decodeStats(firstOf(reply))).toEqual({ softwareDropped: 5n, hardwareDropped: 6n });
  });

  test('is undefined for another reply, and for a malformed reply', () => {
    expect(decodeConfig(firstOf(message('09')))).toBeUndefined();
    expect(decodeStats(firstOf(message('09', '0c00 0c80 0800 0000 05000000')))).toBeUndefined();
  });
});
