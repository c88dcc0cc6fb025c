import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { KindTable } from '../../../src/drop/kind.js';
import type { LossCounters } from '../../../src/drop/losses.js';
import { compileFilter } from '../../../src/filter/compileFilter.js';
import type { DumpStart } from '../../../src/recorder/dump.js';
import { Recorder, type RecorderOptions } from '../../../src/recorder/recorder.js';
import { triggerOnFilter, triggerOnRate } from '../../../src/recorder/trigger.js';
import { batchOfRows, type DropRow, START_NS } from '../../support/rows.js';

const SECOND = 1e9;
const packet = new Uint8Array(60);
/** Drops at these seconds; those with a text trigger. */
const drop = (at: number, reason = 'NO_SOCKET'): DropRow => ({ packet, at: at * SECOND, reason });
const bad = (at: number) => drop(at, 'TCP_CSUM');

/** What the outlet of a dump got. */
interface Written extends DumpStart {
  readonly seconds: number[];
  losses: LossCounters | undefined;
}

/** A recorder with the trigger of `bad`, and what its dumps got. */
function recorderOf(options: Partial<RecorderOptions> = {}, endLosses = { queueDrops: 0, overruns: 0 }) {
  const dumps: Written[] = [];
  const complete: number[] = [];
  const recorder = new Recorder({
    bytes: 1 << 20,
    beforeSeconds: 5,
    afterSeconds: 2,
    pauseSeconds: 10,
    triggers: [triggerOnFilter(compileFilter('reason = TCP_CSUM'))],
    live: false,
    losses: () => ({ queueDrops: 0, overruns: 0 }),
    openDump: (start) => {
      const written: Written = { ...start, seconds: [], losses: undefined };
      dumps.push(written);
      return Promise.resolve({
        write: (batch) => {
          for (const { timestampNs } of batch) written.seconds.push(Number(timestampNs - START_NS) / SECOND);
          return undefined;
        },
        end: (losses) => {
          written.losses = losses;
          return Promise.resolve();
        },
      });
    },
    onDump: ({ number }) => complete.push(number),
    ...options,
  });
  /** Writes batches of rows, then ends. */
  const run = async (...batches: DropRow[][]) => {
    const kinds = new KindTable();
    for (const rows of batches) await recorder.write(batchOfRows(rows, kinds));
    await recorder.end(endLosses);
    return dumps.map(({ seconds }) => seconds);
  };
  return { recorder, dumps, complete, run };
}

/** The same rows as one batch, as a batch for each, and in pairs. */
const splits: [string, (rows: DropRow[]) => DropRow[][]][] = [
  ['one batch', (rows) => [rows]],
  ['a batch for each drop', (rows) => rows.map((row) => [row])],
  ['batches of two', (rows) => rows.flatMap((row, i) => (i % 2 === 0 ? [rows.slice(i, i + 2)] : []))],
];

