import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OutputError } from '../../../src/errors.js';
import { createEncoder, type EncoderOptions } from '../../../src/outlet/createEncoder.js';
import { EncodedOutlet } from '../../../src/outlet/encodedOutlet.js';
import { openFileSink } from '../../../src/outlet/fileSink.js';
import { Rotation, type RotationLimits } from '../../../src/outlet/rotation.js';
import type { ByteSink } from '../../../src/outlet/sink.js';
import { openRecording } from '../../../src/source/file/recording.js';
import { batchIn } from '../../support/encoding.js';
import { dropsIn, readPcapng } from '../../support/pcapngReference.js';
import { recordingPath, temporaryFolder } from '../../support/tools.js';

/** A batch of drops at these times in seconds, with packets of 100 bytes. */
function batchAt(...seconds: number[]) {
  const batch = batchIn(new Uint8Array(100), seconds.length);
  batch.length = seconds.length;
  for (const [row, second] of seconds.entries()) {
    const timeNs = BigInt(Math.round(second * 1000)) * 1_000_000n;
    batch.timestampHigh[row] = Number(timeNs >> 32n);
    batch.timestampLow[row] = Number(timeNs & 0xffffffffn);
    batch.payloadLength[row] = 100;
  }
  return batch;
}

/** The drops of each file. Each drop takes 1000 bytes of a file. */
function filesOf(limits: RotationLimits, seconds: number[], rotation = new Rotation(limits)): number[][] {
  const batch = batchAt(...seconds);
  const files: number[][] = [];
  for (let row = 0; row < seconds.length;) {
    if (files.length === 0) {
      rotation.start();
      files.push([]);
    }
    const file = files.at(-1)!;
    const end = rotation.take(batch, row, file.length * 1000);
    if (end === row) {
      if (!rotation.next(seconds.length - row)) break;
      rotation.start();
      files.push([]);
      continue;
    }
    file.push(...seconds.slice(row, end));
    rotation.added(end - row, file.length * 1000);
    row = end;
  }
  return files;
}

const borders = temporaryFolder();

