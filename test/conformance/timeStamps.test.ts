import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { converted } from '../support/convert.js';
import { epochText } from '../support/expectedPackets.js';
import {
  ENHANCED_PACKET,
  INTERFACE_DESCRIPTION,
  INTERFACE_STATISTICS,
  replaceBlocks,
  withOption,
  withTimestamp,
} from '../support/pcapngBlocks.js';
import { readPcapng } from '../support/pcapngReference.js';
import { dropcap, lacksTools, PROGRAM, recordingPath, runTool, temporaryFolder } from '../support/tools.js';
import { tsharkFields } from '../support/tshark.js';
import { wiresharkHas } from '../support/wiresharkSeries.js';

const folder = temporaryFolder();
const [IF_TSRESOL, IF_TSOFFSET] = [9, 14];
const [ISB_STARTTIME, ISB_ENDTIME] = [2, 3];
const SECOND = 1_000_000_000n;

let own: Buffer;
beforeAll(async () => {
  own = await converted(readFileSync(recordingPath('nlmon')));
});

/** Resolutions of time stamps: name, value of if_tsresol, units in a second. */
const RESOLUTIONS: readonly [string, number, bigint][] = [
  ['microseconds', 6, 1_000_000n],
  ['milliseconds', 3, 1_000n],
  ['seconds', 0, 1n],
  ['2^-20 seconds', 0x80 | 20, 1n << 20n],
  ['2^-30 seconds', 0x80 | 30, 1n << 30n],
  ['10^-10 seconds', 10, 10n ** 10n],
];

describe.skipIf(lacksTools('tshark'))("dropcap's own file with time stamps in", () => {
  test.each(RESOLUTIONS)('%s has the same times as tshark shows', async (name, code, units) => {
    const times = edited(
      (body) => withTimestamp(body, (ns) => (ns * units) / SECOND),
      [IF_TSRESOL, Buffer.of(code)],
    );
    const [seen, ours] = await timesOf(name, times);
    expect(ours).toEqual(seen);
  });

  test('microseconds, without an option, has the same times as tshark shows', async () => {
    const times = edited((body) => withTimestamp(body, (ns) => ns / 1000n));
    const [seen, ours] = await timesOf('default', times);
    expect(ours).toEqual(seen);
  });

  test.skipIf(!wiresharkHas('time offsets')).each([1000n, -1000n])(
    'nanoseconds with an offset of %i seconds has the same times as tshark shows',
    async (offset) => {
      const value = Buffer.alloc(8);
      value.writeBigInt64LE(offset);
      const changed = replaceBlocks(own, INTERFACE_DESCRIPTION, (body) =>
        withOption({ type: INTERFACE_DESCRIPTION, body }, IF_TSOFFSET, value),
      );
      const [seen, ours] = await timesOf(`offset${offset}`, changed);
      expect(ours).toEqual(seen);
      const [first] = readPcapng(own).packets;
      expect(readPcapng(await converted(changed)).packets[0]?.timestamp).toBe(
        first!.timestamp + offset * SECOND,
      );
    },
  );

  function edited(time: (body: Buffer) => Buffer, option?: [number, Buffer]): Buffer {
    const times = replaceBlocks(own, ENHANCED_PACKET, (body) => ({
      type: ENHANCED_PACKET,
      body: time(body),
    }));
    return replaceBlocks(times, INTERFACE_DESCRIPTION, (body) => {
      // Remove if_tsresol for nanoseconds.
      const at = body.indexOf(Buffer.from('0900010009000000', 'hex'));
      const without = Buffer.concat([body.subarray(0, at), body.subarray(at + 8)]);
      const block = { type: INTERFACE_DESCRIPTION, body: without };
      return option ? withOption(block, ...option) : block;
    });
  }

  /** The times of a file: as tshark shows them, and as dropcap converts them. */
  async function timesOf(name: string, file: Buffer): Promise<[string[], string[]]> {
    const path = join(folder, `${name}.pcapng`);
    writeFileSync(path, file);
    const seen = tsharkFields(path, 'frame', ['frame.time_epoch']).map(([time]) =>
      time!.padEnd(20, '0').slice(0, 20),
    );
    const { packets } = readPcapng(await converted(file));
    return [seen, packets.map(({ timestamp }) => epochText(timestamp))];
  }
});

const missing = lacksTools('tshark', 'capinfos', 'tcpdump');

