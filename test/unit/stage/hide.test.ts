import { describe, expect, test } from 'vitest';
import { KindTable } from '../../../src/drop/kind.js';
import { hideNoise } from '../../../src/stage/hide.js';
import type { Stage } from '../../../src/stage/stage.js';
import { ethernet, ipv4 } from '../../support/packetBytes.js';
import { batchOfRows } from '../../support/rows.js';

const packet = ethernet(0x0800, ipv4());

/** The drops that stay: reason, losses before. */
function kept(stage: Stage, drops: readonly (readonly [string, number?])[], kinds = new KindTable()) {
  const rows = drops.map(([reason, lost = 0]) => ({ packet, reason, lost }));
  return Array.from(stage.process(batchOfRows(rows, kinds)) ?? [], ({ reason, lostBefore }) => [
    reason,
    lostBefore,
  ]);
}

describe('hideNoise', () => {
  test('removes noise, counts it by name, and moves the losses before it to the next drop', () => {
    const stage = hideNoise();
    const drops = [
      ['OTHERHOST', 3],
      ['NO_SOCKET', 1],
      ['TCP_OLD_DATA'],
      ['OTHERHOST', 2],
      ['NO_SOCKET'],
    ] as const;
    expect(kept(stage, drops)).toEqual([
      ['NO_SOCKET', 4],
      ['NO_SOCKET', 2],
    ]);
    expect(stage).toMatchObject({
      name: 'hide',
      removed: 3,
      pendingLosses: 0,
      hidden: { 'other-host': 2, 'already-received': 1 },
    });
  });

  test('removes only the noise that is named', () => {
    const stage = hideNoise(['already-received']);
    expect(kept(stage, [['OTHERHOST'], ['TCP_OLD_DATA']])).toEqual([['OTHERHOST', 0]]);
    expect(stage.hidden).toEqual({ 'already-received': 1 });
  });

  test('keeps losses for the next batch when no drop stays', () => {
    const stage = hideNoise();
    const kinds = new KindTable();
    expect(kept(stage, [['OTHERHOST', 5]], kinds)).toEqual([]);
    expect(stage.pendingLosses).toBe(5);
    expect(kept(stage, [['NO_SOCKET', 1]], kinds)).toEqual([['NO_SOCKET', 6]]);
  });

  test('decides anew when the source replaces its table of kinds', () => {
    const stage = hideNoise();
    expect(kept(stage, [['OTHERHOST']], new KindTable())).toEqual([]);
    expect(kept(stage, [['NO_SOCKET']], new KindTable())).toEqual([['NO_SOCKET', 0]]);
    expect(kept(stage, [['OTHERHOST']], new KindTable())).toEqual([]);
    expect(stage.removed).toBe(2);
  });
});
