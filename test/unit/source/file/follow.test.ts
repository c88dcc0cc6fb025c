import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  createWriteStream,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { MalformedInputError } from '../../../../src/errors.js';
import { FollowInput } from '../../../../src/source/file/followInput.js';
import { openRecording, type RecordingOptions } from '../../../../src/source/file/recording.js';
import type { DropSource } from '../../../../src/source/source.js';
import { converted } from '../../../support/convert.js';
import { blocksOf, ENHANCED_PACKET } from '../../../support/pcapngBlocks.js';
import { swapPcapng } from '../../../support/swapPcapng.js';
import { recordingPath, temporaryFolder } from '../../../support/tools.js';

const folder = temporaryFolder();
/** A source looks so often for more bytes. */
const PAUSE_MS = 250;
const RECORDING = readFileSync(recordingPath('dwdump'));
let own: Buffer;
beforeAll(async () => {
  own = await converted(RECORDING);
});

/** A new file with these bytes. */
let files = 0;
function saved(bytes: Uint8Array): string {
  const path = join(folder, `drops-${files++}`);
  writeFileSync(path, bytes);
  return path;
}

/** What a source gives, as it arrives. */
class Reading {
  readonly source: DropSource;
  readonly drops: object[] = [];
  /** Fulfilled when the iteration ends. */
  readonly ended: Promise<void>;
  hasEnded = false;

  constructor(source: DropSource) {
    this.source = source;
    this.ended = this.#read().finally(() => (this.hasEnded = true));
    this.ended.catch(() => {});
  }

  /** Waits until so many drops have arrived. */
  async until(drops: number): Promise<void> {
    await vi.waitUntil(() => this.drops.length >= drops, 20_000);
  }

  async #read(): Promise<void> {
    for await (const batch of this.source) {
      for (const drop of batch) this.drops.push(drop.toJSON());
      batch.release();
    }
  }
}

async function follow(path: string, options: RecordingOptions = {}): Promise<Reading> {
  const reading = new Reading(await openRecording(path, { ...options, follow: true }));
  onTestFinished(() => reading.source.close());
  return reading;
}

/** A whole file, read without following. */
async function read(bytes: Uint8Array): Promise<Reading> {
  const reading = new Reading(await openRecording(saved(bytes)));
  await reading.ended;
  return reading;
}

/** Offset in dropcap's file after its first `drops` drops. */
function offsetAfter(drops: number): number {
  let [at, seen] = [0, 0];
  for (const { type, body } of blocksOf(own)) {
    at += body.length + 12;
    if (type === ENHANCED_PACKET && ++seen === drops) break;
  }
  return at;
}

