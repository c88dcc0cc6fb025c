import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DropBatch } from '../../../src/drop/batch.js';
import { KindTable } from '../../../src/drop/kind.js';
import { UsageError } from '../../../src/errors.js';
import { DropStore } from '../../../src/recorder/dropStore.js';
import { type KeptBatch, ROW_BYTES } from '../../../src/recorder/keptBatch.js';
import { LossCauses } from '../../../src/recorder/lossCauses.js';
import { generatedBatches } from '../../support/batches.js';
import { batchOfRows, START_NS } from '../../support/rows.js';

const MEBIBYTE = 1 << 20;
const SECOND = 1e9;
const start = Number(START_NS);
const noCauses = () => new LossCauses(() => ({ queueDrops: 0, overruns: 0 }));
const storeOf = (bytes = MEBIBYTE, seconds?: number) => new DropStore(bytes, seconds, noCauses());

/** Drops of so many bytes at these seconds; the first bytes of each are its number. */
function dropsAt(seconds: readonly number[], bytes = 100, kinds = new KindTable()): DropBatch {
  const rows = seconds.map((at, i) => {
    const packet = new Uint8Array(bytes).fill(i);
    new DataView(packet.buffer).setUint32(0, i);
    return { packet, at: at * SECOND };
  });
  return batchOfRows(rows, kinds);
}

/** The seconds of kept drops. */
function secondsIn(kept: readonly KeptBatch[]): number[] {
  return recordsIn(kept).map(({ timestampNs }) => Number(timestampNs - START_NS) / SECOND);
}

function recordsIn(kept: readonly KeptBatch[]) {
  return kept.flatMap(({ batch }) => [...batch]);
}

