import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dwdumpAlerts } from './judges.js';
import { type Guest, machineOf } from './machine.js';

const STEPS = [
  'pair',
  'others',
  'stopped',
  'unloaded',
  'silent',
  'forced',
  'killed',
  'flood',
  'relinquish',
  'user',
];
const PACKETS = 20_000;
/** Number of drops of a kind (see drops.sh) in a capture. */
function count(guest: Guest, name: string, kind: string): number {
  return guest.drops(name).filter((drop) => drop.bytes.includes(`dropcap-${kind}-`)).length;
}

/** References to the module when the monitor is off. */
const OFF = '0\n';

describe.each(['6.12', '6.1'])('dropcap on Linux %s', (kernel) => {
  const guest = machineOf('otherMonitors.sh', kernel, STEPS);
  const settingsBefore = () => guest.text('pair-before.settings');

  test('runs at the same time as another dropcap, and either may end first', () => {
    expect(guest.text('pair-b.err')).toContain('another program monitors already: joined it');
    expect(['pair-a', 'pair-b', 'pair-c', 'pair-d'].map((step) => guest.status(step))).toEqual([0, 0, 0, 0]);
    expect([count(guest, 'pair-a.pcapng', 'udp4'), count(guest, 'pair-b.pcapng', 'udp4')]).toEqual([5, 5]);
    // The dropcap that still runs turns monitoring on again, and off at its end.
    expect(guest.text('pair-b.err')).toContain('turned monitoring of software drops off: it is on again');
    expect(count(guest, 'pair-b.pcapng', 'nft')).toBe(3);
    expect(guest.text('pair.off')).toBe(OFF);
    expect(guest.text('pair-after.settings')).toBe(settingsBefore());
    expect(count(guest, 'pair-c.pcapng', 'udp4')).toBe(5);
    expect(guest.text('pair-second.off')).toBe(OFF);
  });

  test('joins dwdump, does not disturb dwdump, and continues when dwdump ends', () => {
    expect(guest.status('others-join')).toBe(0);
    const seen = dwdumpAlerts(guest.path('others-dwdump.pcap'));
    expect(seen.filter((alert) => alert.includes('dropcap-udp4-'))).toHaveLength(5);
    expect(count(guest, 'others-join.pcapng', 'udp4')).toBe(5);
    expect(count(guest, 'others-join.pcapng', 'nft')).toBe(3);
    expect(guest.text('others-join.off')).toBe(OFF);
  });

  test('names --takeover and --passive while dropwatch monitors in summary mode', () => {
    expect(guest.status('others-summary')).toBe(1);
    expect(guest.text('others-summary.err')).toMatch(/summary mode.*--takeover.*--passive/);
    expect(guest.exists('others-summary.pcapng')).toBe(false);
    expect(guest.text('others-passive.err')).toMatch(/\n[1-9]\d* drops only counted/);
    expect(count(guest, 'others-takeover.pcapng', 'udp4')).toBe(5);
    expect(guest.text('others-takeover.off')).toBe(OFF);
  });

  test('turns monitoring on again when another program turns it off', () => {
    expect(guest.text('stopped.err')).toContain('turned monitoring of software drops off: it is on again');
    expect(count(guest, 'stopped.pcapng', 'udp4')).toBe(5);
    expect(guest.text('stopped-busy.err')).toContain('Module drop_monitor is in use');
    expect([guest.status('stopped-busy'), guest.status('stopped-rmmod')]).toEqual([1, 0]);
  });

  test.each(['started', 'again', 'passive'])(
    'ends with an error when the module is unloaded (%s)',
    (name) => {
      expect(guest.status(`unloaded-${name}-rmmod`)).toBe(0);
      expect(guest.text(`unloaded-${name}.err`)).toMatch(/^dropcap: the kernel unloaded its drop monitor/m);
      expect(guest.status(`unloaded-${name}`)).toBe(1);
    },
  );

  test.each(['started', 'again'])('has the drops before the module was unloaded (%s)', (name) => {
    expect(count(guest, `unloaded-${name}.pcapng`, 'udp4')).toBe(5);
  });

  test('leaves a module that was loaded again as it is', () => {
    expect(guest.text('unloaded.settings')).toBe(guest.text('pair-before.settings'));
    expect(guest.text('unloaded.off')).toBe(OFF);
  });

  test('says that its guard does not answer, and that it answers again', () => {
    expect(guest.text('silent.err')).toMatch(
      /^dropcap: the guard \(dropcap-guard\) does not answer: [^]*^dropcap: the guard \(dropcap-guard\) answers again$/m,
    );
    expect(guest.status('silent')).toBe(0);
    expect(guest.text('silent.off')).toBe(OFF);
  });

  test('waits for a slow guard at the end, and reports what it captured', () => {
    expect(guest.text('slow.err')).toMatch(/"captured":5,/);
    expect(guest.status('slow')).toBe(0);
    expect(guest.text('slow.off')).toBe(OFF);
  });

  test('leaves the monitor off when a signal ends dropcap although its output takes nothing', () => {
    // 128 and SIGTERM.
    expect(guest.status('forced')).toBe(143);
    expect(guest.text('forced.err')).toMatch(/takes no more bytes: \d+ drops were written/);
    expect(guest.text('forced.off')).toBe(OFF);
    expect(guest.text('forced.settings')).toBe(settingsBefore());
  });

  test.each(['killed-2', 'killed-3', 'killed-4', 'killed-6', 'killed-flood', 'killed-stopping'])(
    'leaves the monitor off and its settings as they were two seconds after SIGKILL (%s)',
    (moment) => {
      expect(guest.text(`${moment}.settings`)).toBe(settingsBefore());
      expect(guest.text(`${moment}.off`)).toBe(OFF);
    },
  );

  test('ends with the drops so far when its guard is killed', () => {
    expect(guest.status('killed-guard')).toBe(1);
    expect(guest.text('killed-guard.err')).toMatch(/guard \(dropcap-guard\) was killed.*monitoring is off/);
    expect(count(guest, 'killed-guard.pcapng', 'udp4')).toBe(5);
    expect(guest.text('killed-guard.off')).toBe(OFF);
    expect(guest.text('killed-guard.settings')).toBe(settingsBefore());
  });

  // `least`: the smallest expected numbers of queue drops and of overruns, which the settings cause.
  test.each([
    { name: 'default', least: [0, 0] },
    { name: 'queue', least: [1, 0] },
    { name: 'buffer', least: [0, 1] },
  ])('accounts for every packet of a flood ($name)', ({ name, least }) => {
    // The drops that the tracepoint kfree_skb counted. The drop monitor uses the same tracepoint.
    const dropped = Number(/^ +Hits: (\d+)/m.exec(guest.text(`flood-${name}.hist`))![1]);
    expect(dropped).toBeGreaterThanOrEqual(PACKETS);
    const text = guest.text(`flood-${name}.err`);
    expect([guest.status(`flood-${name}`), text]).toEqual([0, expect.stringContaining('captured')]);
    const number = (pattern: RegExp) => Number(pattern.exec(text)?.[1]);
    const [captured, queueDrops, overruns] =
      name === 'default'
        ? [/"captured":(\d+)/, /"queueDrops":(\d+)/, /"overruns":(\d+)/].map(number)
        : [/^(\d+) drops? captured/m, /^(\d+) queue drops?/m, /^(\d+) overruns?/m].map(number);
    expect(captured! + queueDrops! + overruns!).toBe(dropped);
    expect(queueDrops).toBeGreaterThanOrEqual(least[0]!);
    expect(overruns).toBeGreaterThanOrEqual(least[1]!);
  });

  test('continues as an ordinary user without capabilities, who owns the file', () => {
    expect(guest.status('relinquish')).toBe(0);
    expect(guest.text('relinquish.identity')).toMatch(
      /^Uid:(\s+65534){4}\nGid:(\s+65534){4}\nGroups:\s+65534 ?\nCapPrm:\s0+\nCapEff:\s0+\n$/,
    );
    expect(guest.text('relinquish.owner')).toBe('nobody\n');
    expect(count(guest, 'relinquish.pcapng', 'udp4')).toBe(5);
  });

  test('captures for an ordinary user whose guard has the capabilities', () => {
    expect(guest.text('user.err')).toContain('8 drops captured\n8 drops written\n');
    expect(guest.status('user')).toBe(0);
    expect(count(guest, 'user.pcapng', 'udp4')).toBe(5);
    expect(guest.text('user.off')).toBe(OFF);
    expect(readFileSync(guest.path('user.pcapng'))).not.toHaveLength(0);
  });
});
