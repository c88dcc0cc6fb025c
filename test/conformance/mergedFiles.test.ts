import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { block, interfaceDescription, option, pcapFile, recordsOf } from '../support/captureFiles.js';
import { convert, type ConvertOptions, converted, type JsonDrop, jsonOf } from '../support/convert.js';
import { handmadeRecording } from '../support/handmadeAlerts.js';
import {
  familyAnswer,
  GENERIC,
  netlinkRecord,
  newLink,
  packetAlert,
  ROUTE,
} from '../support/netlinkBytes.js';
import { ethernet, fromHex, ipv4 } from '../support/packetBytes.js';
import { dropsIn, readPcapng } from '../support/pcapngReference.js';
import { dropcap, lacksTools, recordingPath, runTool, temporaryFolder } from '../support/tools.js';
import { EDITCAP_ADDS_COMMENTS, wiresharkHas } from '../support/wiresharkSeries.js';

const folder = temporaryFolder();
const [ETHER, TUN] = [1, 0xfffe];

const FORMS: readonly [string, ConvertOptions][] = [
  ['its own form', {}],
  ['NETLINK', { linkType: 'NETLINK' }],
  ['LINUX_SLL2', { linkType: 'LINUX_SLL2' }],
  ['LINUX_SLL', { linkType: 'LINUX_SLL' }],
];

