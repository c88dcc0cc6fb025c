import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { capture } from '../../../../src/capture/capture.js';
import { createEncoder } from '../../../../src/outlet/createEncoder.js';
import { EncodedOutlet } from '../../../../src/outlet/encodedOutlet.js';
import { openFileSink } from '../../../../src/outlet/fileSink.js';
import { openRecording } from '../../../../src/source/file/recording.js';
import {
  block,
  enhancedPacket,
  interfaceDescription,
  option,
  recordsOf,
  sectionHeader,
} from '../../../support/captureFiles.js';
import { convert, converted } from '../../../support/convert.js';
import { u32, u64 } from '../../../support/netlinkBytes.js';
import { blocksOf, ENHANCED_PACKET } from '../../../support/pcapngBlocks.js';
import { readPcapng } from '../../../support/pcapngReference.js';
import { dropcap, recordingPath, temporaryFolder } from '../../../support/tools.js';

const folder = temporaryFolder();
const KILLED = new URL('../../../cases/killed-capture-with-losses.pcapng', import.meta.url).pathname;
const NOT_KNOWN = { queueDrops: undefined, overruns: undefined, hardwareQueueDrops: undefined };

const SECTION = sectionHeader(true);
const named = (name: string) => interfaceDescription(true, 1, 0, option(2, Buffer.from(name), true));
const DROP = enhancedPacket(
  recordsOf(Buffer.alloc(60, 0x45))[0]!,
  true,
  0,
  option(1, Buffer.from('dropcap: reason=X'), true),
);
/** Statistics of an interface with these counters, by option code. */
const statistics = (id: number, ...counters: [number, bigint][]) =>
  block(
    5,
    Buffer.concat([
      u32(id, true),
      Buffer.alloc(8),
      ...counters.map(([code, value]) => option(code, u64(value, true), true)),
    ]),
    true,
  );
const LOSSES = statistics(1, [5, 3n], [7, 4n]);
const COMPLETE = Buffer.concat([SECTION, named('a'), DROP, named('dropmon'), statistics(0, [4, 1n]), LOSSES]);
const WITHOUT = Buffer.concat([SECTION, named('a'), DROP]);

async function lossesOf(file: Uint8Array) {
  const { queueDrops, overruns } = (await convert(file)).summary.source;
  return { queueDrops, overruns };
}

/** Counters that the statistics of a file have, by interface name. */
const countersOf = (file: Uint8Array) => {
  const { interfaces, statistics: blocks } = readPcapng(file);
  return blocks.map(({ interfaceId, options }) => [
    interfaces[interfaceId]!.name,
    options.map(({ code }) => code).filter((code) => code > 3),
  ]);
};

describe('the losses of a recording', () => {
  const unknown = { queueDrops: undefined, overruns: undefined };
  test.each<[string, Buffer, object]>([
    ['whole statistics', COMPLETE, { queueDrops: 3, overruns: 4 }],
    ['whole statistics in two sections', Buffer.concat([COMPLETE, COMPLETE]), { queueDrops: 6, overruns: 8 }],
    ['no statistics', WITHOUT, unknown],
    ['statistics only in the first section', Buffer.concat([COMPLETE, WITHOUT]), unknown],
    ['statistics only in the second section', Buffer.concat([WITHOUT, COMPLETE]), unknown],
    [
      'statistics of one capture of two in a section',
      Buffer.concat([SECTION, named('a'), DROP, named('dropmon'), named('b'), statistics(0), LOSSES]),
      unknown,
    ],
    [
      'statistics of two captures in a section',
      Buffer.concat([
        SECTION,
        named('a'),
        DROP,
        named('dropmon'),
        named('dropmon'),
        statistics(0),
        LOSSES,
        statistics(2, [5, 10n], [7, 20n]),
      ]),
      { queueDrops: 13, overruns: 24 },
    ],
    [
      'statistics without overruns',
      Buffer.concat([SECTION, named('a'), DROP, named('dropmon'), statistics(0), statistics(1, [5, 0n])]),
      { queueDrops: 0, overruns: undefined },
    ],
    [
      'statistics of another interface',
      Buffer.concat([SECTION, named('a'), DROP, statistics(0, [5, 3n], [7, 4n])]),
      unknown,
    ],
    ['no section: netlink traffic in pcap', readFileSync(recordingPath('dwdump')), unknown],
  ])('with %s', async (_, file, expected) => {
    expect(await lossesOf(file)).toEqual(expected);
    // Written again, they are the same: known or not.
    expect(await lossesOf(await converted(file))).toEqual(expected);
  });

  test.each([
    [LOSSES, '3 queue drops, 4 overruns'],
    [statistics(1, [5, 0n]), '0 queue drops, overruns not known'],
  ])('are in the description that Wireshark shows: %#', async (counters, text) => {
    const file = Buffer.concat([SECTION, named('a'), DROP, named('dropmon'), statistics(0), counters]);
    const { interfaces } = readPcapng(await converted(file));
    expect(interfaces.at(-1)).toMatchObject({
      name: 'dropmon',
      description: `losses while this file was captured: ${text}`,
    });
  });

  test('are not known when reading ends before the statistics', () => {
    const path = join(folder, 'long.pcapng');
    const parts = [SECTION, named('a'), ...Array<Buffer>(30_000).fill(DROP), named('dropmon')];
    writeFileSync(path, Buffer.concat([...parts, statistics(0), LOSSES]));
    const text = (...args: string[]) => dropcap('-r', path, '-w', '/dev/null', ...args).stderr;
    expect(text()).toMatch(/^3 queue drops.*\n4 overruns/m);
    expect(text('-c', '1')).toMatch(/^queue drops not known.*\noverruns not known/m);
  });
});

