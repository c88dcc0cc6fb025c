import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KindTable } from '../../../src/drop/kind.js';
import { kindFacts } from '../../support/batches.js';

const SOFTWARE = { origin: 'software', deviceType: -1, littleEndian: true } as const;

describe('KindTable', () => {
  test('has one kind for equal facts, and another kind for other facts', () => {
    fc.assert(
      fc.property(fc.array(kindFacts, { maxLength: 20 }), (list) => {
        const table = new KindTable();
        const ids = list.map((facts) => table.intern(facts).id);
        expect(list.map((facts) => table.intern({ ...facts, cookie: facts.cookie?.slice() }).id)).toEqual(
          ids,
        );
        expect(table.size).toBe(new Set(ids).size);
        for (const [i, facts] of list.entries()) expect(table.get(ids[i]!)).toMatchObject(facts);
        for (const kind of ids.map((id) => table.get(id))) expect(table.intern(kind).id).toBe(kind.id);
      }),
    );
  });

  test('distinguishes facts whose texts are the same when joined', () => {
    const table = new KindTable();
    const lists = [
      { reason: 'a' },
      { trap: 'a' },
      { reason: '' },
      { reason: 'a","b' },
      { reason: 'a', trap: 'b' },
      {},
    ];
    expect(new Set(lists.map((facts) => table.intern({ ...SOFTWARE, ...facts }).id)).size).toBe(lists.length);
  });

  test('is full after its limit of kinds or of text, and still works', () => {
    const table = new KindTable();
    for (let i = 0; !table.full; i++) table.intern({ ...SOFTWARE, ifindex: i + 1 });
    expect(table.size).toBe(8192);
    expect(table.intern({ ...SOFTWARE, ifindex: 9000 }).id).toBe(8192);
    const texts = new KindTable();
    for (let i = 0; !texts.full; i++)
      texts.intern({ ...SOFTWARE, ifindex: i + 1, reason: 'x'.repeat(65_000) });
    expect(texts.size).toBeLessThan(70);
  });

  test('throws for a number without a kind', () => {
    expect(() => new KindTable().get(0)).toThrow(RangeError);
  });
});