describe('DropStore', () => {
  test('remembers drops with all their facts', () => {
    const both = fc.tuple(generatedBatches, generatedBatches);
    fc.assert(
      fc.property(both, (makers) => {
        const store = storeOf();
        const batches = makers.flatMap((make) => make().batches); // Two tables of kinds.
        const expected = batches.flatMap((batch) => [...batch].map((drop) => drop.copy()));
        for (const batch of batches) {
          store.remember(batch, 0, batch.length);
          batch.arena.fill(0xee); // The source uses the memory again.
          batch.columnMemory.fill(0xeeeeeeee);
        }
        expect(recordsIn(store.takeAll())).toEqual(expected);
      }),
    );
  });

  test('remembers rows from the middle of a batch', () => {
    const store = storeOf();
    store.remember(dropsAt([0, 1, 2, 3, 4]), 1, 4);
    expect(secondsIn(store.takeAll())).toEqual([1, 2, 3]);
  });

  test.each([40, 84, 1500, 65_527, 200_000])('keeps within its memory with packets of %i bytes', (length) => {
    const bytes = 4 * MEBIBYTE;
    const store = storeOf(bytes);
    const kinds = new KindTable();
    const needed = Math.ceil((3 * bytes) / (length + ROW_BYTES));
    const perBatch = Math.min(1000, Math.ceil(needed / 10));
    for (let at = 0; at < needed; at += perBatch) {
      const seconds = Array.from({ length: perBatch }, (_, i) => at + i);
      store.remember(dropsAt(seconds, length, kinds), 0, perBatch);
      expect(store.heldBytes).toBeLessThanOrEqual(bytes);
    }
    const seconds = secondsIn(store.takeAll());
    const last = Math.ceil(needed / perBatch) * perBatch;
    expect(seconds).toEqual(Array.from({ length: seconds.length }, (_, i) => last - seconds.length + i));
    // Half of the memory at least is packets and their facts.
    expect(seconds.length * (length + ROW_BYTES)).toBeGreaterThan(bytes / 2);
    expect(seconds.length * (length + ROW_BYTES)).toBeLessThanOrEqual(bytes);
  });

  test('remembers a packet that is longer than the memory of a batch', () => {
    const store = storeOf();
    store.remember(dropsAt([0, 1], 262_144), 0, 2);
    store.remember(dropsAt([2]), 0, 1);
    expect(recordsIn(store.takeAll()).map(({ payload }) => payload.length)).toEqual([262_144, 262_144, 100]);
  });

  test('forgets drops that are older than the time, by whole batches', () => {
    const store = storeOf(MEBIBYTE, 10);
    const batchDrops = Math.floor(MEBIBYTE / 16 / (ROW_BYTES + 84)); // 84 bytes fill columns and arena.
    const kinds = new KindTable();
    for (const second of [0, 5, 9, 11, 15]) {
      store.remember(
        dropsAt(
          Array.from({ length: batchDrops }, () => second),
          84,
          kinds,
        ),
        0,
        batchDrops,
      );
    }
    expect([...new Set(secondsIn(store.takeAll()))]).toEqual([5, 9, 11, 15]);
  });

  test('gives the drops from a time on, and no losses of an earlier time', () => {
    const store = storeOf();
    const packet = new Uint8Array(60);
    const rows = [0, 1, 2, 3].map((second) => ({
      packet,
      at: second * SECOND,
      lost: second + 1,
      repeated: second,
    }));
    store.remember(batchOfRows(rows), 0, 4);
    const kept = store.takeFrom(start + 1.5 * SECOND);
    expect(secondsIn(kept)).toEqual([2, 3]);
    expect(recordsIn(kept).map(({ lostBefore, repeatedBefore }) => [lostBefore, repeatedBefore])).toEqual([
      [3, 2],
      [4, 3],
    ]);
    expect(kept[0]!.losses()).toEqual({ queueDrops: 0, overruns: 7 });
    expect(store.takeAll()).toEqual([]);
  });

  test('gives drops in the order of the capture, also when their times are not in order', () => {
    const store = storeOf();
    store.remember(dropsAt([0, 3, 2, 4]), 0, 4);
    expect(secondsIn(store.takeFrom(start + 2.5 * SECOND))).toEqual([3, 2, 4]);
  });

  test('uses memory again', () => {
    const store = storeOf();
    store.remember(dropsAt([0]), 0, 1);
    const [first] = store.takeAll();
    store.recycle(first!);
    store.remember(dropsAt([1]), 0, 1);
    const [second] = store.takeAll();
    expect(second!.memory).toBe(first!.memory);
    expect(secondsIn([second!])).toEqual([1]);
  });

  test('remembers drops of four tables of kinds at most', () => {
    const store = storeOf();
    for (let second = 0; second < 9; second++) store.remember(dropsAt([second]), 0, 1);
    expect(secondsIn(store.takeAll())).toEqual([5, 6, 7, 8]);
  });

  test('removes nothing from drops that are added', () => {
    const store = storeOf();
    const batch = dropsAt(
      Array.from({ length: 30 }, (_, i) => i),
      60_000,
    ); // 1.8 MB
    store.add(batch, 0, 30);
    expect(secondsIn(store.takeAll())).toHaveLength(30);
  });

  test('refuses a memory that is too small', () => {
    expect(() => storeOf(MEBIBYTE - 1)).toThrow(UsageError);
  });
});

describe('LossCauses', () => {
  test('finds the cause of losses, also of those that a stage moved to a later drop', () => {
    let losses = { queueDrops: 0, overruns: 0 };
    const causes = new LossCauses(() => losses);
    losses = { queueDrops: 3, overruns: 0 };
    causes.update();
    expect(causes.takeQueueDrops(1)).toBe(1);
    losses = { queueDrops: 3, overruns: 5 };
    causes.update();
    expect(causes.takeQueueDrops(4)).toBe(2);
    expect(causes.takeQueueDrops(2)).toBe(0);
    expect(causes.rest({ queueDrops: 4, overruns: 5 })).toEqual({ queueDrops: 1, overruns: 1 });
    expect(causes.known).toBe(true);
  });

  test('says that a file does not report them yet', () => {
    const causes = new LossCauses(() => ({ queueDrops: undefined, overruns: undefined }));
    expect(causes.known).toBe(false);
  });
});
