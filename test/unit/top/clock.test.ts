import { describe, expect, test } from 'vitest';
import { DropClock } from '../../../src/top/clock.js';
import { History } from '../../../src/top/history.js';

function testClock(live = true, wallSeconds = 100) {
  let nowMs = 5000;
  const clock = new DropClock(live, { nowMs: () => nowMs, wallMs: () => wallSeconds * 1000 + nowMs - 5000 });
  return { clock, pass: (seconds: number) => (nowMs += seconds * 1000) };
}

describe('DropClock', () => {
  test('is the time of the newest drop, and goes on without drops', () => {
    const { clock, pass } = testClock();
    clock.see(100);
    expect(clock.now).toBe(100);
    pass(2.5);
    expect(clock.now).toBe(102.5);
    clock.see(110);
    expect(clock.now).toBe(110);
  });

  test('never goes back for an older drop, or one without a time', () => {
    const { clock, pass } = testClock();
    clock.see(100);
    pass(1);
    for (const time of [99, 0, 100.5]) clock.see(time);
    expect(clock.now).toBe(101);
  });

  test('has the time of the first drop that had one', () => {
    const { clock } = testClock();
    clock.see(0);
    expect(clock.first).toBeUndefined();
    clock.see(100);
    clock.see(50);
    expect(clock.first).toBe(100);
  });

  test('stays when it is stopped', () => {
    const { clock, pass } = testClock();
    clock.see(100);
    pass(3);
    clock.stop();
    pass(60);
    expect(clock.now).toBe(103);
  });

  test('goes on in a file that is being written, and is at its last drop when it is stopped', () => {
    const { clock, pass } = testClock(false, 110);
    clock.see(100);
    pass(20);
    expect([clock.now, clock.isAtLastDrop]).toEqual([120, false]);
    clock.stop();
    expect([clock.now, clock.isAtLastDrop]).toEqual([100, true]);
  });

  test('stays at the last drop of an old file, and goes on when drops of now come', () => {
    const { clock, pass } = testClock(false, 10_000);
    expect(clock.now).toBe(0);
    clock.see(100);
    pass(90);
    expect([clock.now, clock.isAtLastDrop]).toEqual([100, true]);
    clock.see(10_088);
    pass(2);
    expect([clock.now, clock.isAtLastDrop]).toEqual([10_090, false]);
  });
});

describe('History', () => {
  test('has the drops of each of the 59 seconds before this one, the oldest first', () => {
    const history = new History();
    history.add(1, 1000);
    history.add(2, 1058.9);
    history.add(4, 1059.1);
    const before = history.before(1059.5);
    expect(before).toHaveLength(59);
    expect([before[0], before[58]]).toEqual([1, 2]);
    expect(before.reduce((sum, drops) => sum + drops, 0)).toBe(3);
  });

  test('forgets a second when it is a minute old, also if no drop came since', () => {
    const history = new History();
    history.add(7, 1000);
    expect(history.before(1060.5)).not.toContain(7);
    expect(history.before(1e10)).not.toContain(7);
    history.add(1, 1060);
    expect(history.before(1061).at(-1)).toBe(1);
  });

  test('has no drops before 1970', () => {
    const history = new History();
    history.add(3, 2);
    expect(history.before(3)).toEqual([...Array<number>(58).fill(0), 3]);
  });

  test('is empty after clear', () => {
    const history = new History();
    history.add(1, 1000);
    history.clear();
    expect(history.before(1001)).not.toContain(1);
  });
});
