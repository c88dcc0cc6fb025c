import { describe, expect, test } from 'vitest';
import { KindTable } from '../../../src/drop/kind.js';
import {
  FRAMING_CAN,
  FRAMING_ETHERNET,
  FRAMING_IPOIB,
  FRAMING_RAW,
  FRAMING_SLL,
  FRAMING_SLL2,
  FRAMING_SLL_WHOLE,
} from '../../../src/linktype/framing.js';
import { removeRepeats } from '../../../src/stage/dedupe.js';
import { limitRate } from '../../../src/stage/rateLimit.js';
import { sampleDrops } from '../../../src/stage/sample.js';
import type { Stage } from '../../../src/stage/stage.js';
import { ethernet, fromHex, ipv4, ipv6 } from '../../support/packetBytes.js';
import { batchOfRows, type DropRow, START_NS } from '../../support/rows.js';

const SECOND = 1e9;
const udp = ethernet(0x0800, ipv4());

/** A copy of a packet with one byte changed. */
function changed(packet: Uint8Array, at: number, value: number): Uint8Array {
  const copy = Uint8Array.from(packet);
  copy[at] = value;
  return copy;
}

/** The drops that stay: time in nanoseconds after START_NS, equal drops left out before, losses before. */
function kept(stage: Stage, rows: readonly DropRow[], kinds = new KindTable()): number[][] {
  const batch = stage.process(batchOfRows(rows, kinds));
  return Array.from(batch ?? [], (drop) => [
    Number(drop.timestampNs - START_NS),
    drop.repeatedBefore,
    drop.lostBefore,
  ]);
}

/** How many of these packets pass, all at the same time. */
function different(packets: readonly Uint8Array[], row: Omit<DropRow, 'packet'> = {}): number {
  return kept(
    removeRepeats(),
    packets.map((packet) => ({ packet, ...row })),
  ).length;
}

