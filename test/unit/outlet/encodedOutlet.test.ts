import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { capture } from '../../../src/capture/capture.js';
import type { LossCounters } from '../../../src/drop/losses.js';
import { OutputError, UsageError } from '../../../src/errors.js';
import { createEncoder, type OutputFormat } from '../../../src/outlet/createEncoder.js';
import { EncodedOutlet } from '../../../src/outlet/encodedOutlet.js';
import { openFileSink } from '../../../src/outlet/fileSink.js';
import type { Outlet } from '../../../src/outlet/outlet.js';
import type { ByteSink } from '../../../src/outlet/sink.js';
import type { DropSource } from '../../../src/source/source.js';
import { openRecording } from '../../../src/source/file/recording.js';
import { KindTally } from '../../../src/tally/kindTally.js';
import { readPcapng } from '../../support/pcapngReference.js';
import { recordingPath } from '../../support/tools.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dropcap-outlet-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const NO_LOSSES = { queueDrops: 0, overruns: 0 };
const pathOf = (segment: number) => join(folder, `${segment}.pcapng`);

async function outletOfSegments(format: OutputFormat = 'pcapng') {
  const source = await openRecording(recordingPath('dwdump'));
  const opened: string[] = [];
  const outlet = new EncodedOutlet(createEncoder(format, source), (segment) => {
    opened.push(pathOf(segment));
    return openFileSink(pathOf(segment));
  });
  const batches = [];
  for await (const batch of source) batches.push(batch);
  return { outlet, opened, batch: batches[0]! };
}

/** The losses in a file's statistics, as dropcap reads them. */
async function lossesOf(path: string): Promise<LossCounters> {
  const source = await openRecording(path);
  for await (const batch of source) batch.release();
  const { queueDrops, overruns } = await source.statistics();
  return { queueDrops, overruns };
}

/** Several captures in one file, as `cat` joins them: one section each. */
function together(paths: readonly string[]): string {
  const path = join(folder, 'together.pcapng');
  writeFileSync(path, Buffer.concat(paths.map((each) => readFileSync(each))));
  return path;
}

describe('segments', () => {
  test('are complete files with the losses of their own time span; together they report each loss once', async () => {
    const { outlet, opened, batch } = await outletOfSegments();
    await outlet.begin();
    await outlet.write(batch);
    await outlet.endSegment({ queueDrops: 5, overruns: 1 });
    await outlet.write(batch);
    await outlet.write(batch);
    await outlet.endSegment({ queueDrops: 5, overruns: 1 });
    await outlet.write(batch);
    await outlet.end({ queueDrops: 7, overruns: 4 });
    expect(opened).toEqual([0, 1, 2].map(pathOf));
    const files = opened.map((path) => readPcapng(readFileSync(path)));
    expect(files.map(({ packets }) => packets.length)).toEqual([104, 208, 104]);
    for (const { interfaces, statistics } of files) expect(statistics).toHaveLength(interfaces.length);
    expect(await Promise.all(opened.map(lossesOf))).toEqual([
      { queueDrops: 5, overruns: 1 },
      NO_LOSSES,
      { queueDrops: 2, overruns: 3 },
    ]);
    expect(await lossesOf(together(opened))).toEqual({ queueDrops: 7, overruns: 4 });
    expect([outlet.written, outlet.bytes]).toEqual([
      416,
      opened.reduce((bytes, path) => bytes + readFileSync(path).length, 0),
    ]);
  });

  test('have one more segment for losses after the last drop, and no empty segment without losses', async () => {
    for (const losses of [{ queueDrops: 5, overruns: 2 }, NO_LOSSES]) {
      const { outlet, opened, batch } = await outletOfSegments();
      await outlet.begin();
      await outlet.write(batch);
      await outlet.endSegment(NO_LOSSES);
      await outlet.end(losses);
      expect(opened).toHaveLength(losses.queueDrops > 0 ? 2 : 1);
      expect(await lossesOf(together(opened))).toEqual(losses);
      for (const path of opened) rmSync(path);
    }
  });

  test('say whether their sink has bytes to take', async () => {
    const { batch } = await outletOfSegments();
    let take = () => {};
    const sink: ByteSink = {
      write: () => new Promise((resolve) => (take = resolve)),
      onFailure: () => {},
      close: () => Promise.resolve(),
      discard: () => Promise.resolve(false),
    };
    const source = await openRecording(recordingPath('dwdump'));
    await source.close();
    const outlet = new EncodedOutlet(createEncoder('text', source), sink);
    expect(outlet.pending).toBe(false);
    await outlet.write(batch);
    await new Promise(setImmediate);
    expect(outlet.pending).toBe(true);
    take();
    await new Promise(setImmediate);
    expect(outlet.pending).toBe(false);
  });

  test('need a function that opens the next sink', async () => {
    const source = await openRecording(recordingPath('dwdump'));
    const outlet = new EncodedOutlet(createEncoder('pcapng', source), await openFileSink(pathOf(0)));
    await outlet.begin();
    await outlet.endSegment(NO_LOSSES);
    for await (const batch of source) {
      await outlet.write(batch);
      await expect(outlet.write(batch)).rejects.toThrow(UsageError);
      batch.release();
    }
  });

  test('of a format without header and trailer are one file each', async () => {
    const { outlet, opened, batch } = await outletOfSegments('json');
    await outlet.begin();
    await outlet.endSegment(NO_LOSSES);
    await outlet.write(batch);
    await outlet.end(NO_LOSSES);
    expect(opened.map((path) => readFileSync(path, 'utf8').split('\n').length - 1)).toEqual([0, 104]);
  });
});