function write(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** The output of a tool that reads these files. */
function through(tool: string, args: string[], inputs: Uint8Array[]): Buffer {
  const output = join(folder, 'output');
  const paths = inputs.map((bytes, i) => write(`input${i}`, bytes));
  if (tool === 'mergecap') runTool(tool, ...args, '-w', output, ...paths);
  else runTool(tool, ...args, ...paths, output);
  return readFileSync(output);
}

const RECORDINGS: readonly [string, Buffer][] = [
  ['nlmon', readFileSync(recordingPath('nlmon'))],
  ['dwdump', readFileSync(recordingPath('dwdump'))],
  ['hand-made alerts', handmadeRecording],
];

describe.skipIf(lacksTools('editcap'))('a file that editcap rewrote', () => {
  describe.each(FORMS)('in %s', (_, form) => {
    test.each(RECORDINGS)('gives the drops of %s', async (_name, recording) => {
      const file = await converted(recording, form);
      const copy = through('editcap', ['-F', 'pcapng'], [file]);
      expect(await jsonOf(copy)).toEqual(await jsonOf(file));
      // editcap 4.0 omits statistics and the addresses of devices.
      const again = readPcapng(await converted(copy, form));
      expect(dropsIn(again)).toEqual(dropsIn(readPcapng(await converted(file, form))));
    });
  });

  test('gives the drops that editcap kept, with their shortened packets', async () => {
    const file = await converted(RECORDINGS[0]![1]);
    const [none, some] = [join(folder, 'none'), join(folder, 'some')];
    runTool('editcap', '-s', '40', write('all', file), none, '1-98');
    expect(await jsonOf(readFileSync(none))).toEqual([]);
    runTool('editcap', '-s', '40', '-r', write('all', file), some, '1-10');
    const seen = await jsonOf(readFileSync(some));
    expect(seen.map(({ time, reason }) => [time, reason])).toEqual(
      (await jsonOf(file)).slice(0, 10).map(({ time, reason }) => [time, reason]),
    );
    expect(Math.max(...seen.map((drop) => Number(drop['capturedLength'])))).toBe(40);
  });

  test('with comments that its user added gives the drops', async () => {
    const file = await converted(RECORDINGS[0]![1]);
    const copy = through('editcap', ['-a', '1:look here', '-a', '3:and here'], [file]);
    expect(copy.includes('look here')).toBe(true);
    // A packet whose comment editcap replaced is no drop.
    const kept = readPcapng(copy).packets.map(({ comments }) =>
      comments.some((text) => text.startsWith('dropcap:')),
    );
    expect(kept.flatMap((has, place) => (has ? [] : [place + 1]))).toEqual(
      EDITCAP_ADDS_COMMENTS ? [] : [1, 3],
    );
    expect(await jsonOf(copy)).toEqual((await jsonOf(file)).filter((_, place) => kept[place]));
  });

  test('without drops is read without an error', async () => {
    const empty = await converted(readFileSync(recordingPath('nlmon-summary')));
    expect(await jsonOf(through('editcap', [], [empty]))).toEqual([]);
  });
});

/** dwdump's drops in a file whose statistics report losses. */
function withLosses(file: Uint8Array): Buffer {
  const counters = Buffer.alloc(24);
  counters.writeUInt32LE(0x0008_0005, 0);
  counters.writeBigUInt64LE(3n, 4);
  counters.writeUInt32LE(0x0008_0007, 12);
  counters.writeBigUInt64LE(4n, 16);
  const { length } = readPcapng(file).interfaces;
  const id = Buffer.alloc(12);
  id.writeUInt32LE(length);
  const losses = interfaceDescription(true, 1, 0, option(2, Buffer.from('dropmon'), true));
  return Buffer.concat([file, losses, block(5, Buffer.concat([id, counters]), true)]);
}

describe.skipIf(lacksTools('editcap', 'mergecap') || !wiresharkHas('later interfaces'))(
  'a file with losses',
  () => {
    test('has losses that are not known after editcap and mergecap, which remove statistics', async () => {
      const file = withLosses(await converted(RECORDINGS[1]![1]));
      const lossesOf = async (bytes: Uint8Array) => {
        const { queueDrops, overruns } = (await convert(bytes)).summary.source;
        return [queueDrops, overruns];
      };
      expect(await lossesOf(file)).toEqual([3, 4]);
      expect(await lossesOf(through('editcap', [], [file]))).toEqual([undefined, undefined]);
      const other = await converted(RECORDINGS[0]![1]);
      expect(await lossesOf(through('mergecap', [], [file, other]))).toEqual([undefined, undefined]);
    });
  },
);

describe.skipIf(lacksTools('mergecap'))('two files that mergecap merged', () => {
  test.skipIf(!wiresharkHas('later interfaces'))(
    'give the drops of both, one file after the other',
    async () => {
      const files = await Promise.all(RECORDINGS.slice(0, 2).map(([, recording]) => converted(recording)));
      const expected = (await Promise.all(files.map((file) => jsonOf(file)))).flat();
      expect(await jsonOf(through('mergecap', ['-a'], files))).toEqual(expected);
    },
  );

  test.skipIf(!wiresharkHas('later interfaces'))('give the drops of both when merged by time', async () => {
    const files = await Promise.all(RECORDINGS.slice(0, 2).map(([, recording]) => converted(recording)));
    const both = (await Promise.all(files.map((file) => jsonOf(file)))).flat();
    const sorted = (drops: JsonDrop[]) => drops.map((drop) => JSON.stringify(drop)).toSorted();
    expect(sorted(await jsonOf(through('mergecap', [], files)))).toEqual(sorted(both));
  });

  /** A host's recording: device 5 with this name and type, and drops at these times. */
  function hostWith(familyId: number, name: string, type: number, times: readonly bigint[]): Buffer {
    const payload = type === ETHER ? ethernet(0x800, ipv4()) : ipv4();
    const fields = { ifindex: 5, protocol: 0x800, payload, originalLength: payload.length };
    const alerts = times.map((timestampNs) => {
      return netlinkRecord(GENERIC, packetAlert({ ...fields, pc: 1n, timestampNs }, true, familyId));
    });
    const known = [
      netlinkRecord(GENERIC, familyAnswer(familyId)),
      netlinkRecord(ROUTE, newLink(5, type, name)),
    ];
    return pcapFile(recordsOf(...known, ...alerts));
  }

  describe.each(FORMS)('in %s', (_, form) => {
    test("keep each file's own name for the same device index", async () => {
      const one = await converted(hostWith(0x23, 'va', ETHER, [10n, 30n, 50n]), form);
      const other = await converted(hostWith(0x31, 'tun7', TUN, [20n, 40n, 60n]), form);
      const merged = through('mergecap', [], [one, other]);
      const places = (drops: JsonDrop[]) => drops.map((drop) => [drop['time'], drop['interface']]);
      const expected = [10, 20, 30, 40, 50, 60].map((ns) => {
        return [`1970-01-01T00:00:00.0000000${ns}Z`, ns % 20 === 10 ? 'va' : 'tun7'];
      });
      const drops = await jsonOf(merged);
      expect(places(drops)).toEqual(expected);
      const linkTypes = drops.map(({ linkType }) => linkType);
      for (const [, again] of FORMS) {
        expect(places(await jsonOf(await converted(merged, again)))).toEqual(expected);
      }
      // The kernel's messages alone, in pcap, give the same.
      if (form.linkType === 'LINUX_SLL2' || form.linkType === 'LINUX_SLL') return;
      const messages = await converted(merged, { linkType: 'NETLINK', format: 'pcap' });
      const back = await jsonOf(messages);
      expect(places(back)).toEqual(expected);
      expect(back.map(({ linkType }) => linkType)).toEqual(linkTypes);
    });
  });

  test("keep each file's own facts about its device", async () => {
    const hostOf = async (name: string, address: string) => {
      const link = newLink(5, ETHER, name);
      const withAddress = Buffer.concat([link, fromHex('0a000100', address, '0000')]);
      withAddress.writeUInt32LE(withAddress.length, 0);
      const payload = ethernet(0x800, ipv4());
      const alert = { ifindex: 5, protocol: 0x800, payload, originalLength: payload.length, timestampNs: 1n };
      const records = [
        netlinkRecord(GENERIC, familyAnswer()),
        netlinkRecord(ROUTE, withAddress),
        netlinkRecord(GENERIC, packetAlert(alert)),
      ];
      return converted(pcapFile(recordsOf(...records)));
    };
    // mergecap 4.0 omits addresses, so one file is appended to the other.
    const both = Buffer.concat([await hostOf('va', '020000000011'), await hostOf('vb', '020000000022')]);
    const written = await converted(both);
    for (const address of ['06000600020000000011', '06000600020000000022']) {
      expect(written.includes(Buffer.from(address, 'hex'))).toBe(true);
    }
  });
});

describe('a file without drops that dropcap wrote', () => {
  test.each([
    ['pcapng', []],
    ['pcapng', ['-y', 'NETLINK']],
    ['pcapng', ['-y', 'LINUX_SLL2']],
    ['pcapng', ['-y', 'LINUX_SLL']],
    ['pcap', ['-y', 'NETLINK']],
  ])('as %s %s is read without an error', (format, options) => {
    const path = join(folder, `none-${options.at(-1) ?? 'own'}.${format}`);
    const args = ['-r', recordingPath('nlmon-summary'), '--format', format, ...options, '-w', path];
    expect(dropcap(...args).status).toBe(0);
    const ran = dropcap('-r', path);
    expect(ran).toMatchObject({ status: 0, stdout: '', stderr: expect.stringContaining('0 drops captured') });
  });
});
