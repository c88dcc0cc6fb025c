import { describe, expect, test } from 'vitest';
import { loadBinding } from '../../src/binding/load.js';
import { makeArenas, NETLINK_ROUTE, NETLINK_USERSOCK, numbered, openSocket } from './sockets.js';

const NETLINK_EXT_ACK = 11;
const NLMSG_DONE = 3;

/** nlmsghdr and ifinfomsg: length 32, RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, sequence 7. */
function linkDumpRequest(): Uint8Array {
  return new Uint8Array(new Uint32Array([32, 0x0301_0012, 7, 0, 0, 0, 0, 0]).buffer);
}

describe('openNetlinkSocket', () => {
  test('gives each socket another port id', () => {
    const [a, b] = [openSocket(), openSocket()];
    expect(a.portId).toBeGreaterThan(0);
    expect(b.portId).not.toBe(a.portId);
  });

  test('reports twice the wanted receive buffer, as the kernel does', () => {
    expect(openSocket(65_536).receiveBufferBytes).toBe(131_072);
  });

  test('limits a too large receive buffer to the largest possible one', () => {
    expect(openSocket(2 ** 53).receiveBufferBytes).toBeGreaterThan(openSocket().receiveBufferBytes);
  });

  test('throws an error with syscall, errno and code for a protocol that does not exist', () => {
    expect(() => openSocket(0, 255)).toThrow(
      expect.objectContaining({
        message: 'socket(AF_NETLINK): Protocol not supported',
        syscall: 'socket',
        errno: 93,
        code: 'EPROTONOSUPPORT',
      }),
    );
  });
});

describe('NetlinkSocket', () => {
  test('can be closed twice, and keeps its port id, buffer size and counters', () => {
    const socket = openSocket();
    const { portId, receiveBufferBytes } = socket;
    socket.close();
    socket.close();
    expect(socket).toMatchObject({ portId, receiveBufferBytes });
    expect(socket.counters()).toEqual({
      messages: 0,
      bytes: 0,
      overruns: 0,
      cut: 0,
      arenaWaits: 0,
      notFromKernel: 0,
    });
  });

  test('receives the whole answer to a dump request', () => {
    const socket = openSocket(0, NETLINK_ROUTE);
    socket.send(linkDumpRequest());
    const types: number[] = [];
    while (!types.includes(NLMSG_DONE)) {
      const datagram = socket.receive(1000);
      if (datagram === undefined) throw new Error('no answer');
      const view = new DataView(datagram.buffer);
      const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
      for (let at = 0; at < datagram.length; at += (view.getUint32(at, littleEndian) + 3) & ~3) {
        expect(view.getUint32(at + 8, littleEndian)).toBe(7);
        types.push(view.getUint16(at + 4, littleEndian));
      }
    }
    expect(types.length).toBeGreaterThan(1);
  });

  test.each([1, 16, 4096, 65_600, 200_000])('receives a datagram of %i bytes whole', (length) => {
    const [sender, receiver] = [openSocket(), openSocket(1 << 20)];
    sender.send(numbered(1, length), receiver.portId);
    expect(Buffer.compare(receiver.receive(1000) ?? new Uint8Array(), numbered(1, length))).toBe(0);
  });

  test('returns undefined when no message comes before the time-out', () => {
    const socket = openSocket();
    const started = performance.now();
    expect(socket.receive(0)).toBeUndefined();
    expect(socket.receive(30)).toBeUndefined();
    expect(performance.now() - started).toBeGreaterThanOrEqual(29);
  });

  test('sends only the part of a buffer that the view covers', () => {
    const [sender, receiver] = [openSocket(), openSocket()];
    sender.send(Buffer.from('head body tail').subarray(5, 9), receiver.portId);
    expect(Buffer.from(receiver.receive(1000) ?? []).toString()).toBe('body');
  });

  test('sets an option', () => {
    expect(() => openSocket().setOption(NETLINK_EXT_ACK, 1)).not.toThrow();
  });

  test('throws an error that names an option unknown to the kernel', () => {
    expect(() => openSocket().setOption(9999, 1)).toThrow(
      'setsockopt(SOL_NETLINK, 9999): Protocol not available',
    );
  });

  test('throws when no socket has the port id', () => {
    const [sender, gone] = [openSocket(), openSocket()];
    gone.close();
    expect(() => sender.send(numbered(1, 16), gone.portId)).toThrow(
      expect.objectContaining({ syscall: 'sendto', errno: 111, code: 'ECONNREFUSED' }),
    );
  });

  test.each<[string, (socket: ReturnType<typeof openSocket>) => void]>([
    ['setOption', (socket) => socket.setOption(NETLINK_EXT_ACK, 1)],
    ['joinGroup', (socket) => socket.joinGroup(1)],
    ['leaveGroup', (socket) => socket.leaveGroup(1)],
    ['send', (socket) => socket.send(numbered(1, 16))],
    ['receive', (socket) => socket.receive(0)],
    ['startReceiving', (socket) => socket.startReceiving(makeArenas(1, 1, 64), true, () => {})],
    ['release', (socket) => socket.release(0)],
    ['stopReceiving', (socket) => socket.stopReceiving()],
  ])('%s throws when the socket is closed', (_name, call) => {
    const socket = openSocket();
    socket.close();
    expect(() => call(socket)).toThrow('the netlink socket is closed');
  });

  test('throws when a method is called on another object', () => {
    const counters: unknown = Reflect.get(openSocket(), 'counters');
    if (typeof counters !== 'function') throw new Error('counters is no method');
    for (const other of [{}, undefined, new Date()]) {
      expect(() => Reflect.apply(counters, other, [])).toThrow('Illegal invocation');
    }
  });
});

