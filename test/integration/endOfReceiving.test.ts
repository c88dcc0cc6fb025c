import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { NetlinkSocket } from '../../src/binding/contract.js';
import {
  collect,
  type Collected,
  makeArenas,
  numbered,
  openSocket,
  receiveThreads,
  until,
} from './sockets.js';

/** Keeps the JavaScript thread busy until the receive thread received `count` messages. */
function blockUntilReceived(socket: NetlinkSocket, count: number): void {
  const deadline = Date.now() + 5000;
  while (socket.counters().messages < count) {
    if (Date.now() > deadline) throw new Error(`not ${count} messages within 5 s`);
  }
}

describe('stopReceiving', () => {
  test('drains the queued messages, and reports the end once', async () => {
    const [sender, receiver] = [openSocket(), openSocket(1 << 20)];
    for (let i = 0; i < 300; i++) sender.send(numbered(i, 40), receiver.portId);
    const collected = collect(receiver, makeArenas(2, 4, 64));
    receiver.stopReceiving();
    receiver.stopReceiving();
    await until(() => collected.ends.length > 0);
    await until(() => receiveThreads().length === 0);
    await sleep(5);
    expect(collected.messages).toEqual(Array.from({ length: 300 }, (_, i) => numbered(i, 40)));
    expect(collected.ends).toEqual([0]);
  });

  test('ends although a sender never stops', async () => {
    const socket = openSocket(1 << 20);
    const arenas = makeArenas(1, 1, 64);
    const ends: number[] = [];
    // Each received message causes one more before the thread receives again.
    for (let i = 0; i < 10; i++) socket.send(numbered(i, 20), socket.portId);
    socket.startReceiving(arenas, false, (arena, value) => {
      if (arena === -1) {
        ends.push(value);
        return;
      }
      socket.send(numbered(1, 20), socket.portId);
      socket.release(arena);
    });
    socket.stopReceiving();
    await until(() => ends.length > 0);
    expect(ends).toEqual([0]);
    expect(socket.counters().messages).toBeGreaterThanOrEqual(10);
    expect(socket.receive(0)).toBeDefined();
  });

  test('needs no arena when nothing is queued, and takes arenas back after the end', async () => {
    const [sender, receiver] = [openSocket(), openSocket()];
    const calls: [number, number][] = [];
    receiver.startReceiving(makeArenas(1, 1, 64), false, (arena, value) => calls.push([arena, value]));
    sender.send(numbered(1, 20), receiver.portId);
    await until(() => calls.length === 1);
    receiver.stopReceiving();
    await until(() => calls.length === 2);
    expect(calls).toEqual([
      [0, 1],
      [-1, 0],
    ]);
    receiver.release(0);
    expect(() => receiver.release(0)).toThrow('arena 0 is not handed out');
  });

  test('lets receiving start again, even in the listener call for the end', async () => {
    const [sender, receiver] = [openSocket(), openSocket()];
    let second: Collected | undefined;
    receiver.startReceiving(makeArenas(1, 1, 64), false, () => {
      second = collect(receiver, makeArenas(1, 1, 64));
    });
    receiver.stopReceiving();
    await until(() => second !== undefined);
    sender.send(numbered(1, 20), receiver.portId);
    await until(() => second?.messages.length === 1);
    expect(second?.messages).toEqual([numbered(1, 20)]);
  });
});

describe('close', () => {
  test('ends receiving, without another call of the listener', async () => {
    const [sender, receiver] = [openSocket(), openSocket()];
    let calls = 0;
    receiver.startReceiving(makeArenas(4, 1, 64), false, () => {
      calls += 1;
    });
    for (let i = 0; i < 6; i++) sender.send(numbered(i, 20), receiver.portId);
    blockUntilReceived(receiver, 4);
    receiver.close();
    await until(() => receiveThreads().length === 0);
    await sleep(20);
    expect(calls).toBe(0);
    expect(receiver.counters().messages).toBe(4);
  });

  test('works inside the listener, and discards the queued calls', async () => {
    const [sender, receiver] = [openSocket(), openSocket()];
    let calls = 0;
    receiver.startReceiving(makeArenas(4, 1, 64), false, () => {
      calls += 1;
      receiver.close();
    });
    for (let i = 0; i < 4; i++) sender.send(numbered(i, 20), receiver.portId);
    blockUntilReceived(receiver, 4);
    await until(() => calls > 0);
    await sleep(20);
    expect(calls).toBe(1);
    await until(() => receiveThreads().length === 0);
  });

  test('works inside the listener call for the end', async () => {
    const socket = openSocket();
    let calls = 0;
    socket.startReceiving(makeArenas(1, 1, 64), false, () => {
      calls += 1;
      socket.close();
    });
    socket.stopReceiving();
    await until(() => calls > 0);
    expect(calls).toBe(1);
  });

  test('inside an accessor of an arena makes startReceiving throw', () => {
    const socket = openSocket();
    const arena = {
      index: new Uint32Array(2),
      get bytes() {
        socket.close();
        return new Uint8Array(64);
      },
    };
    expect(() => socket.startReceiving([arena], false, () => {})).toThrow('the netlink socket is closed');
  });
});
