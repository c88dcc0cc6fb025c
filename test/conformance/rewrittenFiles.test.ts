import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { convert, converted, type JsonDrop, jsonOf } from '../support/convert.js';
import { handmadeRecording } from '../support/handmadeAlerts.js';
import { u32 } from '../support/netlinkBytes.js';
import {
  type Block,
  ENHANCED_PACKET,
  INTERFACE_DESCRIPTION,
  joinBlocks,
  blocksOf,
  OBSOLETE_PACKET,
  replaceBlocks,
  SECTION_HEADER,
  SIMPLE_PACKET,
  withOption,
} from '../support/pcapngBlocks.js';
import { swapPcapng } from '../support/swapPcapng.js';
import { dropcap, recordingPath, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const COMMENT = 1;

let own: Buffer;
let drops: JsonDrop[];
beforeAll(async () => {
  own = await converted(readFileSync(recordingPath('nlmon')));
  drops = await jsonOf(own);
});

/** The file with every block of one type edited. */
function editAll(type: number, edit: (block: Block, place: number) => Block | Block[]): Buffer {
  return replaceBlocks(own, type, (body, place) => edit({ type, body }, place));
}

const text = (value: string) => Buffer.from(value, 'utf8');
const unknownBlock: Block = { type: 0x80001234, body: Buffer.alloc(64, 0xa5) };
const hugeBlock: Block = { type: 0xbad, body: Buffer.alloc(3_000_000, 0x06) };

describe("dropcap's own file", () => {
  test.each<[string, () => Buffer]>([
    ['from a big-endian host', () => swapPcapng(own)],
    ['with unknown blocks', () => editAll(ENHANCED_PACKET, (block) => [unknownBlock, block, unknownBlock])],
    ['with an unknown block of 3 MB', () => joinBlocks(blocksOf(own).toSpliced(5, 0, hugeBlock))],
    [
      'with unknown options of packets',
      () => editAll(ENHANCED_PACKET, (b) => withOption(b, 0x8765, text('abc'))),
    ],
    [
      'with unknown options of interfaces',
      () => editAll(INTERFACE_DESCRIPTION, (b) => withOption(b, 77, text('x'))),
    ],
    [
      'with unknown options of the section',
      () => editAll(SECTION_HEADER, (b) => withOption(b, 77, text('x'))),
    ],
    ['with an empty option', () => editAll(ENHANCED_PACKET, (b) => withOption(b, 0x8765, text('')))],
    [
      "with a user's comment before dropcap's",
      () => editAll(ENHANCED_PACKET, (b) => withOption(b, COMMENT, text('see this'))),
    ],
    [
      "with a user's comment that looks like dropcap's",
      () => editAll(ENHANCED_PACKET, (b) => withOption(b, COMMENT, text('reason=MINE dropcap: origin=hw'))),
    ],
    [
      'with obsolete packet blocks',
      () =>
        editAll(ENHANCED_PACKET, ({ body }) => {
          body.writeUInt16LE(0xffff, 2);
          return { type: OBSOLETE_PACKET, body };
        }),
    ],
    [
      'with options without opt_endofopt',
      () => editAll(ENHANCED_PACKET, ({ type, body }) => ({ type, body: body.subarray(0, -4) })),
    ],
    [
      'with all interface descriptions before the packets',
      () => {
        const blocks = blocksOf(own);
        const first = [SECTION_HEADER, INTERFACE_DESCRIPTION];
        const of = (types: number[]) => blocks.filter(({ type }) => types.includes(type));
        return joinBlocks([
          ...of([SECTION_HEADER]),
          ...of([INTERFACE_DESCRIPTION]),
          ...blocks.filter(({ type }) => !first.includes(type)),
        ]);
      },
    ],
  ])('%s gives the same drops, and no other packets', async (_, build) => {
    expect(drops).toHaveLength(98);
    const changed = build();
    expect(changed.equals(own)).toBe(false);
    expect(await jsonOf(changed)).toEqual(drops);
    const { bytes, summary } = await convert(changed);
    expect(summary.source).toMatchObject({ otherPackets: 0, malformed: 0 });
    expect(await jsonOf(bytes)).toEqual(drops);
  });

  test('appended to another gives the drops of both', async () => {
    const other = await converted(handmadeRecording);
    const expected = [...drops, ...(await jsonOf(other))];
    for (const [first, second] of [
      [own, other],
      [swapPcapng(own), other],
      [own, swapPcapng(other)],
    ] as const) {
      const both = Buffer.concat([first, second]);
      expect(await jsonOf(both)).toEqual(expected);
      expect(await jsonOf(await converted(both))).toEqual(expected);
    }
  });

  test('with other packets between the drops gives the drops, and counts the other packets', async () => {
    const packet: Block = { type: SIMPLE_PACKET, body: Buffer.concat([u32(4, true), Buffer.alloc(4)]) };
    const uncommented = ({ type, body }: Block): Block => {
      const end = 20 + Math.ceil(body.readUInt32LE(12) / 4) * 4;
      return { type, body: body.subarray(0, end) };
    };
    const changed = editAll(ENHANCED_PACKET, (block) => [packet, uncommented(block), block]);
    const { summary } = await convert(changed);
    expect(summary).toMatchObject({ captured: 98, source: { otherPackets: 2 * 98 } });
    expect(await jsonOf(changed)).toEqual(drops);
    const path = join(folder, 'others.pcapng');
    writeFileSync(path, changed);
    expect(dropcap('-r', path).stderr).toContain('\n196 packets that are no drops\n');
  });

  test('whose packets lost their comments holds no drops', async () => {
    const changed = replaceBlocks(own, SECTION_HEADER, (body) => ({
      type: SECTION_HEADER,
      body: body.subarray(0, 16),
    }));
    const bare = replaceBlocks(changed, ENHANCED_PACKET, (body) => ({
      type: ENHANCED_PACKET,
      body: body.subarray(0, 20 + Math.ceil(body.readUInt32LE(12) / 4) * 4),
    }));
    const path = join(folder, 'bare.pcapng');
    writeFileSync(path, bare);
    const { status, stderr, stdout } = dropcap('-r', path);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/holds no drops: neither packets with dropcap's comment nor netlink messages/);
  });

  test('with packets of an interface that is not described skips and counts these packets', async () => {
    const changed = editAll(ENHANCED_PACKET, ({ type, body }, place) => {
      if (place % 2 === 0) body.writeUInt32LE(99, 0);
      return { type, body };
    });
    const { bytes, summary, error } = await convert(changed, { format: 'json' });
    const seen = bytes.toString('latin1').trimEnd().split('\n');
    expect(seen.map((line) => JSON.parse(line) as unknown)).toEqual(
      drops.filter((_, place) => place % 2 === 1),
    );
    expect(summary.source.damagedBlocks).toBe(49);
    expect(String(error)).toMatch(/has 49 damaged blocks/);
  });
});