describe('bad arguments throw a TypeError', () => {
  const [arena] = makeArenas(1, 1, 64);
  const bytes = new Uint8Array(64);
  const index = new Uint32Array(2);
  const start = (arenas: unknown, kernelOnly: unknown = true, listener: unknown = () => {}) =>
    ['startReceiving', arenas, kernelOnly, listener] as const;

  test.each<readonly [string, readonly [string, ...unknown[]]]>([
    ['an option that is text', ['setOption', '1', 1]],
    ['a value that is not an integer', ['setOption', 1, 1.5]],
    ['a value beyond 32 bits', ['setOption', 1, 2 ** 31]],
    ['no group', ['joinGroup']],
    ['group 0', ['joinGroup', 0]],
    ['a group that is NaN', ['leaveGroup', NaN]],
    ['a message that is text', ['send', 'text']],
    ['a message of words', ['send', new Uint16Array(4)]],
    ['a negative port id', ['send', bytes, -1]],
    ['a port id that is null', ['send', bytes, null]],
    ['groups beyond 32 bits', ['send', bytes, 0, 2 ** 32]],
    ['no time-out', ['receive']],
    ['a negative time-out', ['receive', -1]],
    ['an infinite time-out', ['receive', Infinity]],
    ['an arena number that is text', ['release', '0']],
    ['a negative arena number', ['release', -1]],
    ['no arenas at all', ['startReceiving']],
    ['zero arenas', start([])],
    ['arenas that are no array', start({ 0: arena, length: 1 })],
    ['an arena that is null', start([null])],
    ['an arena without bytes', start([{ index }])],
    ['an arena without index', start([{ bytes }])],
    ['bytes that are words', start([{ bytes: new Uint32Array(64), index }])],
    ['an index of bytes', start([{ bytes, index: new Uint8Array(8) }])],
    ['an index of signed words', start([{ bytes, index: new Int32Array(2) }])],
    ['an empty index', start([{ bytes, index: new Uint32Array(0) }])],
    ['an index of odd length', start([{ bytes, index: new Uint32Array(3) }])],
    ['slots below 64 bytes', start([{ bytes: new Uint8Array(127), index: new Uint32Array(4) }])],
    ['one bad arena among good ones', start([arena, { bytes, index: new Uint32Array(1) }])],
    ['kernelOnly that is a number', start([arena], 1)],
    ['a listener that is no function', start([arena], true, {})],
  ])('%s', (_name, [method, ...args]) => {
    const socket = openSocket();
    expect(() => Reflect.apply(Reflect.get(socket, method), socket, args)).toThrow(TypeError);
  });

  test.each<readonly [string, readonly unknown[]]>([
    ['no protocol', []],
    ['a protocol that is text', ['2', 0]],
    ['no receive buffer', [NETLINK_USERSOCK]],
    ['a negative receive buffer', [NETLINK_USERSOCK, -1]],
  ])('%s', (_name, args) => {
    expect(() => Reflect.apply(Reflect.get(loadBinding(), 'openNetlinkSocket'), undefined, args)).toThrow(
      TypeError,
    );
  });
});