describe.each(splits)('a recorder that gets drops as %s', (_, split) => {
  test('writes the drops around a trigger', async () => {
    const { run, dumps, complete, recorder } = recorderOf();
    const rows = [drop(0), drop(4), drop(6), drop(8.5), bad(9), drop(10), drop(11), drop(11.5), drop(12)];
    expect(await run(...split(rows))).toEqual([[4, 6, 8.5, 9, 10, 11]]);
    expect(dumps[0]).toMatchObject({
      number: 1,
      trigger: 'reason = TCP_CSUM',
      timeNs: START_NS + 9_000_000_000n,
      dropsBefore: 3,
      secondsBefore: 5,
    });
    expect(complete).toEqual([1]);
    expect([recorder.dumps, recorder.notDumped, recorder.ignoredTriggers]).toEqual([1, 3, 0]);
  });

  test('writes nothing without a trigger', async () => {
    const { run, recorder } = recorderOf();
    expect(await run(...split([drop(0), drop(1)]))).toEqual([]);
    expect(recorder.notDumped).toBe(2);
  });

  test('counts triggers while a dump is open and in the pause, and remembers the drops for the next one', async () => {
    const { run, recorder } = recorderOf();
    const rows = [bad(0), bad(1), drop(2), drop(3), bad(11.9), drop(12), bad(13), drop(15), drop(15.1)];
    expect(await run(...split(rows))).toEqual([
      [0, 1, 2],
      [11.9, 12, 13, 15],
    ]);
    expect([recorder.notDumped, recorder.ignoredTriggers]).toEqual([2, 2]);
  });

  test('writes a drop into one dump only', async () => {
    const { run } = recorderOf({ pauseSeconds: 0, afterSeconds: 1, beforeSeconds: undefined });
    const rows = [drop(0), bad(1), drop(2), bad(3), drop(3.5), drop(5), bad(7)];
    expect(await run(...split(rows))).toEqual([
      [0, 1, 2],
      [3, 3.5],
      [5, 7],
    ]);
  });

  test('writes only the drop that triggers without a time before and after', async () => {
    const { run } = recorderOf({ beforeSeconds: 0, afterSeconds: 0, pauseSeconds: 0 });
    expect(await run(...split([drop(0), bad(1), drop(2), bad(3), bad(4)]))).toEqual([[1], [3], [4]]);
  });

  test('gives each dump the losses of its own time, by cause', async () => {
    const losses = { queueDrops: 103, overruns: 511 }; // The first ones are queue drops.
    const { run, dumps } = recorderOf({ losses: () => losses, pauseSeconds: 0, afterSeconds: 1 }, losses);
    const after = (lost: number, row: DropRow) => ({ ...row, lost });
    const first = [after(100, drop(0)), after(3, drop(10)), bad(11), after(4, drop(11.5))];
    await run(...split([...first, after(500, drop(20)), after(7, bad(21))]));
    expect(dumps.map((dump) => dump.losses)).toEqual([
      { queueDrops: 3, overruns: 4 },
      { queueDrops: 0, overruns: 507 },
    ]);
  });
});