describe('removeRepeats', () => {
  test('keeps the first of equal drops a second; the next one has the number of the others', () => {
    const stage = removeRepeats();
    const times = [0, 1, SECOND - 1, SECOND, SECOND + 5, 2 * SECOND - 1, 2 * SECOND, 3 * SECOND];
    expect(
      kept(
        stage,
        times.map((at) => ({ packet: udp, at })),
      ),
    ).toEqual([
      [0, 0, 0],
      [SECOND, 2, 0],
      [2 * SECOND, 2, 0],
      [3 * SECOND, 0, 0],
    ]);
    expect(stage).toMatchObject({ name: 'dedupe', removed: 4, pendingLosses: 0 });
  });

  test('keeps the first N of them', () => {
    const stage = removeRepeats(3);
    const times = [0, 1, 2, 3, 4, SECOND];
    expect(
      kept(
        stage,
        times.map((at) => ({ packet: udp, at })),
      ),
    ).toEqual([
      [0, 0, 0],
      [1, 0, 0],
      [2, 0, 0],
      [SECOND, 2, 0],
    ]);
    expect(stage.removed).toBe(2);
  });

  test('counts across batches, and adds what a drop of a file says itself', () => {
    const [stage, kinds] = [removeRepeats(), new KindTable()];
    expect(kept(stage, [{ packet: udp, repeated: 4 }], kinds)).toEqual([[0, 4, 0]]);
    expect(kept(stage, [{ packet: udp, at: 1, repeated: 10, lost: 3 }], kinds)).toEqual([]);
    expect(stage.pendingLosses).toBe(3);
    expect(kept(stage, [{ packet: udp, at: SECOND, repeated: 100 }], kinds)).toEqual([[SECOND, 111, 3]]);
    const most = 0xffffffff;
    expect(kept(stage, [{ packet: udp, at: SECOND, repeated: most }], kinds)).toEqual([]);
    expect(kept(stage, [{ packet: udp, at: 2 * SECOND, repeated: most }], kinds)).toEqual([
      [2 * SECOND, most, 0],
    ]);
  });

  test('takes times that go backwards by less than a second for the same second', () => {
    const stage = removeRepeats();
    const times = [5 * SECOND, 5 * SECOND - 1, 4 * SECOND + 1, 4 * SECOND, 4 * SECOND + 1, 5 * SECOND];
    expect(
      kept(
        stage,
        times.map((at) => ({ packet: udp, at })),
      ),
    ).toEqual([
      [5 * SECOND, 0, 0],
      [4 * SECOND, 2, 0],
      [5 * SECOND, 1, 0],
    ]);
  });

  test('gives each flow a second of its own', () => {
    const other = changed(udp, 14 + 20 + 3, 10);
    const rows = [
      { packet: udp, at: 0 },
      { packet: other, at: SECOND / 2 },
      { packet: udp, at: SECOND },
      { packet: other, at: SECOND + 1 },
    ];
    expect(kept(removeRepeats(), rows).map(([at]) => at)).toEqual([0, SECOND / 2, SECOND]);
  });

  test('never leaves out the first drop of a flow, nor loses the total, when there are more flows than places', () => {
    const stage = removeRepeats();
    const kinds = new KindTable();
    const flows = 20_000;
    const packets = Array.from({ length: flows }, (_, i) => {
      const packet = Uint8Array.from(udp);
      packet.set([i >> 8, i & 0xff], 14 + 20);
      return packet;
    });
    let passed = 0;
    for (const [at, packet] of packets.entries()) passed += kept(stage, [{ packet, at }], kinds).length;
    expect(passed).toBe(flows);
    // A flow that was forgotten is a new flow.
    expect(kept(stage, [{ packet: packets[0]!, at: flows }], kinds)).toEqual([[flows, 0, 0]]);
    expect(kept(stage, [{ packet: packets[0]!, at: flows + 1 }], kinds)).toEqual([]);
    expect(kept(stage, [{ packet: packets.at(-1)!, at: flows + 2 }], kinds)).toEqual([]);
    expect(stage.removed).toBe(2);
  });

  test('begins anew with another table of kinds, whose numbers mean other kinds', () => {
    const stage = removeRepeats();
    expect(kept(stage, [{ packet: udp }])).toHaveLength(1);
    expect(kept(stage, [{ packet: udp, reason: 'OTHERHOST' }])).toHaveLength(1);
  });

  test('tells kinds apart', () => {
    const rows = ['NO_SOCKET', 'OTHERHOST', 'NO_SOCKET', 'OTHERHOST'].map((reason) => ({
      packet: udp,
      reason,
    }));
    expect(kept(removeRepeats(), rows)).toHaveLength(2);
  });

  const ip = 14;
  const fragment = changed(udp, ip + 7, 5);
  const v6 = ethernet(0x86dd, ipv6());
  const vlan = (id: string) => ethernet(0x8100, fromHex(id, '0800', ipv4().toString('hex')));
  const arp = fromHex('0001 0800 0604 0001 020000000002 0a000001 000000000000 0a000002');
  const requests = ethernet(0x0806, arp);
  const icmp = changed(udp, ip + 9, 1);
  const extended = ethernet(
    0x86dd,
    fromHex(
      '60000000 0010 00 40',
      'fd00',
      '00'.repeat(13),
      '01',
      'fd00',
      '00'.repeat(13),
      '02',
      '1100000000000000',
      '03e800090008ffff',
    ),
  );
  test.each([
    ['another payload', [udp, changed(udp, udp.length - 1, 0)], 1],
    ['another time to live and id', [udp, changed(changed(udp, ip + 8, 1), ip + 5, 7)], 1],
    ['other Ethernet addresses', [udp, changed(udp, 5, 9), changed(udp, 11, 9)], 1],
    ['another IPv4 source', [udp, changed(udp, ip + 15, 9)], 2],
    ['another IPv4 destination', [udp, changed(udp, ip + 19, 9)], 2],
    ['another protocol', [udp, changed(udp, ip + 9, 6)], 2],
    ['another source port', [udp, changed(udp, ip + 20, 9)], 2],
    ['another destination port', [udp, changed(udp, ip + 23, 10)], 2],
    ['later fragments, which have no ports', [fragment, changed(fragment, ip + 23, 10)], 1],
    ['a first and a later fragment', [udp, fragment], 2],
    [
      'another type and another code of ICMP',
      [icmp, changed(icmp, ip + 20, 8), changed(icmp, ip + 21, 9)],
      3,
    ],
    ['another rest of ICMP', [icmp, changed(icmp, ip + 23, 77)], 1],
    ['another IPv6 source and destination', [v6, changed(v6, ip + 23, 9), changed(v6, ip + 39, 9)], 3],
    ['another IPv6 port', [v6, changed(v6, ip + 40, 9)], 2],
    ['another port after an extension header', [extended, changed(extended, ip + 40 + 8 + 3, 7)], 2],
    ['another payload after an extension header', [extended, changed(extended, ip + 40 + 8 + 6, 7)], 1],
    ['another VLAN, and another priority', [vlan('0005'), vlan('0006'), vlan('e005'), udp], 3],
    ['another ARP target', [requests, changed(requests, ip + 27, 9), changed(requests, ip + 7, 2)], 3],
    ['another ARP target hardware address', [requests, changed(requests, ip + 18, 9)], 1],
    [
      'another Ethernet type and other addresses',
      ['88cc', '88cd'].flatMap((type) => [
        ethernet(Number.parseInt(type, 16), fromHex('00')),
        ethernet(Number.parseInt(type, 16), fromHex('01'), '020000000009'),
      ]),
      4,
    ],
    [
      'other contents of another Ethernet type',
      [ethernet(0x88cc, fromHex('00')), ethernet(0x88cc, fromHex('01'))],
      1,
    ],
  ])('%s', (_, packets, flows) => {
    expect(different([...packets, ...packets])).toBe(flows);
  });

  const bare = ipv4();
  const otherPort = changed(bare, 23, 10);
  const after = (bytes: number, last = '0800') =>
    [bare, otherPort].map((packet) => Buffer.concat([fromHex('00'.repeat(bytes - 2), last), packet]));
  test.each([
    ['raw IP', FRAMING_RAW, [bare, otherPort]],
    ['IPoIB', FRAMING_IPOIB, after(24)],
    ['cooked, whose header is not in the payload', FRAMING_SLL, [bare, otherPort]],
    [
      'cooked v2',
      FRAMING_SLL2,
      [bare, otherPort].map((packet) => Buffer.concat([fromHex('0800', '00'.repeat(18)), packet])),
    ],
    ['cooked, with its header', FRAMING_SLL_WHOLE, after(16)],
  ])('finds the flow in %s', (_, framing, packets) => {
    expect(different([...packets, ...packets], { framing })).toBe(2);
    expect(different([packets[0]!, packets[0]!], { framing })).toBe(1);
  });

  test('has only kind and protocol for other framings', () => {
    const frames = [fromHex('00000001'), fromHex('00000002')];
    expect(different(frames, { framing: FRAMING_CAN, protocol: 0x0c })).toBe(1);
    expect(
      kept(removeRepeats(), [
        { packet: frames[0]!, framing: FRAMING_CAN, protocol: 0x0c },
        { packet: frames[0]!, framing: FRAMING_CAN, protocol: 0x0d },
      ]),
    ).toHaveLength(2);
  });

  test.each([
    ['without bytes', fromHex('')],
    ['cut in the Ethernet header', udp.subarray(0, 13)],
    ['cut in the IP header', udp.subarray(0, 33)],
    ['cut in the ports', udp.subarray(0, 37)],
    ['with an IP header of less than 20 bytes', changed(udp, ip, 0x44)],
    ['with an IP header of version 5', changed(udp, ip, 0x55)],
    ['cut in an IPv6 header', v6.subarray(0, ip + 39)],
    ['cut in an extension header', extended.subarray(0, ip + 44)],
    ['cut in ARP', requests.subarray(0, ip + 27)],
    ['cut in a VLAN tag', vlan('0005').subarray(0, 17)],
  ])('keeps all packets %s', (_, packet) => {
    expect(different([packet, packet, packet], { framing: FRAMING_ETHERNET })).toBe(3);
  });

  test('reads no byte after a cut packet, where another packet is', () => {
    expect(different([udp.subarray(0, 37), fromHex('99'), udp.subarray(0, 37)])).toBe(3);
  });
});

