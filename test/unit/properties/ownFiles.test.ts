import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { DropRecord } from '../../../src/drop/record.js';
import { DropcapError, InputError } from '../../../src/errors.js';
import { openCapture } from '../../../src/source/file/openCapture.js';
import { pcapFile } from '../../support/captureFiles.js';
import { converted } from '../../support/convert.js';
import { handmadeRecording } from '../../support/handmadeAlerts.js';
import { anyBytes, changes } from '../../support/properties.js';
import { blocksOf, ENHANCED_PACKET } from '../../support/pcapngBlocks.js';
import { alertsOf, readRecording } from '../../support/recordingReference.js';
import { swapPcapng } from '../../support/swapPcapng.js';
import { recordingPath, temporaryFolder } from '../../support/tools.js';

const folder = temporaryFolder();
/** The smallest packet of a drop: its block, `dropcap: ` and the option's header. */
const MIN_DROP_BYTES = 32 + 4 + 9;

const CUT_SHORT = /is cut short: everything before the cut was read/;
const NO_CAPTURE = /is empty|not a pcap or pcapng file/;

/** Up to the second alert of a recording. */
const few = readRecording('nlmon').slice(0, alertsOf(readRecording('nlmon'))[1]!.record);
const FORMS = [{}, { linkType: 'NETLINK' }, { linkType: 'LINUX_SLL2' }, { linkType: 'LINUX_SLL' }] as const;

interface Outcome {
  readonly drops: readonly DropRecord[];
  readonly otherPackets: number;
  readonly error: unknown;
}

async function readDrops(bytes: Uint8Array): Promise<Outcome> {
  const path = join(folder, 'file');
  writeFileSync(path, bytes);
  const drops: DropRecord[] = [];
  let otherPackets = 0;
  try {
    const capture = await openCapture(path);
    try {
      for await (const drop of capture) drops.push(drop);
    } finally {
      ({ otherPackets } = await capture.statistics());
    }
  } catch (error) {
    return { drops, otherPackets, error };
  }
  return { drops, otherPackets, error: undefined };
}

/** A form, the byte order, and the number of bytes between two cuts. */
const CUTS: readonly [string, (typeof FORMS)[number], boolean, number][] = [
  ['its own form', FORMS[0], true, 1],
  ['its own form, big-endian', FORMS[0], false, 17],
  ['NETLINK', FORMS[1], true, 13],
  ['NETLINK, big-endian', FORMS[1], false, 17],
  ['LINUX_SLL2', FORMS[2], true, 17],
  ['LINUX_SLL', FORMS[3], true, 19],
];

describe('a cut file of dropcap', () => {
  test.each(CUTS)('gives the drops before the cut, in %s', async (_, form, little, step) => {
    const file = await converted(pcapFile(few), form);
    const whole = little ? file : swapPcapng(file);
    const { drops } = await readDrops(whole);
    expect(drops).toHaveLength(2);
    const ends: number[] = [];
    const dropEnds: number[] = [];
    let at = 0;
    for (const { type, body } of blocksOf(file)) {
      at += body.length + 12;
      ends.push(at);
      // Messages that explain the drops have no comment.
      if (type === ENHANCED_PACKET && body.includes('dropcap: ')) dropEnds.push(at);
    }
    for (const length of whole.keys()) {
      if (length % step !== 0 && !ends.includes(length)) continue;
      const seen = await readDrops(whole.subarray(0, length));
      expect(seen.drops).toEqual(drops.slice(0, dropEnds.filter((end) => end <= length).length));
      expect(seen.error === undefined || seen.error instanceof InputError).toBe(true);
      const { message = 'none' } = (seen.error ?? {}) as Partial<Error>;
      expect(message).toMatch(ends.includes(length) ? /^none$/ : length < 24 ? NO_CAPTURE : CUT_SHORT);
    }
  });
});

describe('a changed file of dropcap', () => {
  let files: Buffer[];
  beforeAll(async () => {
    const recordings = [handmadeRecording, readFileSync(recordingPath('nlmon-trunc64'))];
    const own = await Promise.all(
      recordings.flatMap((recording) => FORMS.map((form) => converted(recording, form))),
    );
    files = [...own, ...own.map(swapPcapng)];
  });

  test('is read to its end or until a DropcapError, and gives no more drops than it has', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), changes, anyBytes(40), async (which, change, more) => {
        const bytes = Buffer.concat([change(files[which % files.length]!), more.slice(0, which % 3)]);
        const { drops, otherPackets, error } = await readDrops(bytes);
        expect(error === undefined || error instanceof DropcapError).toBe(true);
        expect(drops.length + otherPackets).toBeLessThanOrEqual(bytes.length / 16);
        let total = 0;
        for (const { payload, originalLength } of drops) {
          expect(payload.length).toBeLessThanOrEqual(originalLength);
          total += payload.length + MIN_DROP_BYTES;
        }
        // Each drop may also count a cooked header that dropcap added.
        expect(total).toBeLessThanOrEqual(bytes.length + 32 * drops.length);
      }),
      { numRuns: 200 },
    );
  });

  test('keeps its facts when it is read from any form and written again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.constantFrom(...FORMS), changes, async (which, form, change) => {
        const bytes = change(files[which % files.length]!);
        const first = await readDrops(bytes);
        if (first.error) return;
        const again = await readDrops(await converted(bytes, form));
        expect(again.error).toBeUndefined();
        expect(again.otherPackets).toBe(0);
        expect(again.drops.map(factsOf)).toEqual(first.drops.map(factsOf));
      }),
      { numRuns: 100 },
    );
  });
});

/**
 * The facts that every form keeps. No kernel sends longer texts, or a NUL inside a text: a netlink string ends at a
 * NUL.
 */
function factsOf({ timestampNs, reason, origin }: DropRecord) {
  return [timestampNs, origin, reason?.split('\0', 1)[0]?.slice(0, 512)];
}

describe('memory', () => {
  test('does not grow with the lengths that a file claims', async () => {
    const file = await converted(pcapFile(few));
    const before = process.memoryUsage().arrayBuffers;
    for (const [place, value] of [
      [4, 0xfffffff0],
      [4, 0x7ffffffc],
      [file.indexOf(Buffer.from('06000000', 'hex')) + 4, 0xfffffff0],
    ] as const) {
      const changed = Buffer.from(file);
      changed.writeUInt32LE(value, place);
      expect((await readDrops(changed)).error).toBeInstanceOf(DropcapError);
    }
    // Each file has four batches of 2 MiB and their columns. They are collected some time later.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200_000_000);
  });
});
