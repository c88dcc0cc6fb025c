import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { errnoOf } from '../../src/errors.js';
import { loadBinding } from '../../src/binding/load.js';
import {
  collect,
  makeArenas,
  messagesOf,
  multicast,
  NETLINK_ROUTE,
  NETLINK_USERSOCK,
  numbered,
  openSocket,
  receiveThreads,
  until,
} from './sockets.js';

const EPERM = 1;

/** Joining a group of NETLINK_USERSOCK needs CAP_NET_ADMIN. */
function canJoinGroups(): boolean {
  const socket = loadBinding().openNetlinkSocket(NETLINK_USERSOCK, 0);
  try {
    socket.joinGroup(1);
    return true;
  } catch (error) {
    if (errnoOf(error) !== EPERM || process.env['CI'] !== undefined) throw error;
    return false;
  } finally {
    socket.close();
  }
}

const canJoin = canJoinGroups();
const hasHugePages = existsSync('/sys/kernel/mm/transparent_hugepage');

describe('the receive thread', () => {
  test('delivers a single message at once', async () => {
    const [sender, receiver] = [openSocket(), openSocket()];
    const { messages } = collect(receiver, makeArenas(2, 64, 256));
    sender.send(numbered(1, 100), receiver.portId);
    await until(() => messages.length === 1);
    expect(messages[0]).toEqual(numbered(1, 100));
  });

  test.skipIf(!hasHugePages)('turns huge pages off for its arenas', () => {
    const bytesWithout = () => {
      let [size, bytes] = [0, 0];
      for (const line of readFileSync('/proc/self/smaps', 'latin1').split('\n')) {
        size = Number(/^Size: +(\d+) kB$/.exec(line)?.[1] ?? size);
        if (/^VmFlags:.* nh\b/.test(line)) bytes += size * 1024;
      }
      return bytes;
    };
    const arenaBytes = 64 * 66_688;
    const before = bytesWithout();
    collect(openSocket(), makeArenas(8, 64, 66_688));
    // The stacks of threads have no huge pages either, and threads of earlier tests end meanwhile: 1 MiB each.
    expect(bytesWithout() - before).toBeGreaterThan(7 * arenaBytes);
  });

  test('delivers messages of 1 to 65,600 bytes in order and byte for byte, and cuts one that is larger', async () => {
    const [sender, receiver] = [openSocket(), openSocket(64 << 20)];
    const { messages } = collect(receiver, makeArenas(3, 4, 65_600));
    const sizes = [1, 2, 3, 16, 63, 64, 65, 1499, 4095, 4096, 4097, 16_384, 32_768, 65_535, 65_599, 65_600];
    const sent = [...sizes, ...sizes.toReversed(), 70_000, ...sizes].map((size, i) => numbered(i, size));
    for (const message of sent) sender.send(message, receiver.portId);
    await until(() => messages.length === sent.length);
    sent.forEach((message, i) => {
      expect(
        Buffer.compare(messages[i] ?? new Uint8Array(), message.subarray(0, 65_600)),
        `message ${i}`,
      ).toBe(0);
    });
    expect(receiver.counters()).toMatchObject({
      messages: sent.length,
      cut: 1,
      bytes: messages.reduce((sum, message) => sum + message.length, 0),
    });
  });

  test('writes only inside the given views, with offsets relative to the views', async () => {
    const [sender, receiver] = [openSocket(), openSocket()];
    const memory = new ArrayBuffer(1024);
    const arena = { bytes: new Uint8Array(memory, 99, 130), index: new Uint32Array(memory, 512, 4) };
    const { messages } = collect(receiver, [arena]);
    for (let i = 0; i < 4; i++) sender.send(new Uint8Array(100).fill(0xee), receiver.portId);
    await until(() => messages.length === 4);
    // Two slots of 65 bytes.
    expect(messages).toEqual([0, 1, 2, 3].map(() => new Uint8Array(65).fill(0xee)));
    const outside = new Uint8Array(memory);
    expect(
      [...outside.subarray(0, 99), ...outside.subarray(229, 512), ...outside.subarray(528)].some(Boolean),
    ).toBe(false);
  });

  test('waits while all arenas are in use, counts that once, and loses no message', async () => {
    const [sender, receiver] = [openSocket(), openSocket()];
    const arenas = makeArenas(2, 2, 64);
    const kept: number[] = [];
    const messages: Uint8Array[] = [];
    receiver.startReceiving(arenas, false, (arena, count) => {
      kept.push(arena);
      messages.push(...messagesOf(arenas[arena], count));
    });
    for (let i = 0; i < 2; i++) {
      sender.send(numbered(i, 20), receiver.portId);
      await until(() => messages.length === i + 1);
    }
    for (let i = 2; i < 6; i++) sender.send(numbered(i, 20), receiver.portId);
    await until(() => receiver.counters().arenaWaits > 0);
    await sleep(20);
    expect(messages).toHaveLength(2);
    expect(receiver.counters()).toMatchObject({ arenaWaits: 1, messages: 2 });

    for (const arena of kept.splice(0)) receiver.release(arena);
    await until(() => messages.length === 6);
    expect(messages).toEqual([0, 1, 2, 3, 4, 5].map((i) => numbered(i, 20)));
  });

  test('refuses arenas that are not handed out', async () => {
    const [sender, receiver] = [openSocket(), openSocket()];
    expect(() => receiver.release(0)).toThrow('arena 0 is not handed out');
    const handedOut: number[] = [];
    receiver.startReceiving(makeArenas(2, 2, 64), false, (arena) => handedOut.push(arena));
    sender.send(numbered(1, 20), receiver.portId);
    await until(() => handedOut.length === 1);
    const [arena = 0] = handedOut;
    expect(() => receiver.release(1 - arena)).toThrow(`arena ${1 - arena} is not handed out`);
    expect(() => receiver.release(2)).toThrow('arena 2 is not handed out');
    receiver.release(arena);
    expect(() => receiver.release(arena)).toThrow(`arena ${arena} is not handed out`);
  });

  test('with kernelOnly, discards and counts datagrams that the kernel did not send', async () => {
    const [sender, receiver] = [openSocket(), openSocket()];
    const { messages } = collect(receiver, makeArenas(1, 2, 64), true);
    for (let i = 0; i < 9; i++) sender.send(numbered(i, 20), receiver.portId);
    await until(() => receiver.counters().notFromKernel === 9);
    expect(messages).toEqual([]);
    expect(receiver.counters()).toMatchObject({ messages: 0, bytes: 0 });
  });

  test('with kernelOnly, delivers datagrams of the kernel', async () => {
    const receiver = openSocket(0, NETLINK_ROUTE);
    const { messages } = collect(receiver, makeArenas(2, 2, 32_768), true);
    // RTM_GETLINK with NLM_F_REQUEST | NLM_F_DUMP.
    receiver.send(new Uint8Array(new Uint32Array([32, 0x0301_0012, 7, 0, 0, 0, 0, 0]).buffer));
    await until(() => messages.length > 0);
    expect(receiver.counters().notFromKernel).toBe(0);
  });

  test.skipIf(!canJoin)('counts overruns and each message that was lost to them', async () => {
    const [sender, receiver] = [openSocket(), openSocket(8192)];
    const group = 1 + (receiver.portId % 32);
    receiver.joinGroup(group);
    for (let i = 0; i < 200; i++) multicast(sender, numbered(i, 500), group);
    const collected = collect(receiver, makeArenas(2, 8, 512));
    for (let i = 200; i < 2000; i++) multicast(sender, numbered(i, 500), group);
    receiver.stopReceiving();
    await until(() => collected.ends.length > 0);

    const { messages, overruns } = receiver.counters();
    const overrunMessages = receiver.overrunMessages();
    expect(overruns).toBeGreaterThan(0);
    expect(overrunMessages).toBeGreaterThan(0);
    expect(messages + overrunMessages).toBe(2000);
    expect(collected).toMatchObject({ ends: [0], messages: { length: messages } });
    receiver.close();
    expect(receiver.counters()).toMatchObject({ messages, overruns });
    expect(receiver.overrunMessages()).toBe(overrunMessages);
  });

  test.skipIf(!canJoin)('is given messages again as soon as there is room, with NETLINK_NO_ENOBUFS', () => {
    const [sender, receiver] = [openSocket(), openSocket(8192)];
    const NETLINK_NO_ENOBUFS = 5;
    receiver.setOption(NETLINK_NO_ENOBUFS, 1);
    const group = 1 + (receiver.portId % 32);
    receiver.joinGroup(group);
    for (let i = 0; i < 200; i++) multicast(sender, numbered(i, 500), group);
    const overrunMessages = receiver.overrunMessages();
    expect(receiver.counters().overruns).toBe(0);
    expect(overrunMessages).toBeGreaterThan(0);

    expect(receiver.receive(0)).toEqual(numbered(0, 500));
    multicast(sender, numbered(200, 500), group);
    expect(receiver.overrunMessages()).toBe(overrunMessages);
    for (let i = 1; i < 200 - overrunMessages; i++) receiver.receive(0);
    expect(receiver.receive(0)).toEqual(numbered(200, 500));
  });

  test.skipIf(!canJoin)('receives no messages of a group that it left', () => {
    const [sender, receiver] = [openSocket(), openSocket()];
    const group = 1 + (receiver.portId % 32);
    receiver.joinGroup(group);
    multicast(sender, numbered(1, 20), group);
    receiver.leaveGroup(group);
    multicast(sender, numbered(2, 20), group);
    expect(receiver.receive(0)).toEqual(numbered(1, 20));
    expect(receiver.receive(0)).toBeUndefined();
  });

  test('leaves all signals to the other threads', async () => {
    collect(openSocket(), makeArenas(1, 1, 64));
    await until(() => receiveThreads().length === 1);
    // SIGINT (2) and SIGTERM (15): bit n - 1.
    const mask = BigInt(`0x${/SigBlk:\s*(\w+)/.exec(receiveThreads()[0] ?? '')?.[1]}`);
    expect(mask & 0x4002n).toBe(0x4002n);
  });

  test('uses no processor time while no message comes', async () => {
    collect(openSocket(), makeArenas(1, 1, 64));
    // Other threads of this process may have work at first. A thread that spins would use 500,000 each time.
    let least = Infinity;
    for (let i = 0; i < 5 && least >= 250_000; i++) {
      const before = process.cpuUsage();
      await sleep(500);
      const { user, system } = process.cpuUsage(before);
      least = Math.min(least, user + system);
    }
    expect(least).toBeLessThan(250_000);
  });

  test('makes receive() of its socket throw', () => {
    const socket = openSocket();
    collect(socket, makeArenas(1, 1, 64));
    expect(() => socket.receive(0)).toThrow('the receive thread has the netlink socket');
    expect(() => collect(socket, makeArenas(1, 1, 64))).toThrow('the receive thread has the netlink socket');
  });
});
