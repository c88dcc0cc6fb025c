import { describe, expect, test } from 'vitest';
import { DropBatch } from '../../../src/drop/batch.js';
import { BatchMemory } from '../../../src/drop/batchMemory.js';
import { KindTable } from '../../../src/drop/kind.js';
import { COLUMNS } from '../../../src/drop/layout.js';
import { UsageError } from '../../../src/errors.js';
import { BatchPool } from '../../../src/source/file/batchPool.js';

const kinds = new KindTable();
kinds.intern({ origin: 'software', deviceType: -1, littleEndian: true });

describe('a released batch', () => {
  const uses: [string, (batch: DropBatch) => unknown][] = [
    ['release', (batch) => batch.release()],
    ['its arena', (batch) => batch.arena.length],
    ['its columns', (batch) => (batch.lostBefore[0] = batch.kind[0]!)],
    ['its memory', (batch) => batch.columnMemory.length],
    ['a kind', (batch) => batch.kindOf(0)],
    ['a payload', (batch) => batch.payload(0)],
    ['a framed payload', (batch) => batch.framedPayload(0)],
    ['a record', (batch) => batch.record(0)],
    ['iteration', (batch) => [...batch]],
    ['keep', (batch) => batch.keep(() => true)],
    ['keepMarked', (batch) => batch.keepMarked(Uint8Array.of(1))],
  ];
  test.each(uses)('refuses %s, and says why', (_, use) => {
    let returned = 0;
    const batch = new DropBatch(new BatchMemory(new Uint8Array(64), 4), kinds, () => returned++);
    batch.length = 1;
    expect(() => use(batch)).not.toThrow();
    if (returned === 0) batch.release();
    expect(() => use(batch)).toThrow(UsageError);
    expect(() => use(batch)).toThrow(/used after its release/);
    expect(returned).toBe(1);
  });

  test('never gives away memory that another consumer holds', async () => {
    const pool = new BatchPool(1, 64, 4);
    const first = await pool.acquire();
    const { arena } = first;
    first.release();
    const second = await pool.acquire();
    expect(second.arena).toBe(arena);
    expect(() => first.release()).toThrow(UsageError);
    let third: DropBatch | undefined;
    void pool.acquire().then((batch) => (third = batch));
    await new Promise((resolve) => setImmediate(resolve));
    expect(third).toBeUndefined();
    second.release();
    await new Promise((resolve) => setImmediate(resolve));
    expect(third?.arena).toBe(arena);
  });
});

describe('DropBatch.keep', () => {
  test('spreads more losses than a column holds over several drops', () => {
    const batch = new DropBatch(new BatchMemory(new Uint8Array(0), 4), kinds);
    batch.length = 3;
    batch.lostBefore.set([0xffffffff, 0xffffffff, 1]);
    expect(batch.keep((row) => row > 0)).toBe(1);
    expect([...batch.lostBefore.subarray(0, 2)]).toEqual([0xffffffff, 0xffffffff]);
  });

  /** A batch of four rows: row `r` of column `c` has the value `100 * c + r`, and no row has losses. */
  function numbered(): { batch: DropBatch; valuesOf: (row: number) => number[] } {
    const memory = new BatchMemory(new Uint8Array(0), 4);
    const batch = new DropBatch(memory, kinds);
    batch.length = 4;
    COLUMNS.forEach(([name], c) => memory[name].set([0, 1, 2, 3].map((row) => 100 * c + row)));
    batch.lostBefore.fill(0);
    return { batch, valuesOf: (row) => COLUMNS.map(([name]) => memory[name][row]!) };
  }

  const ways: [string, (batch: DropBatch, rows: number[], lost?: number) => number][] = [
    ['keep', (batch, rows, lost) => batch.keep((row) => rows.includes(row), lost)],
    [
      'keepMarked',
      (batch, rows, lost) =>
        batch.keepMarked(
          Uint8Array.from([0, 1, 2, 3], (row) => Number(rows.includes(row))),
          lost,
        ),
    ],
  ];
  describe.each(ways)('%s', (_, keep) => {
    test('moves every column of a row, also without losses', () => {
      const { batch, valuesOf } = numbered();
      const expected = [valuesOf(1), valuesOf(3)];
      expect(keep(batch, [1, 3])).toBe(0);
      expect(batch.length).toBe(2);
      expect([valuesOf(0), valuesOf(1)]).toEqual(expected);
    });

    test.each<[string, number[], number, number[], number]>([
      ['of all rows', [0, 1, 2, 3], 0, [1, 2, 4, 8], 0],
      ['of all rows, and earlier ones', [0, 1, 2, 3], 16, [17, 2, 4, 8], 0],
      ['of some rows', [1, 2], 16, [19, 4], 8],
      ['of no row', [], 16, [], 31],
    ])('keeps the sum of losses %s', (__, rows, lost, losses, left) => {
      const { batch } = numbered();
      batch.lostBefore.set([1, 2, 4, 8]);
      expect(keep(batch, rows, lost)).toBe(left);
      expect([...batch.lostBefore.subarray(0, batch.length)]).toEqual(losses);
    });

    test('adds earlier losses to a batch without losses', () => {
      const { batch } = numbered();
      expect(keep(batch, [2], 5)).toBe(0);
      expect(batch.lostBefore[0]).toBe(5);
    });
  });

  test('leaves the batch as it is when the function throws', () => {
    const { batch, valuesOf } = numbered();
    batch.lostBefore.set([1, 2, 4, 8]);
    const rows = [0, 1, 2, 3].map(valuesOf);
    const failing = (row: number) => {
      if (row === 3) throw new Error('mine');
      return row === 2;
    };
    expect(() => batch.keep(failing)).toThrow('mine');
    expect(batch.length).toBe(4);
    expect([0, 1, 2, 3].map(valuesOf)).toEqual(rows);
  });
});