describe('a recorder', () => {
  test('says that the losses of a file are not known', async () => {
    let losses: LossCounters = { queueDrops: undefined, overruns: undefined };
    const { recorder, dumps } = recorderOf({ losses: () => losses });
    await recorder.write(batchOfRows([{ ...bad(0), lost: 3 }]));
    losses = { queueDrops: 70, overruns: 80 }; // Those of the whole file, at its end.
    await recorder.write(batchOfRows([drop(1)]));
    await recorder.end(losses);
    expect(dumps[0]!.losses).toEqual({ queueDrops: undefined, overruns: undefined });
  });

  test('gives a dump that the end of the capture ends the last losses', async () => {
    const { recorder, dumps } = recorderOf({ losses: () => ({ queueDrops: 2, overruns: 0 }) });
    await recorder.write(batchOfRows([{ ...bad(0), lost: 2 }]));
    await recorder.end({ queueDrops: 5, overruns: 1 });
    expect(dumps[0]!.losses).toEqual({ queueDrops: 5, overruns: 1 });
  });

  test('pauses from the end of a dump on that its memory ended early', async () => {
    const { recorder, run } = recorderOf({ afterSeconds: 1000, pauseSeconds: 500 });
    const large = new Uint8Array(20_000);
    const rows = Array.from({ length: 300 }, (_, i) => ({ ...bad(i / 64), packet: large }));
    expect(await run(rows)).toHaveLength(1);
    expect(recorder.ignoredTriggers).toBe(299);
  });

  test('begins a dump when it is asked to, also in the pause', async () => {
    const { recorder, dumps } = recorderOf();
    await recorder.write(batchOfRows([bad(0), drop(3)]));
    recorder.trigger('SIGUSR2');
    recorder.trigger('SIGUSR2');
    await recorder.write(batchOfRows([drop(4), drop(5), drop(5.1)]));
    await recorder.end({ queueDrops: 0, overruns: 0 });
    expect(dumps.map(({ seconds, trigger }) => ({ trigger, seconds }))).toEqual([
      { trigger: 'reason = TCP_CSUM', seconds: [0] },
      { trigger: 'SIGUSR2', seconds: [3, 4, 5] },
    ]);
    expect(recorder.ignoredTriggers).toBe(1);
  });

  test('writes a dump without drops when there are none', async () => {
    const { recorder, dumps, complete } = recorderOf();
    recorder.trigger('SIGUSR2');
    await recorder.end({ queueDrops: 0, overruns: 0 });
    expect(dumps).toMatchObject([{ dropsBefore: 0, secondsBefore: 0, seconds: [] }]);
    expect(complete).toEqual([1]);
  });

  test('ends a dump of a running kernel although no drop comes', async () => {
    const { recorder, dumps, complete } = recorderOf({
      live: true,
      afterSeconds: 0.1,
      beforeSeconds: undefined,
    });
    await recorder.write(batchOfRows([bad(0)]));
    await sleep(100);
    expect(complete).toEqual([]); // Drops may still arrive.
    await expect.poll(() => complete, { timeout: 3000 }).toEqual([1]);
    await recorder.write(batchOfRows([drop(0.05)]));
    await recorder.end({ queueDrops: 0, overruns: 0 });
    expect(dumps[0]!.seconds).toEqual([0]);
  });

  test('ends a dump when the drops after the trigger take its memory', async () => {
    const { recorder, dumps } = recorderOf({ pauseSeconds: 100 });
    const long = new Uint8Array(60_000);
    const kinds = new KindTable();
    await recorder.write(batchOfRows([bad(0)], kinds));
    for (let i = 0; i < 40; i++)
      await recorder.write(batchOfRows([{ packet: long, at: i * 1e6, reason: 'NO_SOCKET' }], kinds));
    await recorder.end({ queueDrops: 0, overruns: 0 });
    expect(dumps).toHaveLength(1);
    expect(dumps[0]!.seconds).toHaveLength(1 + Math.ceil((1 << 20) / 60_044));
  });

  test('takes drops while a dump is written, until they take twice its memory', async () => {
    let release = () => {};
    const writing = new Promise<void>((resolve) => (release = resolve));
    let drops = 0;
    const { recorder } = recorderOf({
      beforeSeconds: undefined,
      afterSeconds: 0,
      openDump: () =>
        Promise.resolve({
          write: ({ length }) => {
            drops += length;
            return writing;
          },
        }),
    });
    const kinds = new KindTable();
    const flood = (at: number) =>
      batchOfRows(
        Array.from({ length: 1000 }, () => drop(at)),
        kinds,
      );
    for (let i = 0; i < 10; i++) expect(recorder.write(flood(0))).toBeUndefined();
    recorder.trigger('SIGUSR2');
    for (let i = 0; i < 10; i++) expect(recorder.write(flood(1))).toBeUndefined();
    recorder.trigger('SIGUSR2');
    void recorder.write(flood(2));
    const last = recorder.write(flood(3));
    expect(last).toBeInstanceOf(Promise);
    release();
    await last;
    await recorder.end({ queueDrops: 0, overruns: 0 });
    expect(drops).toBe(22_000 - recorder.notDumped);
    expect(recorder.notDumped).toBeLessThan(8000);
  });

  test('fails as its outlet fails, and tells it at once', async () => {
    const { recorder } = recorderOf({ openDump: () => Promise.reject(new Error('no space')) });
    const failed = new Promise<void>((resolve) => recorder.onFailure(resolve));
    void recorder.write(batchOfRows([bad(0)]));
    await failed;
    expect(() => recorder.write(batchOfRows([drop(1)]))).toThrow('no space');
    await expect(recorder.end({ queueDrops: 0, overruns: 0 })).rejects.toThrow('no space');
  });

  test('begins a dump for the first of two triggers', async () => {
    const triggers = [triggerOnRate(2), triggerOnFilter(compileFilter('reason = TCP_CSUM'))];
    const { run, dumps } = recorderOf({ triggers });
    await run([drop(0), drop(0.1), drop(0.2), bad(0.3)]);
    expect(dumps.map(({ trigger }) => trigger)).toEqual(['more than 2 drops a second']);
  });
});
