import { describe, expect, test } from 'vitest';
import { movedCounters, readCounters } from '../../../src/host/counters.js';
import { fakeHost } from '../../support/fakeHost.js';
import { FakeKernel } from '../../support/fakeKernel.js';

/** The contents of the kernel's tables. The fourth table has one line a processor, in hex. */
interface Tables {
  readonly missed: number;
  readonly rcvbuf: number;
  readonly listen: number;
  readonly backlog: string;
  readonly routes6: number;
}

const NOTHING: Tables = { missed: 7, rcvbuf: 3, listen: 0, backlog: '0000000f', routes6: 0 };

function read(tables: Partial<Tables> = {}, more: Record<string, string> = {}) {
  const { missed, rcvbuf, listen, backlog, routes6 } = { ...NOTHING, ...tables };
  const { files } = fakeHost(new FakeKernel(), {
    'sys/class/net/eth0/statistics/rx_missed_errors': `${missed}\n`,
    'sys/class/net/eth0/statistics/tx_dropped': '1\n',
    'proc/net/snmp':
      'Ip: InReceives OutDiscards OutNoRoutes\nIp: 9 1 0\n' +
      `Udp: InDatagrams NoPorts RcvbufErrors\nUdp: 480 0 ${rcvbuf}\n`,
    'proc/net/netstat': `TcpExt: SyncookiesSent ListenDrops TCPBacklogDrop\nTcpExt: 0 ${listen} 0\n`,
    'proc/net/snmp6': `Ip6InReceives                   \t9\nIp6OutNoRoutes                  \t${routes6}\n`,
    'proc/net/softnet_stat': `00000143 00000001 00000000\n0001104a ${backlog} 00000000\n`,
    ...more,
  });
  return readCounters(files);
}

describe('movedCounters', () => {
  test('prints nothing when no counter changed', () => {
    expect(read().size).toBe(9);
    expect(movedCounters(read(), read())).toEqual([]);
  });

  test('prints one line for each changed counter: the change, and what a capture sees of it', () => {
    const after = read({ missed: 127, rcvbuf: 4, listen: 5, backlog: '0000001f', routes6: 2 });
    expect(movedCounters(read(), after)).toEqual([
      'eth0: 120 packets lost in the network card, which had no buffer for them (rx_missed_errors): no drop monitor sees them',
      "16 packets dropped before the stack, a processor's backlog was full (softnet_stat): seen here as CPU_BACKLOG",
      "1 UDP datagram dropped, the socket's receive buffer was full (Udp RcvbufErrors): seen here as SOCKET_RCVBUFF",
      '5 TCP connections refused by a listening socket, mostly for a full queue (TcpExt ListenDrops): their SYNs are not seen here',
      '2 IPv6 packets not sent, no route was found (Ip6OutNoRoutes): not seen here, they had no link-layer header',
    ]);
  });

  test('skips a device that was added, removed, or made again in the meantime', () => {
    const more = { 'sys/class/net/new0/statistics/rx_dropped': '50\n' };
    expect(movedCounters(read(), read({}, more))).toEqual([]);
    expect(movedCounters(read({}, more), read())).toEqual([]);
    expect(movedCounters(read(), read({ missed: 0 }))).toEqual([]);
  });

  test('ignores files that are missing or malformed', () => {
    const { files } = fakeHost(new FakeKernel(), { 'proc/net/snmp': 'Udp: RcvbufErrors\nTcp: x\n\n' });
    expect(readCounters(files)).toEqual(new Map());
  });
});