describe('a capture that was killed', () => {
  test('tells the losses that its packets report, and that all losses are not known', () => {
    const { status, stderr } = dropcap('-r', KILLED);
    expect([status, stderr.split('\n').slice(1)]).toEqual([
      0,
      [
        '2 drops captured',
        '2 drops written',
        'queue drops not known: what was read does not report them',
        'overruns not known: what was read does not report them',
        '0 malformed alerts',
        'at least 4774 drops lost: the packets report them',
        '',
      ],
    ]);
    const line = dropcap('-r', KILLED, '--json').stderr.split('\n')[1]!;
    expect(JSON.parse(line)).toMatchObject({
      lost: 4774,
      queueDrops: null,
      overruns: null,
      hardwareQueueDrops: null,
    });
  });

  test('written again has the losses of its packets, and no losses in its statistics', async () => {
    const { bytes, summary } = await convert(readFileSync(KILLED));
    expect(summary).toMatchObject({ lost: 4774, source: NOT_KNOWN });
    const comment =
      'dropcap: reason=NO_SOCKET symbol=__udp4_lib_rcv+0x545/0xdd0 if=va ifindex=5 proto=0x0800 origin=sw class=host/no-listener';
    const [, second] = blocksOf(bytes).filter(({ type }) => type === ENHANCED_PACKET);
    expect(second!.body.subarray(20 + 48).toString('hex')).toBe(
      [
        '0200 0400 01000000', // epb_flags: inbound
        `0100 7900 ${Buffer.from(comment).toString('hex')} 000000`, // opt_comment of 121 bytes, padded
        '0400 0800 a612000000000000', // epb_dropcount 4774
        '0000 0000', // opt_endofopt
      ]
        .join('')
        .replaceAll(' ', ''),
    );
    expect(countersOf(bytes)).toEqual([['va', [8]]]);
    expect((await convert(bytes)).summary).toMatchObject({ captured: 2, lost: 4774, source: NOT_KNOWN });
  });
});

test('losses that become known at the end of a recording are in the last segment', async () => {
  const path = join(folder, 'parts.pcapng');
  writeFileSync(path, COMPLETE);
  const source = await openRecording(path);
  const parts = [0, 1].map((i) => join(folder, `${i}.pcapng`));
  const outlet = new EncodedOutlet(createEncoder('pcapng', source), (i) => openFileSink(parts[i]!));
  await outlet.begin();
  await outlet.endSegment({ queueDrops: undefined, overruns: undefined });
  await capture(source, outlet);
  expect(await Promise.all(parts.map((part) => lossesOf(readFileSync(part))))).toEqual([
    { queueDrops: undefined, overruns: undefined },
    { queueDrops: 3, overruns: 4 },
  ]);
});
