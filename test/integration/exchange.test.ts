import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import type { NetlinkSocket } from '../../src/binding/contract.js';
import { loadBinding } from '../../src/binding/load.js';
import { openSocket } from './sockets.js';

const binding = loadBinding();
const REQUEST = Uint8Array.of(7, 0, 0, 0, 1, 2, 3, 4);
const peerScript = fileURLToPath(new URL('fixtures/peer.py', import.meta.url));
const openDescriptors = () => readdirSync('/proc/self/fd').length;
const isOpen = (fd: number) => {
  try {
    return fstatSync(fd) !== undefined;
  } catch {
    return false;
  }
};

const descriptors: number[] = [];
const peers: ChildProcess[] = [];
const sockets: NetlinkSocket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.close();
  for (const fd of descriptors.splice(0)) binding.closeDescriptor(fd);
  for (const peer of peers.splice(0)) if (peer.exitCode === null) await once(peer, 'exit');
});

function openPair(): [number, number] {
  const pair = binding.openSocketPair();
  descriptors.push(...pair);
  return pair;
}

/** One end of a pair. A peer at the other end answers one request, with descriptors of these kinds. */
function peerWith(...kinds: string[]): number {
  const [ours, theirs] = openPair();
  peers.push(spawn('python3', [peerScript, ...kinds], { stdio: ['ignore', 'inherit', 'inherit', theirs] }));
  binding.closeDescriptor(theirs);
  return ours;
}

/** The descriptor that came with the answer of `peerWith(...kinds)`. */
function descriptorFrom(...kinds: string[]): number {
  const { reply, fd } = binding.exchange(peerWith(...kinds), REQUEST, REQUEST.length, 20_000);
  expect(reply).toEqual(REQUEST);
  if (fd >= 0) descriptors.push(fd);
  return fd;
}

function adopt(fd: number): NetlinkSocket {
  const socket = binding.adoptNetlinkSocket(fd);
  sockets.push(socket);
  return socket;
}

