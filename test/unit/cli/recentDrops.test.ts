import { describe, expect, test } from 'vitest';
import { dropsBetween, NO_DROPS, RecentWindow, type Sample, sampleOf } from '../../../src/cli/recentDrops.js';
import { type KindFacts, KindTable } from '../../../src/drop/kind.js';
import { KindTally } from '../../../src/tally/kindTally.js';
import { batchIn } from '../../support/encoding.js';

/** A sample of a capture without a filter. */
function at(ms: number, reasons: Record<string, number>): Sample {
  const captured = Object.values(reasons).reduce((sum, drops) => sum + drops, 0);
  return { ms, captured, delivered: captured, reasons: new Map(Object.entries(reasons)) };
}

describe('dropsBetween', () => {
  test('has the rate, and the reason of most of the drops that came between', () => {
    const before = at(1000, { NO_SOCKET: 900, TCP_FLAGS: 1 });
    expect(dropsBetween(before, at(3000, { NO_SOCKET: 910, TCP_FLAGS: 31 }))).toEqual({
      perSecond: 20,
      most: { reason: 'TCP_FLAGS', share: 0.75 },
    });
  });

  test('has the share of the drops that the filter let pass', () => {
    const now = { ms: 1000, captured: 100, delivered: 4, reasons: new Map([['NO_SOCKET', 3]]) };
    expect(dropsBetween(NO_DROPS, now)).toEqual({
      perSecond: 100,
      most: { reason: 'NO_SOCKET', share: 0.75 },
    });
  });

  test('names no reason when no drop came', () => {
    const sample = at(5, { NO_SOCKET: 9 });
    expect(dropsBetween(sample, { ...sample, ms: 1005 })).toEqual({ perSecond: 0 });
    expect(dropsBetween(sample, sample)).toEqual({ perSecond: 0 });
  });
});

describe('the window of the live line', () => {
  test('has the rate of the last 3 seconds', () => {
    const window = new RecentWindow(at(0, {}));
    const rates = [];
    // 100 drops a second for 5 seconds, then none.
    for (let s = 0.5; s <= 9; s += 0.5) {
      const drops = Math.min(s, 5) * 100;
      rates.push(Math.round(window.add(at(s * 1000, { R: drops })).perSecond));
    }
    expect(rates.slice(0, 10)).toEqual(Array(10).fill(100));
    expect(rates.slice(10)).toEqual([83, 67, 50, 33, 17, 0, 0, 0]);
  });

  test('forgets a reason that no longer comes', () => {
    const window = new RecentWindow(at(0, {}));
    const reasons = [];
    for (let s = 1; s <= 5; s++) {
      const now = at(s * 1000, { OLD: 1000, NEW: 10 * s });
      reasons.push(window.add(now).most?.reason);
    }
    expect(reasons).toEqual(['OLD', 'OLD', 'OLD', 'NEW', 'NEW']);
  });

  test('does not spread drops over a pause in which it was not asked', () => {
    const window = new RecentWindow(at(0, {}));
    window.add(at(4000, {}));
    expect(window.add(at(3_600_000, { R: 300 })).perSecond).toBe(100);
  });
});

describe('sampleOf', () => {
  test('counts by reason, else by trap, else by function', () => {
    const kinds = new KindTable();
    const facts: Partial<KindFacts>[] = [
      { reason: 'NO_SOCKET', symbolText: 'udp_rcv+0x1/0x2' },
      { reason: 'NO_SOCKET', symbolText: 'tcp_v4_rcv+0x1/0x2' },
      { origin: 'hardware', trap: 'ttl_value_is_too_small' },
      { symbolText: 'ip_rcv+0x1/0x2' },
      {},
    ];
    const batch = batchIn(new Uint8Array(0), facts.length, kinds);
    facts.forEach((some, i) => {
      const all = { origin: 'software', deviceType: 1, littleEndian: true, ...some } as const;
      batch.kind[i] = kinds.intern(all).id;
    });
    batch.length = facts.length;
    const tally = new KindTally();
    tally.write(batch);
    expect(sampleOf(7, 9, tally)).toEqual({
      ms: 7,
      captured: 9,
      delivered: 5,
      reasons: new Map([
        ['NO_SOCKET', 2],
        ['ttl_value_is_too_small', 1],
        ['ip_rcv', 1],
        ['no reason', 1],
      ]),
    });
  });
});
