import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  block,
  type CaptureRecord,
  enhancedPacket,
  interfaceDescription,
  obsoletePacket,
  option,
  pcapFile,
  sectionHeader,
  simplePacket,
} from '../support/captureFiles.js';
import { expectedPacket } from '../support/expectedPackets.js';
import { dropsIn, readPcapngFile } from '../support/pcapngReference.js';
import { alertsOf, readRecording } from '../support/recordingReference.js';
import { swapHost } from '../support/swapHost.js';
import {
  dropcap,
  dropcapWithInput,
  lacksTools,
  PROGRAM,
  recordingPath,
  runTool,
  temporaryFolder,
} from '../support/tools.js';
import { tsharkFields } from '../support/tshark.js';
import { wiresharkHas } from '../support/wiresharkSeries.js';

const folder = temporaryFolder();
const nlmon = recordingPath('nlmon');
const records = readRecording('nlmon');
const swapped = records.map(swapHost);
/** A block type for local use, and the custom block: a reader skips both. */
const LOCAL_BLOCK = 0x80001234;
const CUSTOM_BLOCK = 0xbad;
const NAME_RESOLUTION_BLOCK = 4;

let conversions = 0;

/** The drops that dropcap finds in a file. */
function dropsOf(input: string): object[] {
  const output = join(folder, `${++conversions}.pcapng`);
  const ran = dropcap('-r', input, '-w', output);
  expect(ran).toMatchObject({ status: 0, stderr: expect.stringContaining('0 malformed alerts\n') });
  return dropsIn(readPcapngFile(output));
}