describe('several outlets', () => {
  const failing = (): ByteSink => ({
    write: () => Promise.reject(new OutputError('disk full', 'memory', 0)),
    onFailure: () => {},
    close: () => Promise.resolve(),
    discard: () => Promise.resolve(false),
  });

  test('get the same drops, each in its own form', async () => {
    const source = await openRecording(recordingPath('dwdump'));
    const file = new EncodedOutlet(createEncoder('pcapng', source), await openFileSink(pathOf(0)));
    const lines = new EncodedOutlet(createEncoder('json', source), await openFileSink(join(folder, 'json')));
    const tally = new KindTally();
    const { delivered } = await capture(source, [file, lines, tally]);
    expect([delivered, file.written, lines.written, tally.drops]).toEqual([104, 104, 104, 104]);
    expect(readPcapng(readFileSync(pathOf(0))).packets).toHaveLength(104);
    expect(readFileSync(join(folder, 'json'), 'utf8').trimEnd().split('\n')).toHaveLength(104);
  });

  /** A sink that reads its bytes long after `write` was called, as a pipe does. */
  function slowSink() {
    const parts: Buffer[] = [];
    const sink: ByteSink = {
      async write(bytes) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        parts.push(Buffer.from(bytes));
      },
      onFailure: () => {},
      close: () => Promise.resolve(),
      discard: () => Promise.resolve(false),
    };
    return { parts, sink };
  }

  test.each<[string, (source: DropSource) => Outlet]>([
    ['at once', () => ({ write: () => Promise.reject(new OutputError('disk full', 'memory', 0)) })],
    [
      'with an exception',
      () => ({
        write: () => {
          throw new OutputError('disk full', 'memory', 0);
        },
      }),
    ],
    ['in its sink', (source) => new EncodedOutlet(createEncoder('json', source), failing())],
  ])('are whole, even if they are slow, when another one fails %s', async (_, other) => {
    const source = await openRecording(recordingPath('dwdump'));
    const { parts, sink } = slowSink();
    const slow = new EncodedOutlet(createEncoder('pcapng', source), sink);
    await expect(capture(source, [slow, other(source)])).rejects.toThrow('disk full');
    const { packets, statistics } = readPcapng(Buffer.concat(parts));
    expect([packets.length, statistics.length > 0]).toEqual([104, true]);
  });

  test('write nothing when they were never begun', async () => {
    const source = await openRecording(recordingPath('dwdump'));
    const { parts, sink } = slowSink();
    const second = new EncodedOutlet(createEncoder('pcapng', source), sink);
    const unbegun: Outlet = { begin: () => Promise.reject(new Error('no')), write: () => undefined };
    await expect(capture(source, [unbegun, second])).rejects.toThrow('no');
    expect(parts).toEqual([]);
  });

  test('refuse a batch while a segment ends', async () => {
    const { outlet, batch } = await outletOfSegments();
    await outlet.begin();
    const ending = outlet.endSegment(NO_LOSSES);
    expect(() => outlet.write(batch)).toThrow(UsageError);
    await ending;
    await outlet.write(batch);
    await outlet.end(NO_LOSSES);
  });

  test('report at once that a segment cannot be opened', async () => {
    const source = await openRecording(recordingPath('dwdump'));
    const outlet = new EncodedOutlet(createEncoder('pcapng', source), (segment) =>
      segment === 0 ? openFileSink(pathOf(0)) : Promise.reject(new OutputError('no room', 'x', 0)),
    );
    let failures = 0;
    outlet.onFailure(() => failures++);
    await outlet.begin();
    await outlet.endSegment(NO_LOSSES);
    for await (const batch of source) {
      await outlet.write(batch);
      batch.release();
    }
    await expect(outlet.end(NO_LOSSES)).rejects.toThrow('no room');
    expect(failures).toBeGreaterThan(0);
  });

  test('are completed when another outlet fails, and the error is that of the failed outlet', async () => {
    const source = await openRecording(recordingPath('dwdump'));
    const file = new EncodedOutlet(createEncoder('pcapng', source), await openFileSink(pathOf(0)));
    const full = new EncodedOutlet(createEncoder('pcapng', source), failing());
    const broken: Outlet = {
      write: () => {
        throw new RangeError('broken');
      },
    };
    await expect(capture(source, [file, broken, full])).rejects.toMatchObject({
      message: 'broken',
      summary: { delivered: 104 },
    });
    const { packets, statistics } = readPcapng(readFileSync(pathOf(0)));
    expect([packets.length, statistics.length > 0]).toEqual([104, true]);
  });
});