describe.skipIf(missing).each([
  ['pcapng', ['-y', 'LINUX_SLL']],
  ['pcapng', ['-y', 'NETLINK']],
  ['pcap', ['-y', 'LINUX_SLL2']],
  ['pcap', ['-y', 'NETLINK']],
])('a file of dropcap --micro, %s %j,', (format, options) => {
  const path = join(folder, `micro-${options.at(-1)}.${format}`);
  const nano = `${path}.nano`;
  beforeAll(() => {
    const args = ['-q', '-r', recordingPath('nlmon'), '--format', format, ...options];
    runTool(process.execPath, PROGRAM, ...args, '--micro', '-w', path);
    runTool(process.execPath, PROGRAM, ...args, '--nano', '-w', nano);
  });

  test('has the precision for capinfos, and nanoseconds are the default', () => {
    const precisionOf = (file: string) =>
      /^File timestamp precision: +(.*)$/m.exec(runTool('capinfos', file).stdout)?.[1];
    expect(precisionOf(path)).toBe('microseconds (6)');
    expect(precisionOf(nano)).toBe('nanoseconds (9)');
    const args = ['-q', '-r', recordingPath('nlmon'), '--format', format, ...options];
    expect(dropcap(...args, '-w', `${path}.default`).status).toBe(0);
    expect(readFileSync(`${path}.default`).equals(readFileSync(nano))).toBe(true);
  });

  test('is read by tcpdump, which shows microseconds as they are', () => {
    const timesIn = (file: string, ...args: string[]) =>
      runTool('tcpdump', '-nn', '-tt', ...args, '-r', file).stdout.match(/^\d{10}\.\d+/gm);
    const [rounded, exact] = [timesIn(path), timesIn(nano, '--nano')];
    expect(rounded!.length).toBeGreaterThanOrEqual(98);
    expect(rounded).toEqual(exact!.map((time) => time.slice(0, -3)));
  });

  test('has the times of the drops, rounded down, for tshark', () => {
    const times = (file: string) => tsharkFields(file, 'frame', ['frame.time_epoch']).map(([time]) => time!);
    const expected = times(nano).map((time) => `${time.slice(0, -3)}000`);
    expect(expected.length).toBeGreaterThanOrEqual(98);
    expect(times(path)).toEqual(expected);
  });
});

describe('what --micro writes', () => {
  const file = readFileSync(recordingPath('nlmon'));

  test.each([
    ['pcap', 'd4c3b2a1'],
    ['pcapng', '0a0d0d0a'],
  ] as const)('in %s says so in its header', async (format, magic) => {
    const micro = await converted(file, { format, linkType: 'NETLINK', precision: 'micro' });
    expect(micro.toString('hex', 0, 4)).toBe(magic);
    if (format === 'pcap') return;
    for (const { tsresol } of readPcapng(micro).interfaces) expect(tsresol).toBe(6);
  });

  test('is read back with the times rounded down, also the begin and the end of the capture', async () => {
    const begin = 1_700_000_000_123_456_789n;
    const whole = replaceBlocks(own, INTERFACE_STATISTICS, (body) => {
      const block = { type: INTERFACE_STATISTICS, body };
      return withOption(withOption(block, ISB_STARTTIME, timeOf(begin)), ISB_ENDTIME, timeOf(begin + SECOND));
    });
    const micro = await converted(whole, { precision: 'micro' });
    const times = (capture: Buffer) => readPcapng(capture).packets.map(({ timestamp }) => timestamp);
    expect(times(micro)).toEqual(times(own).map((time) => time / 1000n));
    const again = await converted(micro);
    expect(times(again)).toEqual(times(own).map((time) => (time / 1000n) * 1000n));
    const statistics = readPcapng(micro).statistics.at(-1)!.options;
    const first = times(own).reduce((one, other) => (one < other ? one : other));
    const last = times(own).reduce((one, other) => (one > other ? one : other));
    const expected = [first < begin ? first : begin, last > begin + SECOND ? last : begin + SECOND];
    const found = [ISB_STARTTIME, ISB_ENDTIME].map((code) =>
      wordsIn(statistics.find((each) => each.code === code)!.value),
    );
    expect(found).toEqual(expected.map((time) => time / 1000n));
  });

  test('as NETLINK is read back with the nanoseconds of the messages', async () => {
    const micro = await converted(file, { format: 'pcap', linkType: 'NETLINK', precision: 'micro' });
    expect((await converted(micro)).equals(own)).toBe(true);
  });
});

/** A time stamp of pcapng: two words, the high word first. */
function timeOf(ns: bigint): Buffer {
  const value = Buffer.alloc(8);
  value.writeUInt32LE(Number(ns >> 32n), 0);
  value.writeUInt32LE(Number(ns & 0xffffffffn), 4);
  return value;
}

function wordsIn(value: Buffer): bigint {
  return (BigInt(value.readUInt32LE(0)) << 32n) | BigInt(value.readUInt32LE(4));
}