function write(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const original = dropsOf(nlmon);

/** A section with packets in all kinds of packet blocks, and with other blocks between them that dropcap skips. */
function mixedSection(packets: readonly CaptureRecord[], little: boolean): Buffer {
  const comment = option(1, Buffer.from('seen'), little);
  const endOfOptions = option(0, Buffer.alloc(0), little);
  return Buffer.concat([
    sectionHeader(little, option(4, Buffer.from('tests'), little), comment, endOfOptions),
    interfaceDescription(little, 253, 0, option(2, Buffer.from('nlmon0'), little), endOfOptions),
    block(LOCAL_BLOCK, Buffer.from('0123'), little),
    interfaceDescription(little, 1, 0),
    // An Ethernet packet. On the other interface, its bytes would be an alert.
    enhancedPacket(records[9]!, little, 1),
    ...packets.flatMap((packet, i) => {
      if (i % 5 === 1) return [simplePacket(packet, little)];
      if (i % 5 === 2)
        return [obsoletePacket(packet, little), block(CUSTOM_BLOCK, Buffer.alloc(64, 0xa5), little)];
      if (i % 5 === 3)
        return [block(NAME_RESOLUTION_BLOCK, Buffer.alloc(4), little), enhancedPacket(packet, little)];
      return [enhancedPacket(packet, little, 0, comment, option(2, Buffer.alloc(4), little), endOfOptions)];
    }),
  ]);
}

const half = Math.floor(records.length / 2);

describe('nlmon.pcap rewritten', () => {
  test.each<[string, () => Uint8Array]>([
    ['as big-endian pcap', () => pcapFile(records, { little: false })],
    ['as pcap with nanoseconds', () => pcapFile(records, { nanoseconds: true })],
    ['as big-endian pcap with nanoseconds', () => pcapFile(records, { little: false, nanoseconds: true })],
    ['as pcap with an FCS length in the link type', () => pcapFile(records, { linkType: 0x24000000 + 253 })],
    ['as little-endian pcapng with every kind of block', () => mixedSection(records, true)],
    ['as big-endian pcapng with every kind of block', () => mixedSection(records, false)],
    [
      'as two sections of different byte order',
      () =>
        Buffer.concat([mixedSection(records.slice(0, half), false), mixedSection(records.slice(half), true)]),
    ],
    ['as a big-endian host would have made it', () => pcapFile(swapped, { little: false })],
    ['as a big-endian host would have made it, in little-endian pcapng', () => mixedSection(swapped, true)],
    ['with several messages in a record', () => pcapFile(joinPairs(records))],
  ])('%s gives the same drops', (name, build) => {
    expect(original).toHaveLength(98);
    expect(dropsOf(write(`${name}.in`, build()))).toEqual(original);
  });

  test('with messages of a little-endian host, then of a big-endian one, gives the same drops', () => {
    // A new batch begins where the byte order changes, so the names of devices are known from another drop on.
    const unnamed = (drops: object[]) =>
      drops.map((drop) => JSON.stringify(drop, replaceNames).replace(/ if=\w+/, ''));
    const input = write('two hosts.in', pcapFile([...records.slice(0, half), ...swapped.slice(half)]));
    expect(unnamed(dropsOf(input))).toEqual(unnamed(original));
  });

  test('gives the same drops by standard input', () => {
    const output = join(folder, 'stdin.pcapng');
    const ran = dropcapWithInput(nlmon, '-r', '-', '-w', output);
    expect(ran).toMatchObject({ status: 0, stdout: '' });
    expect(dropsIn(readPcapngFile(output))).toEqual(original);
  });

  test('gives the same drops to standard output', () => {
    const ran = runTool('sh', '-c', 'node "$0" -r "$1" -w - -q > "$2"', PROGRAM, nlmon, join(folder, 'out'));
    expect(ran.stderr).toBe('');
    expect(dropsIn(readPcapngFile(join(folder, 'out')))).toEqual(original);
  });

  test('with garbage after the last record keeps the drops before it, and fails', () => {
    const garbage = Buffer.alloc(16, 0xff);
    const input = write('garbage.in', Buffer.concat([pcapFile(records), garbage]));
    const output = join(folder, 'garbage.pcapng');
    const ran = dropcap('-r', input, '-w', output);
    expect(ran.status).toBe(1);
    expect(ran.stderr).toContain('below 1 MiB');
    expect(dropsIn(readPcapngFile(output))).toEqual(original);
  });

  test('cut inside the last record keeps the drops before it, and fails', () => {
    const whole = pcapFile(records);
    const input = write('cut.in', whole.subarray(0, whole.length - 1));
    const output = join(folder, 'cut.pcapng');
    const ran = dropcap('-r', input, '-w', output);
    expect(ran.status).toBe(1);
    expect(ran.stderr).toContain('cut short');
    const expected = alertsOf(records).at(-1)?.record === records.length ? original.slice(0, -1) : original;
    expect(dropsIn(readPcapngFile(output))).toEqual(expected);
  });
});

function replaceNames(key: string, value: unknown): unknown {
  if (key === 'name' || key === 'description') return undefined;
  return typeof value === 'bigint' ? `${value}` : value;
}

/** Joins two adjacent records of the same netlink family to one: a datagram may hold several messages. */
function joinPairs(all: readonly CaptureRecord[]): CaptureRecord[] {
  const joined: CaptureRecord[] = [];
  for (const record of all) {
    const last = joined.at(-1);
    const bytes = Buffer.from(record.bytes);
    if (last && joinable(Buffer.from(last.bytes)) && joinable(bytes) && last.bytes.length < 400) {
      const both = Buffer.concat([last.bytes, bytes.subarray(16)]);
      joined[joined.length - 1] = { ...last, bytes: both, originalLength: both.length };
    } else {
      joined.push(record);
    }
  }
  return joined;
}

function joinable(record: Buffer): boolean {
  return (
    record.readUInt16BE(14) === 16 &&
    record.readUInt32LE(16) === record.length - 16 &&
    record.length % 4 === 0
  );
}

describe.skipIf(lacksTools('tshark', 'editcap'))('nlmon.pcap rewritten by tools', () => {
  test.each([
    ['editcap -F nsecpcap', ['editcap', '-F', 'nsecpcap']],
    ['editcap -F pcapng', ['editcap', '-F', 'pcapng']],
    ['tshark -F pcapng -w', ['tshark', '-F', 'pcapng']],
  ])('by %s gives the same drops', (name, [tool, ...args]) => {
    const path = join(folder, `${name}.in`);
    if (tool === 'tshark') runTool(tool, ...args, '-r', nlmon, '-w', path);
    else runTool(tool!, ...args, nlmon, path);
    expect(dropsOf(path)).toEqual(original);
  });

  test('as a big-endian host would have made it is the same to tshark', () => {
    const fields = [
      'net_dm.pc',
      'net_dm.symbol',
      'net_dm.port.netdev_index',
      ...(wiresharkHas('times of alerts') ? ['net_dm.timestamp'] : []),
      'net_dm.orig_len',
    ];
    const other = write('other host.in', pcapFile(swapped));
    const rows = tsharkFields(nlmon, 'net_dm.cmd == 5', fields);
    expect(rows).toHaveLength(98);
    expect(tsharkFields(other, 'net_dm.cmd == 5', fields)).toEqual(rows);
  });

  test.each([
    ['little-endian', true],
    ['big-endian', false],
  ])('as %s pcapng with every kind of block is the same to tshark', (name, little) => {
    const path = write(`${name} for tshark.in`, mixedSection(records, little));
    const seen = tsharkFields(path, 'net_dm.cmd == 5', ['net_dm.pc', 'net_dm.timestamp']);
    expect(seen).toEqual(tsharkFields(nlmon, 'net_dm.cmd == 5', ['net_dm.pc', 'net_dm.timestamp']));
  });

  test.each([168, 176, 200, 1000])('cut by editcap -s %i loses only ends of packets', (snapLength) => {
    const input = join(folder, `snap${snapLength}.in`);
    runTool('editcap', '-s', `${snapLength}`, nlmon, input);
    const alerts = alertsOf(records);
    const cut = alerts.filter(({ payloadAt, payload }) => payloadAt + payload.length > snapLength).length;
    const output = join(folder, `snap${snapLength}.pcapng`);
    const ran = dropcap('-r', input, '-w', output);
    expect(ran).toMatchObject({ status: 0, stderr: expect.stringContaining('0 malformed alerts\n') });
    expect(/(\d+) alerts? cut/.exec(ran.stderr)?.[1] ?? '0').toBe(`${cut}`);
    const expected = alerts.map((alert) => {
      const payload = alert.payload.subarray(0, Math.max(0, snapLength - alert.payloadAt));
      const { bytes, originalLength, comment } = expectedPacket({ ...alert, payload }, {});
      return { bytes, originalLength, comments: [comment] };
    });
    const seen = readPcapngFile(output).packets;
    expect(
      seen.map(({ bytes, originalLength, comments }) => ({
        bytes: bytes.toString('hex'),
        originalLength,
        // The messages that name these devices are cut too.
        comments: comments.map((comment) => comment.replace(/ if=(?:va|lo|ipip1)/, '')),
      })),
    ).toEqual(expected);
  });

  test('cut by editcap -s 120, before the packets, counts every alert', () => {
    const input = join(folder, 'snap120.in');
    runTool('editcap', '-s', '120', nlmon, input);
    const ran = dropcap('-r', input, '-w', join(folder, 'snap120.pcapng'));
    const number = (what: string) => Number(new RegExp(`(\\d+) ${what}`).exec(ran.stderr)?.[1] ?? 0);
    expect(number('drops captured') + number('malformed alerts?')).toBe(98);
    expect(number('malformed alerts?')).toBeGreaterThan(0);
  });
});