describe('sampleDrops', () => {
  test('keeps every N-th drop, across batches, and moves losses', () => {
    const [stage, kinds] = [sampleDrops(3), new KindTable()];
    const rows = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => ({ packet: udp, at: from + i, lost: 1 }));
    expect(kept(stage, rows(1, 5), kinds)).toEqual([[3, 0, 3]]);
    expect(kept(stage, rows(5, 6), kinds)).toEqual([]);
    expect(kept(stage, rows(6, 11), kinds)).toEqual([
      [6, 0, 3],
      [9, 0, 3],
    ]);
    expect(stage).toMatchObject({ name: 'sample', removed: 7, pendingLosses: 1 });
  });

  test('of 1 keeps all', () => {
    expect(kept(sampleDrops(1), [{ packet: udp }, { packet: udp }])).toHaveLength(2);
  });
});

describe('limitRate', () => {
  test('keeps the first drops of each second, across batches', () => {
    const [stage, kinds] = [limitRate(2), new KindTable()];
    const rows = (...times: number[]) => times.map((at) => ({ packet: udp, at, lost: 1 }));
    expect(kept(stage, rows(0, 1, 2), kinds)).toEqual([
      [0, 0, 1],
      [1, 0, 1],
    ]);
    expect(kept(stage, rows(SECOND - 1, SECOND, SECOND + 1, SECOND + 2), kinds)).toEqual([
      [SECOND, 0, 3],
      [SECOND + 1, 0, 1],
    ]);
    expect(kept(stage, rows(SECOND / 2, 1, 0), kinds)).toEqual([[0, 0, 4]]);
    expect(stage).toMatchObject({ name: 'rate-limit', removed: 5, pendingLosses: 0 });
  });
});
