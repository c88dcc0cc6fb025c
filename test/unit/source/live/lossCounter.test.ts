import { describe, expect, test } from 'vitest';
import type { NetlinkSocket } from '../../../../src/binding/contract.js';
import type { DropMonitor } from '../../../../src/monitor/dropMonitor.js';
import { LossCounter } from '../../../../src/source/live/lossCounter.js';

/** A counter of losses, with a clock and a kernel that lost `lost` drops so far and was asked `requests` times. */
function lossCounter() {
  const state = { nowMs: 0, lost: 0n, requests: 0 };
  const monitor: Partial<DropMonitor> = {
    stats() {
      state.requests++;
      return { softwareDropped: state.lost, hardwareDropped: 0n };
    },
  };
  const events: Partial<NetlinkSocket> = { overrunMessages: () => 0 };
  const counter = new LossCounter(monitor as DropMonitor, events as NetlinkSocket, () => state.nowMs);
  state.requests = 0;
  return { counter, state };
}

describe('the requests for queue drops', () => {
  test('come with the first batch', () => {
    const { counter, state } = lossCounter();
    state.lost = 3n;
    expect(counter.lostSinceLast(1)).toBe(3);
  });

  test('come once a second while few drops come', () => {
    const { counter, state } = lossCounter();
    for (; state.nowMs < 10_000; state.nowMs += 100) counter.lostSinceLast(9);
    expect(state.requests).toBe(10);
  });

  test('come every 100 ms in a flood, which can fill a queue', () => {
    const { counter, state } = lossCounter();
    for (; state.nowMs < 1000; state.nowMs += 10) counter.lostSinceLast(224);
    expect(state.requests).toBe(10);
  });

  test('report a loss with the first batch after 100 drops', () => {
    const { counter, state } = lossCounter();
    counter.lostSinceLast(1);
    state.lost = 7n;
    state.nowMs = 100;
    expect(counter.lostSinceLast(99)).toBe(0);
    expect(counter.lostSinceLast(1)).toBe(7);
    expect(counter.lostSinceLast(1)).toBe(0);
    expect(counter.reported).toEqual({ queueDrops: 7, overruns: 0 });
  });
});
