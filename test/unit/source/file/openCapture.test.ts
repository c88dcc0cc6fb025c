import { readFileSync, writeFileSync } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { createEncoder } from '../../../../src/outlet/createEncoder.js';
import { openCapture } from '../../../../src/source/file/openCapture.js';
import { openRecording } from '../../../../src/source/file/recording.js';
import { converted, jsonOf } from '../../../support/convert.js';
import { swapPcapng } from '../../../support/swapPcapng.js';
import { recordingPath, temporaryFolder } from '../../../support/tools.js';
import { bytesOf, headerOf, trailerOf } from '../../../support/encoding.js';

const folder = temporaryFolder();
const path = join(folder, 'drops.pcapng');
let own: Buffer;
beforeAll(async () => {
  own = await converted(readFileSync(recordingPath('dwdump')));
  writeFileSync(path, own);
});

async function isOpen(file: string): Promise<boolean> {
  const descriptors = await readdir('/proc/self/fd');
  const targets = descriptors.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
  return (await Promise.all(targets)).includes(file);
}

/** A file with dwdump's drops whose statistics report these losses. */
async function withLosses(queueDrops: number, overruns: number): Promise<Buffer> {
  const source = await openRecording(path);
  const encoder = createEncoder('pcapng', source);
  const parts = [headerOf(encoder)];
  for await (const batch of source) {
    parts.push(bytesOf(encoder, batch));
    batch.release();
  }
  return Buffer.concat([...parts, trailerOf(encoder, { queueDrops, overruns })]);
}

describe('openCapture', () => {
  test('gives drops that stay valid', async () => {
    const kept = [];
    for await (const drop of await openCapture(pathToFileURL(path))) kept.push(drop);
    const json = await jsonOf(own);
    expect(kept).toHaveLength(104);
    expect(kept.map(({ payload }) => Buffer.from(payload).toString('hex'))).toEqual(
      json.map((drop) => drop['packet']),
    );
    // Each drop has its own memory.
    kept[0]!.payload.fill(0xee);
    expect(kept[1]!.payload.every((byte) => byte === 0xee)).toBe(false);
    expect(kept[1]!.payload.byteLength).toBe(kept[1]!.payload.buffer.byteLength);
    expect(kept.map(({ reason, ifindex }) => [reason, ifindex])).toEqual(
      json.map((drop) => [drop['reason'], drop['ifindex']]),
    );
  });

  test('closes the file at the end, and when the loop is left early', async () => {
    const capture = await openCapture(path);
    expect(await isOpen(path)).toBe(true);
    for await (const drop of capture) {
      expect(drop.origin).toBe('software');
      break;
    }
    expect(await isOpen(path)).toBe(false);
    const whole = await openCapture(path);
    for await (const _ of whole);
    expect(await isOpen(path)).toBe(false);
    const unread = await openCapture(path);
    await unread.close();
    await unread.close();
    expect(await isOpen(path)).toBe(false);
  });

  test.each([true, false])('reports the losses of the capture (little-endian: %s)', async (little) => {
    const file = await withLosses(3, 70_000);
    const lossy = join(folder, 'lossy.pcapng');
    writeFileSync(lossy, little ? file : swapPcapng(file));
    const capture = await openCapture(lossy);
    for await (const _ of capture);
    expect(await capture.statistics()).toMatchObject({
      queueDrops: 3,
      overruns: 70_000,
      malformed: 0,
      otherPackets: 0,
    });
    // The losses are copied into a converted file, and count once for each joined file.
    expect((await converted(readFileSync(lossy))).equals(file)).toBe(true);
    writeFileSync(lossy, Buffer.concat([file, file]));
    const twice = await openCapture(lossy);
    for await (const _ of twice);
    expect(await twice.statistics()).toMatchObject({ queueDrops: 6, overruns: 140_000 });
  });

  test.each([
    ['a file that is not there', 'nowhere', /no such file/],
    ['a folder', '.', /directory/],
  ])('throws for %s', async (_, name, text) => {
    await expect(openCapture(join(folder, name))).rejects.toThrow(text);
  });
});