describe('a file that is followed', () => {
  test.each<[string, () => Buffer]>([
    ["dropcap's pcapng", () => own],
    ["dropcap's pcapng in the other byte order", () => swapPcapng(own)],
    ['a pcap recording of netlink', () => RECORDING],
  ])('may arrive byte by byte: %s', async (_, bytes) => {
    const file = bytes();
    const path = saved(file.subarray(0, 1));
    let looks = 0;
    vi.stubGlobal('setTimeout', (wake: () => void) => {
      looks++;
      return globalThis.setImmediate(wake); // No pause: most looks find one byte or a few.
    });
    onTestFinished(() => void vi.unstubAllGlobals());
    const opening = follow(path);
    for (let at = 1; at < file.length; at++) {
      appendFileSync(path, file.subarray(at, at + 1));
      await setImmediate();
    }
    const reading = await opening;
    const expected = (await read(file)).drops;
    await reading.until(expected.length);
    expect(reading.drops).toEqual(expected);
    expect(looks).toBeGreaterThan(1000);
    expect(reading.hasEnded).toBe(false);
    await reading.source.stop();
    await reading.ended;
  });

  test('gives all whole drops before it waits, and a drop whose block is half written when it is whole', async () => {
    const [half, end] = [offsetAfter(39) + 30, offsetAfter(40)];
    const path = saved(own.subarray(0, half));
    const reading = await follow(path);
    await reading.until(39);
    for (const cut of [half + 1, end - 1]) {
      appendFileSync(path, own.subarray(cut === half + 1 ? half : half + 1, cut));
      await setTimeout(2 * PAUSE_MS);
      expect([reading.drops.length, reading.hasEnded]).toEqual([39, false]);
    }
    appendFileSync(path, own.subarray(end - 1));
    const expected = (await read(own)).drops;
    await reading.until(expected.length);
    expect(reading.drops).toEqual(expected);
    expect(reading.source.progress).toEqual({ bytes: own.length, totalBytes: undefined });
  });

  test.each(['stop', 'signal'])('ends in order in the middle of a block: %s', async (how) => {
    const stopping = new AbortController();
    const reading = await follow(saved(own.subarray(0, offsetAfter(40) - 5)), { signal: stopping.signal });
    await reading.until(39);
    expect(reading.hasEnded).toBe(false);
    if (how === 'stop') await reading.source.stop();
    else stopping.abort();
    await reading.ended;
    expect(reading.drops).toHaveLength(39);
    expect(await reading.source.statistics()).toMatchObject({ damagedBlocks: 0, queueDrops: undefined });
    await reading.source.stop();
  });

  test('reports the losses of a capture that ended, and then waits', async () => {
    const reading = await follow(saved(own));
    await reading.until(104);
    await setTimeout(2 * PAUSE_MS);
    expect([reading.hasEnded, reading.source.losses()]).toEqual([false, (await read(own)).source.losses()]);
  });

  test('may lack its header when it is opened', async () => {
    const path = saved(Buffer.alloc(0));
    const opening = follow(path);
    for (const [from, to] of [
      [0, 3],
      [3, 20],
      [20, own.length],
    ]) {
      appendFileSync(path, own.subarray(from, to));
      await setTimeout(1.5 * PAUSE_MS);
    }
    const reading = await opening;
    await reading.until(104);
    expect(reading.drops).toEqual((await read(own)).drops);
  });

  test('that gets no header is given up when the signal is aborted', async () => {
    const stopping = new AbortController();
    const reason = new Error('enough');
    const opening = openRecording(saved(own.subarray(0, 20)), { follow: true, signal: stopping.signal });
    await setImmediate();
    stopping.abort(reason);
    await expect(opening).rejects.toBe(reason);
  });

  test('that is no file of drops is refused as soon as its header shows it', async () => {
    const text = Buffer.from('a text of more than 24 characters');
    await expect(openRecording(saved(text), { follow: true })).rejects.toThrow(/is not a pcap or pcapng/);
  });

  test('with damaged blocks goes on, and throws where no block can be found', async () => {
    const cut = offsetAfter(50);
    const damaged = Buffer.from(own);
    damaged.writeUInt32LE(0xffff, offsetAfter(3) - 4);
    const path = saved(damaged.subarray(0, cut));
    const reading = await follow(path);
    await reading.until(50);
    expect(await reading.source.statistics()).toMatchObject({ damagedBlocks: 1 });
    appendFileSync(path, Buffer.concat([damaged.subarray(cut, offsetAfter(51)), Buffer.alloc(64)]));
    await expect(reading.ended).rejects.toThrow(MalformedInputError);
    expect(reading.drops).toHaveLength(51);
  });
});

