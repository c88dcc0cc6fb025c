import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCapture } from '../../../src/source/file/openCapture.js';
import { block, enhancedPacket, interfaceDescription, option } from '../../support/captureFiles.js';
import { convert } from '../../support/convert.js';
import { DROP, FAULTS, framed, packet, SECTION, START, statistics } from '../../support/damagedBlocks.js';
import { dropcap, temporaryFolder } from '../../support/tools.js';

const folder = temporaryFolder();
const caseOf = (name: string) => new URL(`../../cases/${name}.pcapng`, import.meta.url).pathname;
const bytes = (length: number) => Buffer.alloc(length);

describe('a damaged block', () => {
  test.each(FAULTS)('is counted and named: %s', async (_, bad, what, drops) => {
    // A damaged section header also ends the section: its successor must describe the interface again.
    const { summary, error } = await convert(Buffer.concat([START, DROP, bad, START, DROP]));
    expect(error).toMatchObject({
      code: 'ERR_DROPCAP_INPUT',
      message: expect.stringContaining(
        `has 1 damaged block (offset ${START.length + DROP.length}: ${what}): everything else was read`,
      ) as string,
    });
    expect([summary.captured, summary.source.damagedBlocks]).toEqual([2 + drops, 1]);
  });

  test.each<[string, Buffer]>([
    ['blocks of unknown type', block(0x80000001, bytes(8), true)],
    ['options of unknown code', enhancedPacket(packet!, true, 0, option(999, bytes(3), true))],
    ['options without an end', enhancedPacket(packet!, true, 0, option(1, bytes(3), true))],
    ['statistics without options', statistics(bytes(12))],
    ['long blocks of unknown type', framed(77, bytes(1 << 20), (1 << 20) + 12, (1 << 20) + 12)],
  ])('is none of the things that readers must skip: %s', async (_, other) => {
    const { summary, error } = await convert(Buffer.concat([START, DROP, other, DROP]));
    expect([error, summary.captured, summary.source.damagedBlocks]).toEqual([undefined, 2, 0]);
  });

  test('is the first interface whose texts are more than a section may have', async () => {
    const long = (count: number) => {
      const texts = [2, 3, 12, 15].map((code) => option(code, Buffer.alloc(300, 'x'), true));
      return Array<Buffer>(count).fill(interfaceDescription(true, 1, 0, Buffer.concat(texts)));
    };
    const kept = await convert(Buffer.concat([SECTION, ...long(4096), DROP]));
    expect([kept.error, kept.summary.captured]).toEqual([undefined, 1]);
    // Of each text 256 bytes are kept: 4096 interfaces fill 4 MiB. A section has a limit of its own.
    const { error, summary } = await convert(
      Buffer.concat([SECTION, ...long(4097), DROP, SECTION, ...long(1), DROP]),
    );
    expect(String(error)).toContain('no room for more texts of interfaces');
    expect([summary.captured, summary.source.damagedBlocks]).toEqual([2, 1]);
  });

  test('with several faults is counted once', async () => {
    // The option is longer than the block, and the second length is wrong.
    const tooLong = Buffer.of(1, 0, 200, 0);
    const bad = framed(6, Buffer.concat([DROP.subarray(8, 28), bytes(60), tooLong]), DROP.length, 8);
    bad.writeUInt32LE(bad.length, 4);
    const { error, summary } = await convert(Buffer.concat([START, DROP, bad, DROP]));
    expect(summary.source.damagedBlocks).toBe(1);
    expect(String(error)).toContain(`total lengths ${bad.length} and 8`);
  });

  test('is named with two others at most, and all are counted', async () => {
    const bad = enhancedPacket(packet!, true, 7);
    const { summary, error } = await convert(Buffer.concat([START, DROP, ...Array<Buffer>(5000).fill(bad)]));
    const [first, size] = [START.length + DROP.length, bad.length];
    const named = [0, 1, 2].map((i) => `offset ${first + i * size}: an interface that is not described`);
    expect(String(error)).toContain(
      `has 5000 damaged blocks (${named.join('; ')}; 4997 more): everything else`,
    );
    expect(summary.source.damagedBlocks).toBe(5000);
  });

  test('is named when the file is cut short after it', async () => {
    const bad = enhancedPacket(packet!, true, 7);
    const { error } = await convert(Buffer.concat([START, DROP, bad, DROP.subarray(0, -4)]));
    expect(String(error)).toMatch(
      /is cut short: .* was read; it has 1 damaged block \(offset \d+: an interface/,
    );
    const long = framed(77, bytes(1 << 20), (1 << 20) + 12, 0).subarray(0, -4);
    expect(String((await convert(Buffer.concat([START, DROP, long]))).error)).toMatch(/is cut short/);
  });

  test.each([0, 11, 0xfffffff0])('of the total length %i is counted, and ends the reading', async (total) => {
    const bad = framed(6, bytes(8), total, total);
    const { summary, error } = await convert(Buffer.concat([START, DROP, bad, DROP]));
    const offset = START.length + DROP.length;
    expect(error).toMatchObject({ code: 'ERR_DROPCAP_MALFORMED_INPUT', offset, actual: `${total}` });
    expect([summary.captured, summary.source.damagedBlocks]).toEqual([1, 1]);
  });

  test('of interfaces beyond 65,536 is counted, as are their packets', async () => {
    const many = Array<Buffer>(65_537).fill(interfaceDescription(true, 1));
    const { summary } = await convert(
      Buffer.concat([SECTION, ...many, DROP, enhancedPacket(packet!, true, 65_536)]),
    );
    expect([summary.captured, summary.source.damagedBlocks]).toEqual([1, 2]);
  });

  test('ends the program with status 1 after the readable drops', () => {
    const file = caseOf('block-lengths-differ');
    const { status, stdout, stderr } = dropcap('-r', file);
    expect([status, stdout.trimEnd().split('\n').length]).toEqual([1, 4]);
    expect(stderr).toContain('\n1 damaged block\n');
    expect(stderr).toContain('has 1 damaged block (offset 184: total lengths 432 and 216): everything else');
    const json = dropcap('-r', file, '--json');
    expect([json.status, json.stderr]).toEqual([1, expect.stringContaining('"damagedBlocks":1,')]);
  });
});

describe('a section of an unknown major version', () => {
  test('is refused, at the start of the file and later', async () => {
    const name = caseOf('section-version-9');
    await expect(openCapture(name)).rejects.toMatchObject({
      offset: 12,
      expected: 'version 1',
      actual: 'version 9',
    });
    const output = join(folder, 'none.pcapng');
    expect(dropcap('-r', name, '-w', output)).toMatchObject({ status: 1, stdout: '' });
    const later = Buffer.from(SECTION);
    later.writeUInt16LE(2, 12);
    const { summary, error } = await convert(Buffer.concat([START, DROP, later, START, DROP]));
    expect(summary.captured).toBe(1);
    expect(error).toMatchObject({ offset: START.length + DROP.length + 12, actual: 'version 2' });
  });
});
