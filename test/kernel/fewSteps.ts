import { expect, test } from 'vitest';
import { type CapturedDrop, dwdumpAlerts, isAlertOf } from './judges.js';
import { type KindOfDrops, ofKind } from './kinds.js';
import type { Guest } from './machine.js';

/** The steps of guest.sh that `judge` needs. */
export const STEPS: readonly string[] = ['all', 'options', 'symbols', 'reduced'];

/** The monitor is off: nothing refers to its module. */
const OFF = '0\n';

interface Row {
  readonly drops: number;
  readonly reason?: string;
  readonly symbol?: string;
}

/** Tests of what dropcap must do on each kernel. `reasons`: whether this kernel gives drop reasons. */
export function judge(guest: Guest, kinds: readonly KindOfDrops[], reasons: boolean): void {
  const [udp4, , , nft] = kinds;
  // tshark takes seconds: read the file once.
  let read: CapturedDrop[] | undefined;
  const allDrops = () => (read ??= guest.drops('all.pcapng'));

  test.each(kinds)('has every $kind drop, with its reason, place, interface and link type', (expected) => {
    const found = ofKind(allDrops(), expected.kind);
    expect(found).toHaveLength(expected.number);
    const { linkType, length, device: interfaceName } = expected;
    const reason = expected.reason === undefined ? '' : `reason=${expected.reason} `;
    const end = expected.class === undefined ? 'origin=sw' : `origin=sw class=${expected.class}`;
    const comment = new RegExp(
      `^dropcap: ${reason}symbol=${expected.symbol}\\+0x[0-9a-f]+/0x[0-9a-f]+ .*ifindex=\\d+ .*${end}$`,
    );
    for (const drop of found) {
      expect(drop).toMatchObject({ linkType, length, interfaceName, malformed: false });
      expect(drop.comment).toMatch(comment);
    }
  });

  test('saw the same packets as dwdump, which ran at the same time', () => {
    const isOurs = (bytes: Buffer) => bytes.includes('dropcap-');
    const packets = allDrops().flatMap((drop) => (isOurs(drop.bytes) ? [drop.bytes] : []));
    const alerts = dwdumpAlerts(guest.path('all-dwdump.pcap')).filter(isOurs);
    expect([packets.length, alerts.length]).toEqual([20, 20]);
    const places = packets.map((packet) => alerts.findIndex((alert) => isAlertOf(alert, packet)));
    expect(places.toSorted((a, b) => a - b)).toEqual([...packets.keys()]);
  });

  test('loses nothing, knows every attribute, and restores the settings', () => {
    const text = guest.text('all.err');
    expect([guest.status('all'), text]).toEqual([
      0,
      expect.stringContaining('\n0 queue drops\n0 overruns\n0 malformed alerts\n'),
    ]);
    expect(text).not.toContain('unknown attribute');
    expect(guest.text('all-during.out')).toContain('Alert mode: packet\n');
    expect(guest.text('all-after.out')).toBe(guest.text('all-before.out'));
  });

  test('ends after a count, after a time, at SIGINT and at SIGTERM; cuts packets as asked', () => {
    const ends = ['counted', 'duration', 'all', 'truncated'];
    expect(ends.map((step) => guest.status(step))).toEqual([0, 0, 0, 0]);
    expect(guest.drops('counted.pcapng')).toHaveLength(3);
    const large = guest.drops('truncated.pcapng').find((drop) => drop.length === 1442);
    expect(large!.bytes).toHaveLength(64);
  });

  test('names the whole symbol', () => {
    const comments = ofKind(guest.drops('symbols.pcapng'), 'symbols').map((drop) => drop.comment);
    expect(comments.at(-1)).toMatch(
      /^dropcap: (reason=UNHANDLED_PROTO )?symbol=__netif_receive_skb_core(\.constprop\.0)?\+0x[0-9a-f]+\/0x[0-9a-f]+ pc=/,
    );
    expect(comments.at(-1)!.includes(' reason=')).toBe(reasons);
  });

  const rowsOf = (name: string) =>
    (JSON.parse(guest.text(`${name}.out`).trimEnd().split('\n').at(-1)!) as { rows: Row[] }).rows;
  const atPlace = (name: string, place: string) =>
    rowsOf(name)
      .filter(({ symbol }) => new RegExp(`^${place}\\+`).test(symbol ?? ''))
      .map(({ drops, reason }) => [drops, reason]);

  test('joins dropwatch in summary mode, and counts its drops', () => {
    expect(guest.text('joined.err')).toContain('another program monitors already: joined it');
    expect([guest.status('joined'), guest.status('stop')]).toEqual([0, 0]);
    expect(atPlace('joined', udp4!.symbol)).toEqual([[5, undefined]]);
    expect(atPlace('joined', nft!.symbol)).toEqual([[3, undefined]]);
  });

  test('sums drops up by place and reason, and turns the monitor off', () => {
    expect(atPlace('summary', udp4!.symbol)).toEqual([[5, udp4!.reason]]);
    expect(atPlace('summary', nft!.symbol)).toEqual([[3, nft!.reason]]);
    expect([guest.status('summary'), guest.text('summary.refcnt')]).toEqual([0, OFF]);
  });

  test('doctor says whether the kernel gives reasons', () => {
    expect(guest.status('doctor')).toBe(0);
    const { checks } = JSON.parse(guest.text('doctor.out')) as {
      checks: { name: string; result: string; text: string }[];
    };
    const check = checks.find(({ name }) => name === 'drop reasons');
    expect([check?.result, check?.text]).toEqual(
      reasons
        ? ['ok', 'the kernel gives them']
        : ['note', 'this kernel gives none: Linux 5.18 is the first that does'],
    );
  });
}