describe('Rotation', () => {
  const T = 1_700_000_000; // 20 seconds after a multiple of 60.
  test.each<[string, RotationLimits, number[], number[][]]>([
    ['no limit', {}, [1, 2, 3], [[1, 2, 3]]],
    ['2 packets', { packets: 2 }, [1, 2, 3, 4, 5], [[1, 2], [3, 4], [5]]],
    ['3 packets that end with the batch', { packets: 3 }, [1, 2, 3], [[1, 2, 3]]],
    ['2000 bytes', { bytes: 2000 }, [1, 2, 3, 4, 5], [[1, 2], [3, 4], [5]]],
    [
      '2001 bytes',
      { bytes: 2001 },
      [1, 2, 3, 4, 5],
      [
        [1, 2, 3],
        [4, 5],
      ],
    ],
    ['fewer bytes than a drop has', { bytes: 1 }, [1, 2], [[1], [2]]],
    [
      '10 seconds',
      { seconds: 10 },
      [T + 0.9, T + 10.8, T + 10.9, T + 60],
      [[T + 0.9, T + 10.8], [T + 10.9], [T + 60]],
    ],
    ['half a second', { seconds: 0.5 }, [T, T + 0.499, T + 0.5], [[T, T + 0.499], [T + 0.5]]],
    [
      'an interval of 60 s',
      { interval: 60 },
      [T, T + 39.999, T + 40, T + 99],
      [
        [T, T + 39.999],
        [T + 40, T + 99],
      ],
    ],
    ['times that go back', { seconds: 10, interval: 60 }, [T + 5, T - 30, T + 6], [[T + 5, T - 30, T + 6]]],
    ['the first of several limits', { seconds: 10, packets: 2 }, [1, 2, 3, 13], [[1, 2], [3], [13]]],
  ])('divides drops by %s', (_, limits, seconds, files) => {
    expect(filesOf(limits, seconds)).toEqual(files);
  });

  test('ends with the last file, and counts the drops after it', () => {
    const rotation = new Rotation({ packets: 2, files: 2 });
    expect(filesOf({}, [1, 2, 3, 4, 5, 6, 7], rotation)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect([rotation.finished, rotation.refused]).toEqual([true, 3]);
  });

  test('is finished when the last file is full, before a further drop', () => {
    const rotation = new Rotation({ bytes: 2000, files: 1 });
    filesOf({}, [1, 2], rotation);
    expect([rotation.finished, rotation.refused]).toEqual([true, 0]);
  });
});

describe('an outlet with a rotation', () => {
  let folder: string;
  let made = 0;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dropcap-rotation-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Writes the recording dwdump, of 104 drops in one batch. The losses grow by one with each question. */
  async function write(
    rotation: Rotation,
    options: EncoderOptions = {},
    openSink = (path: string): Promise<ByteSink> => openFileSink(path),
  ) {
    const source = await openRecording(recordingPath('dwdump'));
    const paths: string[] = [];
    const firstTimes: (bigint | undefined)[] = [];
    let asked = 0;
    const outlet = new EncodedOutlet(
      createEncoder('pcapng', source, options),
      (segment, firstNs) => {
        paths.push(join(folder, `${++made}-${segment}`));
        firstTimes.push(firstNs);
        return openSink(paths.at(-1)!);
      },
      { rotation, losses: () => ({ queueDrops: ++asked, overruns: 0 }), atFirstDrop: true },
    );
    let failures = 0;
    outlet.onFailure(() => failures++);
    await outlet.begin();
    for await (const batch of source) {
      await outlet.write(batch);
      batch.release();
    }
    const ended = outlet.end({ queueDrops: 10, overruns: 0 });
    return { outlet, paths, firstTimes, ended, failures: () => failures };
  }

  const wholeFile = async () => {
    const { paths, ended } = await write(new Rotation({}));
    await ended;
    return readPcapng(readFileSync(paths[0]!));
  };

  test.each([[1], [7], [26], [103], [104]])(
    'cuts a batch into files of %i drops: each drop once, in order',
    async (packets) => {
      const whole = await wholeFile();
      const { outlet, paths, firstTimes, ended } = await write(new Rotation({ packets }));
      await ended;
      const files = paths.map((path) => readPcapng(readFileSync(path)));
      expect(files.map(({ packets: { length } }) => length).slice(0, -1)).toEqual(
        Array(Math.ceil(104 / packets) - 1).fill(packets),
      );
      expect(files.flatMap(dropsIn)).toEqual(dropsIn(whole));
      for (const { interfaces, statistics } of files) expect(statistics).toHaveLength(interfaces.length);
      expect(firstTimes).toEqual(files.map((file) => file.packets[0]!.timestamp));
      const sizes = paths.map((path) => readFileSync(path).length);
      expect([outlet.written, outlet.bytes]).toEqual([104, sizes.reduce((sum, size) => sum + size)]);
    },
  );

  test('reports each loss in the statistics of one file', async () => {
    const { paths, ended } = await write(new Rotation({ packets: 26 }));
    await ended;
    const losses = paths.map(async (path) => {
      const source = await openRecording(path);
      for await (const batch of source) batch.release();
      return (await source.statistics()).queueDrops;
    });
    expect(await Promise.all(losses)).toEqual([1, 1, 1, 7]);
  });

  test("gives each file of netlink messages the family's answer", async () => {
    const { paths, ended } = await write(new Rotation({ packets: 50 }), { linkType: 'NETLINK' });
    await ended;
    expect(paths).toHaveLength(3);
    for (const path of paths)
      expect(Buffer.from(readPcapng(readFileSync(path)).packets[0]!.bytes).includes('NET_DM\0')).toBe(true);
  });

  test('ends with an error when a later file cannot be opened, and the files before it are complete', async () => {
    const { ended, paths, failures } = await write(new Rotation({ packets: 50 }), {}, (path) =>
      path.endsWith('-1') ? Promise.reject(new OutputError('no room', path, 0)) : openFileSink(path),
    );
    await expect(ended).rejects.toThrow('no room');
    expect(failures()).toBeGreaterThan(0);
    const { packets, statistics } = readPcapng(readFileSync(paths[0]!));
    expect([packets.length, statistics.length > 0]).toEqual([50, true]);
  });
});

test('losses before the first drop of a file are of this file', async () => {
  const source = await openRecording(recordingPath('dwdump'));
  const losses = { queueDrops: 0, overruns: 0 };
  const paths: string[] = [];
  const outlet = new EncodedOutlet(
    createEncoder('pcapng', source),
    (segment) => {
      paths.push(join(borders, String(segment)));
      return openFileSink(paths.at(-1)!);
    },
    { rotation: new Rotation({ packets: 52 }), losses: () => ({ ...losses }), atFirstDrop: false },
  );
  await outlet.begin();
  for await (const batch of source) {
    await outlet.write(batch);
    batch.lostBefore[0] = 5;
    losses.queueDrops = 5;
    await outlet.write(batch);
    batch.release();
  }
  await outlet.end({ ...losses });
  const queueDrops = paths.map(async (path) => {
    const written = await openRecording(path);
    for await (const batch of written) batch.release();
    return (await written.statistics()).queueDrops;
  });
  expect(await Promise.all(queueDrops)).toEqual([0, 0, 5, 0]);
});
