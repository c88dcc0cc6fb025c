import { type HostFiles, HOST_FILES, namesIn, readNumber, readText } from './files.js';

/** Counters that grow when packets are lost, in packets, by name: `eth0/rx_missed_errors`, `Udp/RcvbufErrors`. */
export type Counters = ReadonlyMap<string, number>;

/** Most devices whose counters are read: reading takes time for each. Further devices are ignored. */
const MAX_DEVICES = 1024;

/**
 * Counters of a device: name, and a text that follows the number of packets. The text says what happened to the
 * packets, then whether drop_monitor sees them.
 */
const DEVICE_COUNTERS: readonly (readonly [string, string])[] = [
  [
    'rx_missed_errors',
    'lost in the network card, which had no buffer for them (rx_missed_errors): no drop monitor sees them',
  ],
  [
    'rx_fifo_errors',
    'lost in the network card, which overflowed (rx_fifo_errors): no drop monitor sees them',
  ],
  ['rx_crc_errors', 'lost in the network card, for bad checksums (rx_crc_errors): no drop monitor sees them'],
  [
    'rx_dropped',
    "dropped in receiving (rx_dropped): the kernel's drops are seen here, the driver's own are not",
  ],
  ['tx_dropped', 'dropped in sending (tx_dropped): drops of the driver or of the card may not be seen here'],
];

interface StackCounter {
  /** Table and name in `/proc/net/snmp` or `/proc/net/netstat`. The tables `Ip6` and `Udp6` are in `/proc/net/snmp6`. */
  readonly key: string;
  readonly one: string;
  readonly many: string;
  readonly text: string;
}

/**
 * Counters of the network stack. "seen here" was tested on Linux 6.12 and 6.1, except for the two backlogs. A SYN that
 * finds the queue full is not seen: the kernel frees it with consume_skb() (tcp_rcv_state_process() of
 * net/ipv4/tcp_input.c). A packet being sent has no link-layer header until it is queued for a device: the drop monitor
 * skips it before that.
 */
const STACK_COUNTERS: readonly StackCounter[] = [
  {
    key: 'softnet/dropped',
    one: 'packet',
    many: 'packets',
    text: "dropped before the stack, a processor's backlog was full (softnet_stat): seen here as CPU_BACKLOG",
  },
  {
    key: 'Udp/RcvbufErrors',
    one: 'UDP datagram',
    many: 'UDP datagrams',
    text: "dropped, the socket's receive buffer was full (Udp RcvbufErrors): seen here as SOCKET_RCVBUFF",
  },
  {
    key: 'Udp6/RcvbufErrors',
    one: 'UDP datagram over IPv6',
    many: 'UDP datagrams over IPv6',
    text: "dropped, the socket's receive buffer was full (Udp6RcvbufErrors): seen here as SOCKET_RCVBUFF",
  },
  {
    key: 'TcpExt/ListenDrops',
    one: 'TCP connection',
    many: 'TCP connections',
    text: 'refused by a listening socket, mostly for a full queue (TcpExt ListenDrops): their SYNs are not seen here',
  },
  {
    key: 'TcpExt/TCPBacklogDrop',
    one: 'TCP segment',
    many: 'TCP segments',
    text: "dropped, the socket's backlog was full (TcpExt TCPBacklogDrop): seen here as SOCKET_BACKLOG",
  },
  ...(['Ip', 'Ip6'] as const).flatMap((table) => {
    const version = table === 'Ip' ? 'IPv4' : 'IPv6';
    const named = (name: string) => (table === 'Ip' ? `Ip ${name}` : `Ip6${name}`);
    return [
      {
        key: `${table}/OutNoRoutes`,
        one: `${version} packet`,
        many: `${version} packets`,
        text: `not sent, no route was found (${named('OutNoRoutes')}): not seen here, they had no link-layer header`,
      },
      {
        key: `${table}/OutDiscards`,
        one: `${version} packet`,
        many: `${version} packets`,
        text: `of this host discarded in sending (${named('OutDiscards')}): seen here if a queue was full, not if a firewall did it`,
      },
    ];
  }),
];

/** Reads the counters of this network namespace. Counters that cannot be read are left out. */
export function readCounters(files: HostFiles = HOST_FILES): Counters {
  const counters = new Map<string, number>();
  const devices = `${files.sys}/class/net`;
  for (const device of namesIn(devices).slice(0, MAX_DEVICES)) {
    for (const [name] of DEVICE_COUNTERS) {
      const value = readNumber(`${devices}/${device}/statistics/${name}`);
      if (value !== undefined) counters.set(`${device}/${name}`, value);
    }
  }
  const tables = new Map<string, number>();
  for (const name of ['snmp', 'netstat']) readTables(readText(`${files.proc}/net/${name}`) ?? '', tables);
  readSnmp6(readText(`${files.proc}/net/snmp6`) ?? '', tables);
  const dropped = backlogDrops(readText(`${files.proc}/net/softnet_stat`));
  if (dropped !== undefined) tables.set('softnet/dropped', dropped);
  for (const { key } of STACK_COUNTERS) {
    const value = tables.get(key);
    if (value !== undefined) counters.set(key, value);
  }
  return counters;
}

/**
 * One line for each counter that grew between two readings. Ignores a counter that only one reading has. Ignores a
 * counter that became smaller: its device was deleted and created again.
 */
export function movedCounters(before: Counters, after: Counters): string[] {
  const moved = (key: string) => {
    const start = before.get(key);
    return start === undefined ? 0 : after.get(key)! - start;
  };
  const lines: string[] = [];
  for (const key of after.keys()) {
    const slash = key.lastIndexOf('/');
    const text = DEVICE_COUNTERS.find(([name]) => name === key.slice(slash + 1))?.[1];
    const number = moved(key);
    if (text === undefined || number <= 0) continue;
    lines.push(`${key.slice(0, slash)}: ${number} ${number === 1 ? 'packet' : 'packets'} ${text}`);
  }
  for (const { key, one, many, text } of STACK_COUNTERS) {
    const number = after.has(key) ? moved(key) : 0;
    if (number > 0) lines.push(`${number} ${number === 1 ? one : many} ${text}`);
  }
  return lines;
}

/** Reads pairs of lines, names then values: `Udp: InDatagrams NoPorts ...`, `Udp: 480 0 ...`. */
function readTables(text: string, into: Map<string, number>): void {
  const lines = text.split('\n');
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [table, ...names] = lines[i]!.split(' ');
    const [same, ...values] = lines[i + 1]!.split(' ');
    if (table !== same) return;
    names.forEach((name, j) => into.set(`${table!.replace(/:$/, '')}/${name}`, Number(values[j])));
  }
}

/** Reads one counter a line: `Udp6RcvbufErrors   0`. */
function readSnmp6(text: string, into: Map<string, number>): void {
  for (const [, table, name, value] of text.matchAll(/^([A-Za-z]+6)(\w+)\s+(\d+)$/gm)) {
    into.set(`${table}/${name}`, Number(value));
  }
}

/** The sum of softnet_stat's second column. The file has a line for each processor, in hex: packets received, dropped, ... */
function backlogDrops(text: string | undefined): number | undefined {
  return text
    ?.split('\n')
    .map((line) => Number.parseInt(line.split(' ')[1] ?? '0', 16))
    .reduce((sum, dropped) => sum + dropped, 0);
}
