import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { NetlinkSocket } from '../../src/binding/contract.js';
import { makeArenas, numbered, openSocket, until } from './sockets.js';

/** Batches and messages so far. */
interface Received {
  batches: number;
  messages: number;
  ended: boolean;
}

/** Starts to receive with a gather time. */
function gather(receiver: NetlinkSocket, gatherMs: number, slots = 512): Received {
  const received = { batches: 0, messages: 0, ended: false };
  const listener = (arena: number, count: number) => {
    if (arena < 0) {
      received.ended = true;
      return;
    }
    received.batches++;
    received.messages += count;
    receiver.release(arena);
  };
  receiver.startReceiving(makeArenas(4, slots, 64), false, listener, gatherMs);
  return received;
}

/** Sends a message, which does not wait for others. Messages that are sent now wait. */
async function begin(sender: NetlinkSocket, receiver: NetlinkSocket, received: Received): Promise<void> {
  sender.send(numbered(0, 20), receiver.portId);
  await until(() => received.messages === 1);
}

describe('the gather time', () => {
  test.each([2, 100])('of %d ms puts messages into few batches', async (gatherMs) => {
    const [sender, receiver] = [openSocket(), openSocket(1 << 20)];
    const received = gather(receiver, gatherMs);
    const start = performance.now();
    for (let i = 0; i < 50; i++) {
      sender.send(numbered(i, 20), receiver.portId);
      await sleep(1);
    }
    await until(() => received.messages === 50);
    expect(received.batches).toBeGreaterThan(1);
    expect(received.batches).toBeLessThanOrEqual(1 + (performance.now() - start) / gatherMs);
  });

  test('delivers more messages than an arena holds in one go', async () => {
    const [sender, receiver] = [openSocket(), openSocket(1 << 20)];
    const received = gather(receiver, 50, 8);
    await begin(sender, receiver, received);
    for (let i = 0; i < 41; i++) sender.send(numbered(i, 20), receiver.portId);
    await until(() => received.messages === 42);
    expect(received.batches).toBe(1 + 6);
  });

  test('does not delay the first message after a pause', async () => {
    const [sender, receiver] = [openSocket(), openSocket()];
    const received = gather(receiver, 300);
    await begin(sender, receiver, received);
    await sleep(350);
    const start = performance.now();
    sender.send(numbered(1, 20), receiver.portId);
    await until(() => received.messages === 2);
    expect(performance.now() - start).toBeLessThan(200);
  });

  test('ends when receiving stops, and loses nothing', async () => {
    const [sender, receiver] = [openSocket(), openSocket()];
    const received = gather(receiver, 1000);
    await begin(sender, receiver, received);
    const start = performance.now();
    for (let i = 0; i < 5; i++) sender.send(numbered(i, 20), receiver.portId);
    await sleep(20);
    expect(received.messages).toBe(1);
    receiver.stopReceiving();
    await until(() => received.ended);
    expect(received.messages).toBe(6);
    expect(performance.now() - start).toBeLessThan(500);
  });

  test('ends when the socket is closed', async () => {
    const [sender, receiver] = [openSocket(), openSocket()];
    const received = gather(receiver, 1000);
    await begin(sender, receiver, received);
    sender.send(numbered(1, 20), receiver.portId);
    await sleep(20);
    const start = performance.now();
    receiver.close();
    expect(performance.now() - start).toBeLessThan(500);
  });

  test('ends early when a fourth of the receive buffer is in use', async () => {
    // The kernel doubles the size.
    const [sender, receiver] = [openSocket(), openSocket(32 * 1024)];
    const received = gather(receiver, 1000);
    await begin(sender, receiver, received);
    const start = performance.now();
    // A message takes 576 bytes of the buffer or more. The thread may wake up between two of them, and wait for more again.
    for (let i = 0; i < 40; i++) sender.send(numbered(i, 20), receiver.portId);
    await until(() => received.messages > 1);
    expect(performance.now() - start).toBeLessThan(500);
  });

  test('becomes shorter when more messages come than the arenas hold', async () => {
    const [sender, receiver] = [openSocket(), openSocket(1 << 20)];
    const received = gather(receiver, 1000, 8);
    await begin(sender, receiver, received);
    const start = performance.now();
    let sent = 1;
    for (; performance.now() - start < 1100; sent++) {
      sender.send(numbered(sent, 20), receiver.portId);
      await sleep(1);
    }
    await until(() => received.messages === sent);
    expect(performance.now() - start).toBeLessThan(1800);
  });

  test.each([-1, 1001, 0.5, '2'])('of %j is refused', (gatherMs) => {
    expect(() => gather(openSocket(), gatherMs as number)).toThrow('gatherMs must be');
  });
});
