import { describe, expect, test } from 'vitest';
import { dwdumpAlerts, isAlertOf } from './judges.js';
import { KINDS, ofKind } from './kinds.js';
import { readPcapngFile } from '../support/pcapngReference.js';
import { machine } from './machine.js';

const ISB_IFDROP = 5;

const NOTHING_LOST = ['0 queue drops', '0 overruns', '0 malformed alerts'];

describe.each(['6.12', '6.1'])('dropcap on Linux %s', (kernel) => {
  const steps = [
    'all',
    'recorded',
    'options',
    'output',
    'symbols',
    'devices',
    'jumbo',
    'stale',
    'endings',
    'refused',
    'quickstart',
    'filtered',
    'hardware',
  ];
  const guest = machine(kernel, steps);

  test.each(KINDS)('has every $kind drop, with its reason, place, interface and link type', (expected) => {
    const drops = ofKind(guest.drops('all.pcapng'), expected.kind);
    expect(drops).toHaveLength(expected.number);
    const tags = drops.map((drop) => /dropcap-\w+-(\d+)/.exec(drop.bytes.toString('latin1'))![1]);
    // Alerts of different processors are not in the order of their drops.
    expect(new Set(tags)).toEqual(new Set(Array.from({ length: expected.number }, (_, i) => `${i + 1}`)));
    for (const drop of drops) {
      expect(drop).toMatchObject({
        linkType: expected.linkType,
        length: expected.length,
        interfaceName: expected.device,
        malformed: false,
      });
      expect(drop.comment).toMatch(
        new RegExp(
          `^dropcap: reason=${expected.reason} symbol=${expected.symbol}\\+0x[0-9a-f]+/0x[0-9a-f]+ `,
        ),
      );
      expect(drop.comment).toMatch(
        new RegExp(
          ` pc=0xffffffff[0-9a-f]{8} if=${expected.device} ifindex=\\d+ proto=0x(0800|86dd) origin=sw class=${expected.class}$`,
        ),
      );
    }
  });

  test('names the module of a firewall drop', () => {
    expect(ofKind(guest.drops('all.pcapng'), 'nft')[0]!.comment).toContain(' module=nf_tables ');
  });

  // Compares without order: alerts of two processors may reach two sockets in different orders.
  test('saw the same packets as dwdump, which ran at the same time', () => {
    const isOurs = (bytes: Buffer) => bytes.includes('dropcap-');
    const packets = guest.drops('all.pcapng').flatMap((drop) => (isOurs(drop.bytes) ? [drop.bytes] : []));
    const alerts = dwdumpAlerts(guest.path('all-dwdump.pcap')).filter(isOurs);
    expect([packets.length, alerts.length]).toEqual([20, 20]);
    const places = packets.map((packet) => alerts.findIndex((alert) => isAlertOf(alert, packet)));
    expect(places.toSorted((a, b) => a - b)).toEqual([...packets.keys()]);
  });

  test('counts what it captured, and nothing lost', () => {
    expect(guest.status('all')).toBe(0);
    const [, captured, written, ...rest] = guest.text('all.err').trimEnd().split('\n');
    const inFile = guest.drops('all.pcapng').length;
    expect([captured, written]).toEqual([`${inFile} drops captured`, `${inFile} drops written`]);
    // The answers to the 3 datagrams over IPv6 have no return route.
    expect(rest).toEqual([
      ...NOTHING_LOST,
      expect.stringMatching(/^3 IPv6 packets not sent, no route was found \(Ip6OutNoRoutes\)/),
    ]);
  });

  test('configures the monitor, and at the end turns it off and restores its settings', () => {
    expect(guest.text('all-during.out')).toBe(
      'Alert mode: packet\nTruncation length: 0\nQueue length: 2000\n',
    );
    expect(guest.text('all-after.out')).toBe(guest.text('all-before.out'));
    expect(guest.status('all-again')).toBe(0);
  });

  test('lets the kernel truncate packets, and reports their original length', () => {
    expect(guest.status('truncated')).toBe(0);
    const large = guest.drops('truncated.pcapng').find((drop) => drop.length === 1442);
    expect(large!.bytes).toHaveLength(64);
  });

  test('ends after a count, after a time, and at SIGTERM', () => {
    expect([guest.status('counted'), guest.status('duration'), guest.status('truncated')]).toEqual([0, 0, 0]);
    expect(guest.drops('counted.pcapng')).toHaveLength(3);
  });

  test('prints lines', () => {
    const lines = guest.text('lines.out').trimEnd().split('\n');
    expect(lines.filter((line) => line.includes('42001: UDP, length 14'))).toHaveLength(5);
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^\d\d:\d\d:\d\d\.\d{6} dc0 NETFILTER_DROP nft_do_chain\+0x\w+\/0x\w+\[nf_tables\] IP 10\.77\.0\.2\.\d+ > 10\.77\.0\.1\.42004: UDP, length 13$/,
      ),
    );
  });

  test('writes a whole capture to a pipe', () => {
    expect(ofKind(guest.drops('piped.out'), 'loopback')).toHaveLength(2);
  });

  test('reads the same drops from a recording that tcpdump made on an nlmon device at the same time', () => {
    expect([guest.status('recorded'), guest.status('converted')]).toEqual([0, 0]);
    const facts = (name: string) =>
      guest
        .drops(name)
        .filter((drop) => drop.bytes.includes('dropcap-'))
        .map((drop) => [
          drop.bytes.toString('hex'),
          drop.length,
          drop.linkType,
          drop.comment.replace(/ if=\S+/, ''),
        ])
        .toSorted(([one], [other]) => `${one}`.localeCompare(`${other}`));
    expect(facts('recorded.pcapng')).toHaveLength(20);
    expect(facts('converted.pcapng')).toEqual(facts('recorded.pcapng'));
  });

  test('is read live from a pipe by dumpcap, which reads pipes for Wireshark', () => {
    const comments = guest.drops('live.pcapng').map((drop) => drop.comment);
    expect(comments).toHaveLength(5);
    for (const comment of comments) expect(comment).toMatch(/^dropcap: reason=NO_SOCKET /);
  });

  test('names the whole symbol where the kernel cuts it, after it loaded the symbols', () => {
    const drops = ofKind(guest.drops('symbols.pcapng'), 'symbols');
    expect(drops[0]!.comment).toContain(' symbol=__netif_receive_skb_core.constprop.0+0x pc=');
    expect(drops.at(-1)!.comment).toMatch(
      /^dropcap: reason=UNHANDLED_PROTO symbol=__netif_receive_skb_core\.constprop\.0\+0x[0-9a-f]+\/0x[0-9a-f]+ pc=/,
    );
  });

  test("resolves a recording's addresses by a copy of its kernel's symbols, and omits symbols when asked to", () => {
    expect(guest.status('without-pc')).toBe(0);
    const comments = (name: string) => guest.drops(name).map((drop) => drop.comment.replace(/ pc=\S+/, ''));
    expect(guest.drops('without-pc.pcapng').map((drop) => drop.comment)).toEqual(
      comments('converted.pcapng'),
    );
  });

  test('knows the name of a device that is created and renamed during the capture', () => {
    const [drop] = ofKind(guest.drops('devices.pcapng'), 'devices');
    expect(drop).toMatchObject({ interfaceName: 'late0', linkType: 1 });
    expect(drop!.comment).toContain(' if=late0 ');
  });

  test('captures a whole packet of almost 64 KiB', () => {
    const jumbo = guest.drops('jumbo.pcapng').find((drop) => drop.length === 65_042);
    expect(jumbo!.bytes).toHaveLength(65_042);
    expect(guest.text('jumbo.err').split('\n').slice(3, 6)).toEqual(NOTHING_LOST);
  });

  test('joins monitoring that a program left on, and turns it off when asked to', () => {
    expect(guest.text('stale-joined.err')).toContain('another program monitors already: joined it');
    expect([guest.status('stale-joined'), guest.status('stop')]).toEqual([0, 0]);
    expect(guest.text('stale-after.err')).not.toContain('joined');
  });

  test.each(['3', '5', '7', '9', '11', '13', 'last'])(
    'leaves the monitor off when a signal ends it at any moment (%s)',
    (moment) => {
      expect(guest.text(`ending-${moment}.err`)).toContain('0 drops captured');
      expect(guest.status(`ending-${moment}`)).toBe(0);
    },
  );

  test('ends at once when its output is full, and continues when standard error cannot be written', () => {
    expect(guest.status('full')).toBe(1);
    expect(guest.text('full.err')).toMatch(/cannot write \/dev\/full: .*no space is left/);
    expect(guest.status('unheard')).toBe(0);
    expect(guest.drops('unheard.pcapng')).toHaveLength(0);
  });

  test('names the permission that an ordinary user lacks, and exits with 3', () => {
    expect(guest.status('user')).toBe(3);
    expect(guest.text('user.err')).toMatch(
      /^dropcap: cannot listen for alerts: .*Operation not permitted.*run as root.*dropcap doctor.*\n$/,
    );
    expect(guest.status('list')).toBe(0);
  });

  test('reports that another network namespace has no monitor, and exits with 4', () => {
    expect(guest.status('namespace')).toBe(4);
    expect(guest.text('namespace.err')).toMatch(/^dropcap: .*first network namespace.*nsenter.*\n$/);
  });

  test("the library's sample writes only what its stages let through", () => {
    expect([guest.text('filtered.err'), guest.status('filtered')]).toEqual(['', 0]);
    expect(guest.text('filtered.out')).toMatch(
      /^3 of \d+ drops written; removed: \{"reason":\d+,"short packets":0\}\n$/,
    );
    const { packets } = readPcapngFile(guest.path('filtered.pcapng'));
    expect(packets).toHaveLength(3);
    for (const { comments } of packets) expect(comments[0]).toContain(' reason=NETFILTER_DROP ');
  });

  test('does the main job by `npm start`, live', () => {
    expect(guest.status('quickstart')).toBe(0);
    expect(guest.text('quickstart.out')).toMatch(/^Capturing from the kernel \(Linux /);
    const drops = guest.drops('drops.pcapng').filter((drop) => drop.comment.includes('reason=NO_SOCKET'));
    expect(drops).toHaveLength(3);
  });

  test('has the drops of a switch, with trap, group and the interface name that the kernel reports', () => {
    expect(guest.status('hardware')).toBe(0);
    const port = guest.text('hardware.port').trim();
    const drops = guest.drops('hardware.pcapng');
    expect(drops).toHaveLength(20);
    for (const drop of drops) {
      expect(drop).toMatchObject({ linkType: 1, length: 142, interfaceName: port });
      expect(drop.comment).toMatch(
        new RegExp(
          `^dropcap: trap=(fid_miss group=l2_drops|ttl_value_is_too_small group=l3_exceptions) if=${port} ifindex=\\d+ proto=0x0800 origin=hw( class=errors/l3/ttl-expired)?$`,
        ),
      );
    }
  });

  test("counts queue drops of hardware's queue, also in the file", () => {
    const text = guest.text('hardware-queue.err');
    const queueDrops = Number(/^(\d+) queue drops/m.exec(text)![1]);
    expect(queueDrops).toBeGreaterThan(0);
    expect(text).toContain(`${queueDrops} of the queue drops w`);
    const { statistics } = readPcapngFile(guest.path('hardware-queue.pcapng'));
    const lost = statistics.flatMap(({ options }) => options.filter(({ code }) => code === ISB_IFDROP));
    expect(lost.map(({ value }) => value.readBigUInt64LE())).toEqual([BigInt(queueDrops)]);
  });
});

describe('dropcap on a kernel without the module', () => {
  const guest = machine('6.12', ['absent'], '--without-module');

  test('reports how to load it, exits with 4, and leaves no file', () => {
    expect(guest.status('absent')).toBe(4);
    expect(guest.text('absent.err')).toMatch(
      /^dropcap: this kernel has no drop monitor \(type: modprobe drop_monitor; .*\n$/,
    );
    expect(guest.exists('absent.pcapng')).toBe(false);
  });

  test('does the main job by `npm start` from a recording, and reports that', () => {
    expect(guest.status('absent-quickstart')).toBe(0);
    expect(guest.text('absent-quickstart.out')).toMatch(/No live capture: .*\nReading a sample recording/);
    expect(guest.drops('drops.pcapng')).toHaveLength(98);
  });
});
