import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KindTable } from '../../../src/drop/kind.js';
import { KindTally } from '../../../src/tally/kindTally.js';
import { generatedBatches } from '../../support/batches.js';
import { batchIn } from '../../support/encoding.js';

describe('KindTally', () => {
  test('counts each drop under its kind, also of several tables', () => {
    fc.assert(
      fc.property(generatedBatches, generatedBatches, (one, other) => {
        const batches = [...one().batches, ...other().batches];
        const tally = new KindTally();
        const expected = new Map<string, number>();
        for (const batch of batches) {
          for (let i = 0; i < batch.length; i++) {
            const key = JSON.stringify({ ...batch.kindOf(i), id: 0 }, (_, value: unknown) =>
              typeof value === 'bigint' ? value.toString() : value,
            );
            expected.set(key, (expected.get(key) ?? 0) + 1);
          }
          tally.write(batch);
        }
        const counts = tally.counts();
        expect(counts.map(({ drops }) => drops)).toEqual([...expected.values()].toSorted((a, b) => b - a));
        expect([tally.drops, tally.others]).toEqual([counts.reduce((sum, { drops }) => sum + drops, 0), 0]);
      }),
    );
  });

  test('counts drops separately when their kinds have no room', () => {
    const tally = new KindTally();
    for (let table = 0; table < 2; table++) {
      const kinds = new KindTable();
      const batch = batchIn(new Uint8Array(0), 8192, kinds);
      for (let i = 0; i < 8192; i++) {
        const facts = { origin: 'software', deviceType: table, littleEndian: true } as const;
        batch.kind[i] = kinds.intern({ ...facts, ifindex: i + 1 }).id;
      }
      batch.length = 8192;
      tally.write(batch);
    }
    expect([tally.drops, tally.others, tally.counts().length]).toEqual([16_384, 8192, 8192]);
    // A kind that has room is counted also when it comes with another table.
    const kinds = new KindTable();
    const again = batchIn(new Uint8Array(0), 1, kinds);
    kinds.intern({ origin: 'software', deviceType: 0, littleEndian: true, ifindex: 5 });
    again.length = 1;
    tally.write(again);
    expect([tally.others, tally.counts()[0]]).toMatchObject([8192, { drops: 2, kind: { ifindex: 5 } }]);
  });
});
