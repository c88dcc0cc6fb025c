import { describe, expect, test } from 'vitest';
import { ethernet, ipv4 } from '../../support/packetBytes.js';
import { dropAt, dropOfFlow, START, testCounts } from '../../support/topViews.js';

/** Seconds after START of the packets that are kept for the watched row. */
function secondsOf({ counts }: ReturnType<typeof testCounts>): number[] {
  return counts.packets.watched.map(({ drop }) => Number(drop.timestampNs / 1_000_000_000n) - START);
}

describe('LastPackets', () => {
  test('a row that is watched begins with the last packets that are known, then has the new ones', () => {
    const some = testCounts();
    const [a, b] = [{ reason: 'A' }, { reason: 'B' }];
    some.add(dropAt(1, a), dropAt(2, b), dropAt(3, a));
    some.counts.packets.watch((cause) => some.namesOf(cause)!.reason === 'A');
    expect(secondsOf(some)).toEqual([1, 3]);
    some.add(dropAt(4, b), dropAt(5, a));
    expect(secondsOf(some)).toEqual([1, 3, 5]);
    some.counts.packets.unwatch();
    expect(secondsOf(some)).toEqual([]);
  });

  test('keeps the first 16 packets after each refresh, and at most 16 from before', () => {
    const some = testCounts();
    some.counts.packets.watch(() => true);
    const twenty = (from: number) => Array.from({ length: 20 }, (_, i) => dropAt(from + i));
    some.add(...twenty(0));
    expect(secondsOf(some)).toEqual(Array.from({ length: 16 }, (_, i) => i));
    some.counts.packets.refresh();
    some.add(...twenty(100));
    expect(secondsOf(some)).toHaveLength(32);
    some.counts.packets.refresh();
    expect(secondsOf(some)).toEqual(Array.from({ length: 16 }, (_, i) => 100 + i));
    some.counts.packets.watch(() => true);
    expect(secondsOf(some)).toEqual(Array.from({ length: 16 }, (_, i) => 100 + i));
  });

  test('keeps packets of 256 causes; a watched row may be of a further one', () => {
    const some = testCounts();
    const reasons = Array.from({ length: 300 }, (_, i) => dropAt(i, { reason: `R${i}` }));
    some.add(...reasons);
    some.counts.packets.watch(() => true);
    expect(Math.max(...secondsOf(some))).toBe(255);
    some.add(dropAt(400, { reason: 'R299' }));
    expect(secondsOf(some).at(-1)).toBe(400);
  });

  test('finds the packets of a flow, also those from before', () => {
    const some = testCounts();
    some.add(dropOfFlow(1, 1), dropOfFlow(2, 2), dropOfFlow(1, 3));
    const words = some.counts.packets;
    words.watch((_, key) => key !== undefined && key.length > 0);
    expect(secondsOf(some)).toEqual([1, 2, 3]);
    const [first] = words.watched;
    words.watch((_, key) => first!.words.every((word, i) => word === key?.words[i]));
    expect(secondsOf(some)).toEqual([1, 3]);
  });

  test('copies at most 256 bytes of a packet, which stay when the batch is used again', () => {
    const { counts, add } = testCounts();
    const packet = ethernet(0x0800, ipv4(Buffer.alloc(1000, 7)));
    add(dropAt(0, { packet }));
    counts.packets.watch(() => true);
    const { drop } = counts.packets.watched[0]!;
    packet.fill(0);
    expect([drop.payload.length, drop.originalLength]).toEqual([256, packet.length]);
    expect(drop.payload[255]).toBe(7);
  });

  test('forgets all packets after clear, and goes on with the watched row', () => {
    const some = testCounts();
    some.counts.packets.watch(() => true);
    some.add(dropAt(1));
    some.counts.clear();
    expect(secondsOf(some)).toEqual([]);
    some.add(dropAt(2));
    expect(secondsOf(some)).toEqual([2]);
  });
});
