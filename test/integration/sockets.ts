import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadBinding } from '../../src/binding/load.js';
import type { MessageArena, NetlinkSocket } from '../../src/binding/contract.js';
import { afterEach } from 'vitest';

export const NETLINK_ROUTE = 0;
/** The netlink protocol for messages between user-space sockets. */
export const NETLINK_USERSOCK = 2;

const opened: NetlinkSocket[] = [];

afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

/** Opens a socket that is closed after the test. */
export function openSocket(receiveBufferBytes = 0, protocol = NETLINK_USERSOCK): NetlinkSocket {
  const socket = loadBinding().openNetlinkSocket(protocol, receiveBufferBytes);
  opened.push(socket);
  return socket;
}

export function makeArenas(count: number, slots: number, slotBytes: number): MessageArena[] {
  return Array.from({ length: count }, () => ({
    bytes: new Uint8Array(slots * slotBytes),
    index: new Uint32Array(slots * 2),
  }));
}

/** Copies of the first `count` messages of an arena. */
export function messagesOf(arena: MessageArena | undefined, count: number): Uint8Array[] {
  if (arena === undefined) throw new Error('no such arena');
  return Array.from({ length: count }, (_, i) => {
    const [offset = 0, length = 0] = arena.index.subarray(2 * i);
    return arena.bytes.slice(offset, offset + length);
  });
}

export interface Collected {
  /** Copies, in the order of arrival. */
  readonly messages: Uint8Array[];
  /** The value of each end that was reported. */
  readonly ends: number[];
}

/** Starts receiving. Copies each message, and releases its arena at once. */
export function collect(socket: NetlinkSocket, arenas: MessageArena[], kernelOnly = false): Collected {
  const collected: Collected = { messages: [], ends: [] };
  socket.startReceiving(arenas, kernelOnly, (arena, value) => {
    if (arena === -1) {
      collected.ends.push(value);
      return;
    }
    collected.messages.push(...messagesOf(arenas[arena], value));
    socket.release(arena);
  });
  return collected;
}

/** Waits until `condition` is true, for at most 5 seconds. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within 5 s: ${condition.toString()}`);
    await sleep(1);
  }
}

/** A message of `length` bytes whose content depends on `number` and on the position of each byte. */
export function numbered(number: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (number * 31 + i * 7 + (i >> 8)) & 0xff);
}

/**
 * Sends to a multicast group (1 to 32). netlink_sendmsg multicasts first, then sends to port id 0. The second step fails,
 * because the kernel does not listen for NETLINK_USERSOCK; the group's members then already have the message.
 */
export function multicast(socket: NetlinkSocket, message: Uint8Array, group: number): void {
  try {
    socket.send(message, 0, (1 << (group - 1)) >>> 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED')) throw error;
  }
}

/** The /proc status of each receive thread of this process. A thread stays listed for a moment after its end. */
export function receiveThreads(): string[] {
  const statuses = readdirSync('/proc/self/task').map((id) => {
    try {
      return readFileSync(`/proc/self/task/${id}/status`, 'utf8');
    } catch {
      return '';
    }
  });
  return statuses.filter((status) => status.startsWith('Name:\tdropcap-recv\n'));
}
