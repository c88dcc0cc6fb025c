import { describe, expect, test } from 'vitest';
import { DropBatch } from '../../../src/drop/batch.js';
import { BatchMemory } from '../../../src/drop/batchMemory.js';
import { KindTable } from '../../../src/drop/kind.js';
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
});