describe('openSocketPair', () => {
  test('gives two ends of a stream that no child inherits', () => {
    const [ours, theirs] = openPair();
    writeSync(ours, 'through');
    const got = Buffer.alloc(16);
    expect(got.toString('utf8', 0, readSync(theirs, got))).toBe('through');
    for (const fd of [ours, theirs]) {
      expect(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')).toMatch(/^flags:\t02000002$/m);
    }
  });
});

describe('exchange', () => {
  test('sends the request and returns the reply, and does not read the bytes after it', () => {
    const [ours, theirs] = openPair();
    writeSync(theirs, Uint8Array.of(7, 0, 0, 0, 9, 7, 0, 0, 0, 8));
    expect(binding.exchange(ours, REQUEST, 5, 1000)).toEqual({
      reply: Uint8Array.of(7, 0, 0, 0, 9),
      fd: -1,
    });
    expect(binding.exchange(ours, REQUEST, 5, 1000).reply).toEqual(Uint8Array.of(7, 0, 0, 0, 8));
    const sent = Buffer.alloc(64);
    expect(sent.subarray(0, readSync(theirs, sent))).toEqual(Buffer.from([...REQUEST, ...REQUEST]));
  });

  test('returns the descriptor that came with the reply, which no child inherits', () => {
    const fd = descriptorFrom('netlink');
    expect(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')).toMatch(/^flags:\t02/m);
  });

  test('joins a reply that comes in pieces, the descriptor with the last piece', () => {
    expect(isOpen(descriptorFrom('late', 'netlink'))).toBe(true);
  });

  test.each([2, 4, 5, 30])('refuses %i descriptors, and keeps none', (number) => {
    const peer = peerWith(...Array.from({ length: number }, () => 'netlink'));
    const before = openDescriptors();
    expect(() => binding.exchange(peer, REQUEST, REQUEST.length, 20_000)).toThrow(
      expect.objectContaining({ syscall: 'recvmsg', code: 'EPROTO' }),
    );
    expect(openDescriptors()).toBe(before);
  });

  test('refuses a reply to another request', () => {
    const [ours, theirs] = openPair();
    writeSync(theirs, Uint8Array.of(8, 0, 0, 0, 9));
    expect(() => binding.exchange(ours, REQUEST, 5, 1000)).toThrow(
      expect.objectContaining({ code: 'EPROTO' }),
    );
  });

  test('fails after its time-out, also in the middle of a reply', () => {
    const [ours, theirs] = openPair();
    writeSync(theirs, Uint8Array.of(7, 0, 0));
    const begin = performance.now();
    expect(() => binding.exchange(ours, REQUEST, 5, 50)).toThrow(
      expect.objectContaining({ code: 'ETIMEDOUT' }),
    );
    expect(performance.now() - begin).toBeGreaterThanOrEqual(49);
  });

  test('fails with ECONNRESET when the peer closed its end', () => {
    const [ours, theirs] = openPair();
    binding.closeDescriptor(theirs);
    expect(() => binding.exchange(ours, REQUEST, 5, 1000)).toThrow(
      expect.objectContaining({ code: 'ECONNRESET' }),
    );
    expect(() => binding.exchange(peerWith('pipe'), REQUEST, REQUEST.length + 1, 20_000)).toThrow(
      expect.objectContaining({ code: 'ECONNRESET' }),
    );
  });

  test('refuses descriptors that openSocketPair did not return', () => {
    const file = openSync('/dev/null', 'r+');
    const [ours] = openPair();
    binding.closeDescriptor(ours);
    for (const fd of [file, ours]) {
      expect(() => binding.exchange(fd, REQUEST, 5, 1000)).toThrow(
        expect.objectContaining({ code: 'EBADF' }),
      );
    }
    closeSync(file);
  });

  test.each([
    ['a request of 3 bytes', [0, new Uint8Array(3), 4, 0]],
    ['a request that is a string', [0, 'request', 4, 0]],
    ['a reply of 3 bytes', [0, REQUEST, 3, 0]],
    ['a reply of 65,537 bytes', [0, REQUEST, 65_537, 0]],
    ['a negative time', [0, REQUEST, 4, -1]],
    ['a negative descriptor', [-1, REQUEST, 4, 0]],
    ['no descriptor', []],
  ])('throws a TypeError for %s', (_, given) => {
    expect(() => Reflect.apply(binding.exchange, binding, given)).toThrow(TypeError);
  });
});

describe('adoptNetlinkSocket', () => {
  test('receives with a socket that another process opened', () => {
    const socket = adopt(descriptorFrom('netlink'));
    const sender = openSocket();
    expect(socket.portId).not.toBe(sender.portId);
    expect(socket.receiveBufferBytes).toBe(sender.receiveBufferBytes);
    sender.send(REQUEST, socket.portId);
    expect(socket.receive(1000)).toEqual(REQUEST);
    expect(socket.receive(0)).toBeUndefined();
  });

  test('owns the descriptor from then on', () => {
    const fd = descriptorFrom('netlink');
    const socket = adopt(fd);
    expect(() => binding.adoptNetlinkSocket(fd)).toThrow(expect.objectContaining({ code: 'EINVAL' }));
    binding.closeDescriptor(fd);
    expect(isOpen(fd)).toBe(true);
    socket.close();
    socket.close();
    expect(isOpen(fd)).toBe(false);
  });

  test.each(['unbound', 'datagrams', 'pipe'])(
    'refuses another descriptor (%s), and does not close it',
    (kind) => {
      const fd = descriptorFrom(kind);
      expect(() => binding.adoptNetlinkSocket(fd)).toThrow(expect.objectContaining({ code: 'EINVAL' }));
      expect(isOpen(fd)).toBe(true);
      binding.closeDescriptor(fd);
      expect(isOpen(fd)).toBe(false);
    },
  );

  test('refuses an end of a pair, and descriptors that exchange did not return', () => {
    for (const fd of [...openPair(), 0, 12_345]) {
      expect(() => binding.adoptNetlinkSocket(fd)).toThrow(expect.objectContaining({ code: 'EINVAL' }));
    }
    for (const wrong of [-1, 1.5, '3', undefined]) {
      expect(() => Reflect.apply(binding.adoptNetlinkSocket, binding, [wrong])).toThrow(TypeError);
    }
  });
});

describe('closeDescriptor', () => {
  test('closes once, and never another file that has the number later', () => {
    const [ours] = openPair();
    binding.closeDescriptor(ours);
    expect(isOpen(ours)).toBe(false);
    const taken: number[] = [];
    while (!taken.includes(ours)) taken.push(openSync('/dev/null', 'r'));
    binding.closeDescriptor(ours);
    expect(isOpen(ours)).toBe(true);
    for (const fd of taken) closeSync(fd);
  });

  test('closes no socket that has the number of a descriptor closed by other means', () => {
    const [ours] = openPair();
    closeSync(ours);
    const socket = openSocket();
    binding.closeDescriptor(ours);
    expect(socket.receive(0)).toBeUndefined();
  });

  test('closes no descriptor of other code', () => {
    const file = openSync('/dev/null', 'r');
    binding.closeDescriptor(file);
    expect(isOpen(file)).toBe(true);
    closeSync(file);
    expect(() => binding.closeDescriptor(-1)).toThrow(TypeError);
  });
});
