import { describe, expect, test } from 'vitest';
import { machineOf } from './machine.js';

/** Datagrams of a flood. */
const PACKETS = 20_000;
/** The drops of drops.sh by function and reason. */
const KNOWN: readonly (readonly [place: string, reason: string, drops: number])[] = [
  ['__udp4_lib_rcv', 'NO_SOCKET', 11],
  ['__udp6_lib_rcv', 'NO_SOCKET', 3],
  ['nft_do_chain', 'NETFILTER_DROP', 3],
  ['ip_rcv_core', 'OTHERHOST', 2],
  ['ip_local_deliver_finish', 'IP_NOPROTO', 1],
];
const OFF = '0\n';

interface Row {
  readonly drops: number;
  readonly reason?: string;
  readonly symbol?: string;
  readonly trap?: string;
  readonly class?: string;
}

interface Span {
  readonly type: string;
  readonly drops: number;
  readonly lost: number;
  readonly fullAlerts: number;
  readonly rows: readonly Row[];
  readonly queueDrops?: number;
  readonly overruns?: number;
}

describe.each(['6.12', '6.1'])('dropcap --summary on Linux %s', (kernel) => {
  const guest = machineOf('summary.sh', kernel, ['known', 'joined', 'flood']);
  const spans = (name: string) =>
    guest
      .text(`${name}.out`)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Span);
  const total = (name: string) => spans(name).at(-1)!;
  const settings = (name: string) => guest.text(`${name}.settings`);
  const drops = (rows: readonly Row[], place: string) =>
    rows.filter(({ symbol }) => symbol?.startsWith(`${place}+`)).reduce((sum, row) => sum + row.drops, 0);

  test.each(['packet', 'summary'])('counts known drops exactly by place (%s)', (mode) => {
    const { type, rows, lost } = total(`known-${mode}`);
    expect([guest.status(`known-${mode}`), type, lost]).toEqual([0, 'total', 0]);
    expect(KNOWN.map(([place]) => [place, drops(rows, place)])).toEqual(
      KNOWN.map(([place, , count]) => [place, count]),
    );
  });

  test('knows the reasons of packets, and none in summary mode', () => {
    const { rows } = total('known-packet');
    for (const [place, reason] of KNOWN)
      expect(rows.filter(({ symbol }) => symbol?.startsWith(`${place}+`)).map((row) => row.reason)).toEqual([
        reason,
      ]);
    expect(total('known-summary').rows.filter(({ reason }) => reason !== undefined)).toEqual([]);
    expect(guest.text('known-text.out')).toMatch(/ 3 +\d+\.\d  \(not known\)  nft_do_chain\+/);
  });

  test.each(['packet', 'summary'])('the total is the sum of the intervals (%s)', (mode) => {
    const all = spans(`known-${mode}`);
    const intervals = all.slice(0, -1);
    expect(intervals.every(({ type }) => type === 'interval')).toBe(true);
    expect(intervals.reduce((sum, one) => sum + one.drops, 0)).toBe(all.at(-1)!.drops);
  });

  test('restores the settings, and turns the monitor off', () => {
    expect(settings('known-summary-during')).toContain('Alert mode: summary');
    expect(settings('known-packet-during')).toContain('Alert mode: packet\nTruncation length: 1\n');
    for (const name of ['known-packet', 'known-summary', 'known-count', 'flood-queue', 'flood-summary']) {
      expect([name, settings(name), guest.text(`${name}.off`)]).toEqual([name, settings('before'), OFF]);
    }
  });

  test('counts the drops that fit an expression, and ends after a number of drops', () => {
    expect(total('known-filter').rows.map((row) => [row.reason, row.drops])).toEqual([
      ['NO_SOCKET', 5],
      ['NETFILTER_DROP', 3],
    ]);
    expect([guest.status('known-count'), total('known-count').drops]).toEqual([0, 4]);
  });

  test('joins the summary mode of dropwatch, whose monitoring stays on', () => {
    const { rows } = total('joined');
    expect([drops(rows, '__udp4_lib_rcv'), drops(rows, 'nft_do_chain')]).toEqual([5, 3]);
    expect(guest.text('joined.err')).toContain('joined it, with its settings (summary mode: counts by place');
    expect(guest.text('joined.refcnt')).not.toBe(OFF);
    expect([guest.status('joined'), guest.status('joined-filter')]).toEqual([0, 1]);
    expect(guest.text('joined-filter.err')).toMatch(/summary mode.*--takeover.*--passive/);
  });

  test.each(['queue', 'summary'])('accounts for every packet of a flood (%s)', (name) => {
    const dropped = Number(/^ +Hits: (\d+)/m.exec(guest.text(`flood-${name}.hist`))![1]);
    expect(dropped).toBeGreaterThanOrEqual(PACKETS);
    const { rows, lost, queueDrops, overruns, fullAlerts } = total(`flood-${name}`);
    // Summary mode also counts drops of unix sockets, which packet mode leaves out.
    const places = new Set(total('flood-queue').rows.map(({ symbol }) => symbol));
    const counted = rows.filter(({ symbol }) => places.has(symbol)).reduce((sum, row) => sum + row.drops, 0);
    // The tracepoint counts all IPv4, and no place of another protocol: few of the drops differ.
    const accounted = counted + queueDrops! + overruns!;
    expect(Math.abs(accounted - dropped)).toBeLessThan(20);
    expect([lost, fullAlerts]).toEqual([queueDrops! + overruns!, 0]);
    expect(lost > 0).toBe(name === 'queue');
    const hint = guest.text(`flood-${name}.err`).includes('--alert-mode summary makes the kernel count');
    expect(hint).toBe(name === 'queue');
  });
});

describe.each(['6.12', '6.1'])('dropcap --summary of hardware on Linux %s', (kernel) => {
  const guest = machineOf('summary.sh', kernel, ['hardware']);

  test.each(['fid_miss', 'ttl_value_is_too_small'])('counts as many drops by %s as devlink', (trap) => {
    const json = guest.text(`hardware.${trap}`);
    const packets = Number(/"packets":(\d+)/.exec(json)![1]);
    expect(packets).toBeGreaterThan(10);
    const { rows } = JSON.parse(guest.text('hardware.out').trimEnd().split('\n').at(-1)!) as Span;
    expect(rows.find((row) => row.trap === trap)?.drops).toBe(packets);
  });

  test('turns the monitor off', () => {
    expect([guest.status('hardware'), guest.text('hardware.off')]).toEqual([0, OFF]);
  });
});