describe('a followed file that changes', () => {
  /** A file of 39 drops and a part of the next, and the notices of its reading. */
  async function followed(): Promise<{ path: string; reading: Reading; notices: string[] }> {
    const notices: string[] = [];
    const path = saved(own.subarray(0, offsetAfter(40) - 5));
    const reading = await follow(path, { onNotice: (text) => notices.push(text) });
    await reading.until(39);
    return { path, reading, notices };
  }

  test('ends when it becomes shorter', async () => {
    const { path, reading, notices } = await followed();
    truncateSync(path, 400);
    await reading.ended;
    expect(notices).toEqual([`${path} became shorter than what was read of it: its new content is not read`]);
    expect(reading.drops).toHaveLength(39);
  });

  test('ends when another file has its name, after the last bytes that were written before', async () => {
    const { path, reading, notices } = await followed();
    appendFileSync(path, own.subarray(offsetAfter(40) - 5, offsetAfter(60)));
    renameSync(saved(own), path);
    await reading.ended;
    expect(notices).toEqual([`${path} is another file now: the old one was read to its end`]);
    expect(reading.drops).toHaveLength(60);
  });

  test('is read on after it got another name, until another file has the old name', async () => {
    const { path, reading, notices } = await followed();
    renameSync(path, `${path}.old`);
    await setTimeout(2 * PAUSE_MS);
    appendFileSync(`${path}.old`, own.subarray(offsetAfter(40) - 5, offsetAfter(60)));
    await reading.until(60);
    expect([reading.hasEnded, notices]).toEqual([false, []]);
    writeFileSync(path, '');
    await reading.ended;
    expect(notices).toHaveLength(1);
  });

  test('ends when it is removed', async () => {
    const { path, reading, notices } = await followed();
    appendFileSync(path, own.subarray(offsetAfter(40) - 5, offsetAfter(60)));
    rmSync(path);
    await reading.ended;
    expect(notices).toEqual([`${path} has been removed: it was read to its end`]);
    expect(reading.drops).toHaveLength(60);
  });
});

describe('following', () => {
  test('ends at the end of a compressed file', async () => {
    const reading = await follow(saved(gzipSync(own)));
    await reading.ended;
    expect(reading.drops).toEqual((await read(own)).drops);
    const cut = await follow(saved(gzipSync(own).subarray(0, 2000)));
    await expect(cut.ended).rejects.toThrow(/is cut short/);
  });

  test('ends when the writer of a FIFO ends, also inside a block', async () => {
    const path = join(folder, 'fifo');
    execFileSync('mkfifo', [path]);
    const opening = follow(path);
    createWriteStream(path).end(own.subarray(0, offsetAfter(40) - 5));
    const reading = await opening;
    await expect(reading.ended).rejects.toThrow(/is cut short/);
    expect(reading.drops).toHaveLength(39);
  });

  test('keeps up with a writer that is faster, and with a consumer that is slow', async () => {
    const packets = own.subarray(0, offsetAfter(104));
    const path = saved(packets);
    const source = await openRecording(path, { follow: true });
    onTestFinished(() => source.close());
    // Each section is a copy of the file: 25 MB, more than the batches hold.
    const copies = Math.ceil(25e6 / packets.length);
    const bytes = Buffer.concat(Array<Buffer>(copies).fill(packets));
    for (let at = 0; at < bytes.length; at += 1_234_567)
      appendFileSync(path, bytes.subarray(at, at + 1_234_567));
    let drops = 0;
    for await (const batch of source) {
      drops += batch.length;
      await setTimeout(5);
      batch.release();
      if (drops >= 104 * (copies + 1)) break;
    }
    expect(drops).toBe(104 * (copies + 1));
    expect(source.progress?.bytes).toBe(packets.length * (copies + 1));
  });

  test.each([0, 1])('looks four times a second when each look finds %i bytes', async (found) => {
    const path = saved(own);
    const file = await open(path);
    let looks = 0;
    const input = new FollowInput(
      {
        name: path,
        size: own.length,
        read: () => setImmediate(looks++ > 0 ? found : 1),
        close: () => file.close(),
      },
      file,
      undefined,
    );
    const target = new Uint8Array(2);
    const began = performance.now();
    const reading = (async () => {
      while ((await input.read(target, 0)) > 0);
    })();
    await setTimeout(3 * PAUSE_MS);
    await input.close();
    await reading;
    expect(looks).toBeGreaterThan(1);
    expect(looks).toBeLessThanOrEqual((performance.now() - began) / (PAUSE_MS - 1) + 2);
  });
});
